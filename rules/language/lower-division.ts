import { TYPE_BOOLEAN, TYPE_DOUBLE, TYPE_INT, TYPE_NULL } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { arithmeticType, isInteger } from '../../engine/expr/type-rules.ts';

/** How `/` divides, as Esper's settings of the same meaning. */
export interface DivisionRules {
  /** Whole numbers give a whole number, cut towards zero; else all division gives double. */
  readonly isWhole?: boolean;
  /** A division by zero gives null; else ±Infinity or NaN. Whole numbers by zero always give null. */
  readonly zeroGivesNull?: boolean;
}

/** `left / right` by these rules; null when the operands are no numbers. */
export function lowerDivision(left: Expr, right: Expr, rules: DivisionRules): Expr | null {
  const common = arithmeticType('+', left.type, right.type);
  if (common === null) return null;
  const type = rules.isWhole === true ? common : TYPE_DOUBLE;
  const isWhole = isInteger(type);
  const quotient: Expr = { op: 'arithmetic', type: isWhole ? TYPE_DOUBLE : type, operator: '/', left, right };
  const result: Expr = isWhole ? { op: 'cast', type, operand: quotient, format: null } : quotient;
  if (!isWhole && rules.zeroGivesNull !== true) return result;
  const zero: Expr = { op: 'literal', type: TYPE_INT, value: 0 };
  const isZero: Expr = {
    op: 'equal',
    type: TYPE_BOOLEAN,
    negated: false,
    nullSafe: false,
    left: right,
    right: zero,
  };
  const nothing: Expr = { op: 'literal', type: TYPE_NULL, value: null };
  return { op: 'case', type, branches: [{ when: isZero, then: nothing }], otherwise: result };
}
