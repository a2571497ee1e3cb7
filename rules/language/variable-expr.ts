import { foldConstants } from '../../engine/expr/fold.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { FoundVariable } from './declared.ts';

/** A variable where an expression names it; the value itself when it never changes. */
export function variableExpr({ index, plan }: FoundVariable): Expr {
  const { type, constant, initial } = plan;
  const value = constant && initial !== null ? foldConstants(initial) : null;
  if (value?.op === 'literal' && value.value !== null) {
    const constantValue: Expr = { ...value, type };
    constants.add(constantValue);
    return constantValue;
  }
  return { op: 'variable', type, index };
}

const constants = new WeakSet<Expr>();

/** Whether a literal stands for a variable that never changes. */
export function isConstantVariable(expr: Expr): boolean {
  return constants.has(expr);
}
