import { conjuncts, usesSlots } from '../expr/analyze.ts';
import type { Expr } from '../expr/ir.ts';

/** Fields of a row, and for each the expression it must equal. */
export interface EqualityKeys {
  readonly fields: readonly number[];
  readonly keys: readonly Expr[];
}

/**
 * The equalities that a condition demands between fields of the event in a slot and expressions that do not read it:
 * what a hash index over the fields can answer. Null when there are none.
 */
export function equalityKeys(condition: Expr | null, slot: number): EqualityKeys | null {
  const found = new Map<number, Expr>();
  for (const part of condition === null ? [] : conjuncts(condition)) {
    const pair = keyOf(part, slot);
    if (pair !== null && !found.has(pair.field)) found.set(pair.field, pair.key);
  }
  if (found.size === 0) return null;
  const fields = [...found.keys()].sort((a, b) => a - b);
  return { fields, keys: fields.map((field) => found.get(field) as Expr) };
}

/**
 * Whether an index of Esper would answer the condition: an equality, also `is`, a comparison, a range or a list between a
 * field of the event in the slot and what does not read it.
 */
export function isIndexable(condition: Expr | null, slot: number): boolean {
  if (condition === null) return false;
  const isField = (expr: Expr) => expr.op === 'field' && expr.slot === slot;
  const isFree = (expr: Expr) => !usesSlots(expr).has(slot);
  return conjuncts(condition).some((part) => {
    switch (part.op) {
      case 'equal':
        return keyOf({ ...part, nullSafe: false }, slot) !== null;
      case 'compare':
        return (isField(part.left) && isFree(part.right)) || (isField(part.right) && isFree(part.left));
      case 'range':
        return isField(part.operand) && isFree(part.low) && isFree(part.high);
      case 'in':
        return !part.negated && isField(part.operand) && part.items.every(isFree);
      default:
        return false;
    }
  });
}

function keyOf(part: Expr, slot: number): { field: number; key: Expr } | null {
  if (part.op !== 'equal' || part.negated || part.nullSafe) return null;
  for (const [own, key] of [
    [part.left, part.right],
    [part.right, part.left],
  ] as const) {
    if (own.op === 'field' && own.slot === slot && !usesSlots(key).has(slot))
      return { field: own.field, key };
  }
  return null;
}
