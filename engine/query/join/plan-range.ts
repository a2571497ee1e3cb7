import { dependsOnlyOnItem, usesSlots } from '../../expr/analyze.ts';
import type { CompareExpr, Expr } from '../../expr/ir.ts';
import { isNumeric } from '../../expr/type-rules.ts';
import type { BoundsProgram } from './program.ts';

/** A range that narrows the look-up of a stream: an expression over it lies between expressions over known streams. */
export interface FoundRange {
  readonly sort: Expr;
  readonly bounds: BoundsProgram;
}

/** The range that conditions demand of a stream: of several the first with two ends, else the first. */
export function rangeOf(conditions: readonly Expr[], stream: number): FoundRange | null {
  const found = new Map<string, FoundRange>();
  for (const condition of conditions) {
    const range = singleRange(condition, stream);
    if (range === null) continue;
    const text = JSON.stringify(range.sort);
    const before = found.get(text);
    found.set(
      text,
      before === undefined ? range : { sort: range.sort, bounds: both(before.bounds, range.bounds) },
    );
  }
  const all = [...found.values()];
  return all.find(({ bounds }) => bounds.low !== null && bounds.high !== null) ?? all[0] ?? null;
}

function singleRange(expr: Expr, stream: number): FoundRange | null {
  if ((expr.op !== 'compare' && expr.op !== 'range') || !dependsOnlyOnItem(expr)) return null;
  const isOwn = (side: Expr) => {
    const slots = usesSlots(side);
    return slots.size === 1 && slots.has(stream) && (isNumeric(side.type) || side.type.kind === 'string');
  };
  const isOther = (side: Expr) =>
    !usesSlots(side).has(stream) && (isNumeric(side.type) || side.type.kind === 'string');
  if (expr.op === 'range') {
    const { operand, low, high, negated, includeLow: includesLow, includeHigh: includesHigh } = expr;
    if (negated || !isOwn(operand) || !isOther(low) || !isOther(high)) return null;
    return { sort: operand, bounds: { low, includesLow, high, includesHigh } };
  }
  const { left, right, operator } = expr;
  if (isOwn(left) && isOther(right)) return { sort: left, bounds: boundsOf(operator, right) };
  return isOwn(right) && isOther(left) ? { sort: right, bounds: boundsOf(MIRRORED[operator], left) } : null;
}

function boundsOf(operator: CompareExpr['operator'], end: Expr): BoundsProgram {
  const includes = operator === '<=' || operator === '>=';
  return operator === '>' || operator === '>='
    ? { low: end, includesLow: includes, high: null, includesHigh: false }
    : { low: null, includesLow: false, high: end, includesHigh: includes };
}

const MIRRORED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function both(a: BoundsProgram, b: BoundsProgram): BoundsProgram {
  const low = a.low === null ? b : a;
  const high = a.high === null ? b : a;
  return { low: low.low, includesLow: low.includesLow, high: high.high, includesHigh: high.includesHigh };
}
