import { conjuncts } from '../expr/analyze.ts';
import { literalValue } from '../expr/big-numbers.ts';
import { equalityKey } from '../expr/evaluate.ts';
import { CURRENT, type Expr } from '../expr/ir.ts';
import { isNumeric } from '../expr/type-rules.ts';

/** A way to find a condition from a field of the event: by the values it asks for, or by a range that holds them. */
export type Access = PointAccess | RangeAccess;

/** `field = constant`, `field in (constants)`: keys of the values. */
export interface PointAccess {
  readonly kind: 'points';
  readonly field: number;
  readonly keys: readonly unknown[];
  /** The part of the condition that it answers for good. */
  readonly part: Expr;
}

/** `field > constant`, `field between constants` on numbers: it holds every value that passes, perhaps more. */
export interface RangeAccess {
  readonly kind: 'range';
  readonly field: number;
  readonly low: number;
  readonly high: number;
  readonly part: Expr;
}

/** The access that one part of a condition gives; null when it gives none. */
export function accessOf(part: Expr): Access | null {
  switch (part.op) {
    case 'equal':
      return part.negated || part.nullSafe ? null : equality(part);
    case 'in':
      return part.negated ? null : membership(part);
    case 'compare':
      return comparison(part);
    case 'range':
      return part.negated ? null : between(part);
    default:
      return null;
  }
}

/** For `a or b`: point accesses of all its branches; null when a branch has none. */
export function alternatives(part: Expr): readonly PointAccess[] | null {
  if (part.op !== 'or') return null;
  const found: PointAccess[] = [];
  for (const branch of part.operands) {
    const access = conjuncts(branch)
      .map(accessOf)
      .find((one) => one?.kind === 'points');
    if (access?.kind !== 'points') return null;
    found.push(access);
  }
  return found;
}

/** For each value that a list names more than once, how often; null when there is none. */
export function repeatsOf(part: Expr): { field: number; counts: ReadonlyMap<unknown, number> } | null {
  if (part.op !== 'in' || part.negated) return null;
  const access = membership(part);
  if (access === null) return null;
  const counts = new Map<unknown, number>();
  for (const key of access.keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts.size === access.keys.length ? null : { field: access.field, counts };
}

function fieldOf(expr: Expr): number {
  return expr.op === 'field' && expr.slot === CURRENT ? expr.field : -1;
}

function equality(part: Expr & { op: 'equal' }): PointAccess | null {
  for (const [a, b] of [
    [part.left, part.right],
    [part.right, part.left],
  ] as const) {
    const field = fieldOf(a);
    if (field >= 0 && b.op === 'literal' && b.value !== null) {
      return { kind: 'points', field, keys: [equalityKey(literalValue(b))], part };
    }
  }
  return null;
}

/** Null in the list finds nothing. */
function membership(part: Expr & { op: 'in' }): PointAccess | null {
  const field = fieldOf(part.operand);
  if (field < 0) return null;
  const keys: unknown[] = [];
  for (const item of part.items) {
    if (item.op !== 'literal') return null;
    if (item.value !== null) keys.push(equalityKey(literalValue(item)));
  }
  return { kind: 'points', field, keys, part };
}

const MIRRORED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function comparison(part: Expr & { op: 'compare' }): RangeAccess | null {
  for (const [a, b, operator] of [
    [part.left, part.right, part.operator],
    [part.right, part.left, MIRRORED[part.operator]],
  ] as const) {
    const limit = numberOf(a, b);
    if (limit === null) continue;
    const isBelow = operator === '<' || operator === '<=';
    const low = isBelow ? Number.NEGATIVE_INFINITY : limit;
    const high = isBelow ? limit : Number.POSITIVE_INFINITY;
    return { kind: 'range', field: fieldOf(a), low, high, part };
  }
  return null;
}

function between(part: Expr & { op: 'range' }): RangeAccess | null {
  const a = numberOf(part.operand, part.low);
  const b = numberOf(part.operand, part.high);
  if (a === null || b === null) return null;
  return { kind: 'range', field: fieldOf(part.operand), low: Math.min(a, b), high: Math.max(a, b), part };
}

/** The constant that a numeric field is compared with. */
function numberOf(field: Expr, constant: Expr): number | null {
  if (fieldOf(field) < 0 || !isNumeric(field.type) || constant.op !== 'literal') return null;
  return typeof constant.value === 'number' && !Number.isNaN(constant.value) ? constant.value : null;
}
