import type { EventType } from '../../engine/event/types.ts';
import { usesSlots } from '../../engine/expr/analyze.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { eventValueType } from './scope.ts';

/**
 * In a condition that Esper answers from its filter index, `typeof(x)` is the type of the event under test, whatever x is
 * (recorded: `E(typeof(i) = 'Integer')` passes nothing). That is a comparison with constants, also joined by `and` and `or`,
 * but not under `not`. A decimal then meets an end of a range by value.
 */
export function asFilterCondition(condition: Expr, type: EventType): Expr {
  if (condition.op === 'and' || condition.op === 'or') {
    return { ...condition, operands: condition.operands.map((one) => asFilterCondition(one, type)) };
  }
  if (condition.op === 'range' && condition.low.type.kind === 'bigdecimal' && isRangeKey(condition)) {
    return { ...condition, byValue: true };
  }
  return isIndexable(condition) ? withEventType(condition, type) : condition;
}

/** Whether a field of the event is compared with ends that do not depend on it. */
function isRangeKey({ operand, low, high }: Expr & { op: 'range' }): boolean {
  return isLookup(operand) && ![low, high].some((end) => usesSlots(end).has(CURRENT));
}

/** Whether one side reads the event and all else is constant. */
function isIndexable(expr: Expr): boolean {
  switch (expr.op) {
    case 'equal':
    case 'compare':
      return (
        (isLookup(expr.left) && expr.right.op === 'literal') ||
        (isLookup(expr.right) && expr.left.op === 'literal')
      );
    case 'in':
      return isLookup(expr.operand) && expr.items.every((item) => item.op === 'literal');
    case 'range':
      return isLookup(expr.operand) && expr.low.op === 'literal' && expr.high.op === 'literal';
    case 'like':
    case 'regexp':
      return isLookup(expr.operand) && expr.pattern.op === 'literal';
    default:
      return false;
  }
}

function isLookup(expr: Expr): boolean {
  return (expr.op === 'field' && expr.slot === CURRENT) || expr.op === 'typeof';
}

function withEventType(expr: Expr, type: EventType): Expr {
  const event: Expr = { op: 'slot', type: eventValueType(type), slot: CURRENT };
  const change = (one: Expr): Expr => (one.op === 'typeof' ? { ...one, operand: event } : one);
  switch (expr.op) {
    case 'equal':
    case 'compare':
      return { ...expr, left: change(expr.left), right: change(expr.right) };
    case 'in':
    case 'range':
    case 'like':
    case 'regexp':
      return { ...expr, operand: change(expr.operand) };
    default:
      return expr;
  }
}
