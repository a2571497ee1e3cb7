import type { ValueType } from '../event/types.ts';
import { conjuncts, usesSlots } from '../expr/analyze.ts';
import type { Expr } from '../expr/ir.ts';

/** A field of a row and what bounds it. Each bound is a value, or the lesser or greater of two. */
export interface RangeKeys {
  readonly field: number;
  /** The field is not below the greatest of these; null is no bound. */
  readonly lows: readonly Bound[];
  /** The field is not above the least of these. */
  readonly highs: readonly Bound[];
}

/** One expression, or the ends of a range, which may come in either order. */
export type Bound = readonly [Expr] | readonly [Expr, Expr];

const SORTABLE: ReadonlySet<ValueType['kind']> = new Set([
  'byte',
  'short',
  'int',
  'long',
  'float',
  'double',
  'date',
  'string',
  'char',
]);

/**
 * The bounds that a condition demands of the first field it compares with expressions that do not read the event in the
 * slot: what a sorted index can answer. Null when there are none.
 */
export function rangeKeys(condition: Expr | null, slot: number): RangeKeys | null {
  const parts = condition === null ? [] : conjuncts(condition);
  const found = parts.flatMap((part) => boundsOf(part, slot) ?? []);
  const [first] = found;
  if (first === undefined) return null;
  const same = found.filter(({ field }) => field === first.field);
  return {
    field: first.field,
    lows: same.flatMap(({ lows }) => lows),
    highs: same.flatMap(({ highs }) => highs),
  };
}

function boundsOf(part: Expr, slot: number): RangeKeys | null {
  const fieldOf = (expr: Expr): number =>
    expr.op === 'field' && expr.slot === slot && SORTABLE.has(expr.type.kind) ? expr.field : -1;
  const isFree = (expr: Expr) => !usesSlots(expr).has(slot);
  if (part.op === 'compare') {
    const isBelow = part.operator.startsWith('<');
    const [left, right] = [fieldOf(part.left), fieldOf(part.right)];
    if (left >= 0 && isFree(part.right)) return oneBound(left, part.right, isBelow);
    return right >= 0 && isFree(part.left) ? oneBound(right, part.left, !isBelow) : null;
  }
  if (part.op !== 'range') return null;
  const field = fieldOf(part.operand);
  if (field < 0 || !isFree(part.low) || !isFree(part.high)) return null;
  const ends: Bound = [part.low, part.high];
  return part.negated ? { field, lows: [], highs: [] } : { field, lows: [ends], highs: [ends] };
}

function oneBound(field: number, bound: Expr, isHigh: boolean): RangeKeys {
  return isHigh ? { field, lows: [], highs: [[bound]] } : { field, lows: [[bound]], highs: [] };
}
