import type { ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { Catalog } from './catalog.ts';

/** A conversion to a type. One between a text and a date has to know what times count. */
export function castTo(type: ValueType, operand: Expr, { timeUnit }: Catalog): Expr {
  const cast = { op: 'cast', type, operand, format: null } as const;
  const isTimed = timeUnit !== 'milliseconds' && (type.kind === 'date') !== (operand.type.kind === 'date');
  return isTimed ? { ...cast, timeUnit } : cast;
}
