import { foldConstants } from '../../engine/expr/fold.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { FoundVariable } from './declared.ts';

/** A variable where an expression names it; the value itself when it never changes. */
export function variableExpr({ index, plan }: FoundVariable): Expr {
  const { type, constant, initial } = plan;
  const value = constant && initial !== null ? foldConstants(initial) : null;
  if (value?.op === 'literal' && value.value !== null) return { ...value, type };
  return { op: 'variable', type, index };
}
