import type { ValueType } from '../../engine/event/types.ts';
import { foldConstants } from '../../engine/expr/fold.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { commonType, isBig, isNumber } from '../../engine/expr/type-rules.ts';

/**
 * Operands that meet in one operator, all in the type of the widest where that is a number of any length; plain numbers
 * meet as they are. An array stands for its elements.
 */
export function widenTogether<Operands extends readonly Expr[]>(operands: Operands): Operands {
  const types = operands.map((operand) => elementOf(operand.type)).filter(({ kind }) => kind !== 'null');
  if (!types.some(isBig) || !types.every(isNumber)) return operands;
  const type = commonType(types);
  return type === null ? operands : (operands.map((operand) => widen(operand, type)) as unknown as Operands);
}

/** A number in a type of any length that holds it; anything else as it is. */
export function widen(operand: Expr, to: ValueType): Expr {
  if (!isBig(to)) return operand;
  const from = elementOf(operand.type);
  if (!isNumber(from) || from.kind === to.kind) return operand;
  const type: ValueType = operand.type.kind === 'array' ? { kind: 'array', element: to } : to;
  const cast: Expr = { op: 'cast', type, operand, format: null, widens: true };
  // A constant stays one, so that an index can look for it.
  return operand.op === 'literal' ? foldConstants(cast) : cast;
}

function elementOf(type: ValueType): ValueType {
  return type.kind === 'array' ? type.element : type;
}
