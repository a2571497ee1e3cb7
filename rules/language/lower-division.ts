import type { MathContext } from '../../engine/event/decimal-division.ts';
import { TYPE_BOOLEAN, TYPE_DOUBLE, TYPE_INT, TYPE_NULL, type ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { arithmeticType, isBig, isInteger } from '../../engine/expr/type-rules.ts';
import { widenTogether } from './widen.ts';

/** How `/` divides, as Esper's settings of the same meaning. */
export interface DivisionRules {
  /** Whole numbers give a whole number, cut towards zero; else all division gives double. */
  readonly isWhole?: boolean;
  /** A division by zero gives null; else ±Infinity or NaN, of decimals no value. Whole numbers by zero always give null. */
  readonly zeroGivesNull?: boolean;
  /** How quotients and averages of decimals are rounded; they are exact when left out. */
  readonly context?: MathContext;
}

/** `left / right` by these rules; null when the operands are no numbers. */
export function lowerDivision(left: Expr, right: Expr, rules: DivisionRules): Expr | null {
  const common = arithmeticType('+', left.type, right.type);
  if (common === null) return null;
  const type = common.kind === 'bigdecimal' || rules.isWhole === true ? common : TYPE_DOUBLE;
  const isWhole = isInteger(type) || type.kind === 'biginteger';
  const result = quotient(left, right, type, rules.context);
  if (!isWhole && rules.zeroGivesNull !== true) return result;
  const nothing: Expr = { op: 'literal', type: TYPE_NULL, value: null };
  return { op: 'case', type, branches: [{ when: isZero(right), then: nothing }], otherwise: result };
}

function quotient(left: Expr, right: Expr, type: ValueType, context: MathContext | undefined): Expr {
  if (isBig(type)) {
    const [a, b] = widenTogether([left, right]);
    return {
      op: 'arithmetic',
      type,
      operator: '/',
      left: a,
      right: b,
      ...(context === undefined ? {} : { context }),
    };
  }
  const [a, b] = [left, right].map(asDouble) as [Expr, Expr];
  const isWhole = isInteger(type);
  const result: Expr = {
    op: 'arithmetic',
    type: isWhole ? TYPE_DOUBLE : type,
    operator: '/',
    left: a,
    right: b,
  };
  return isWhole ? { op: 'cast', type, operand: result, format: null } : result;
}

/** A number of any length divides as the nearest double. */
function asDouble(operand: Expr): Expr {
  return isBig(operand.type) ? { op: 'cast', type: TYPE_DOUBLE, operand, format: null } : operand;
}

function isZero(operand: Expr): Expr {
  const zero: Expr = { op: 'literal', type: TYPE_INT, value: 0 };
  if (isBig(operand.type)) {
    // Zeros of different scales are equal in order only.
    const [left, right] = widenTogether([operand, zero]);
    const compare = (operator: '<=' | '>='): Expr => ({
      op: 'compare',
      type: TYPE_BOOLEAN,
      operator,
      left,
      right,
    });
    return { op: 'and', type: TYPE_BOOLEAN, operands: [compare('<='), compare('>=')] };
  }
  return { op: 'equal', type: TYPE_BOOLEAN, negated: false, nullSafe: false, left: operand, right: zero };
}
