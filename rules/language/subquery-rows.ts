import type { Expr } from '../../engine/expr/ir.ts';

/** A subquery that gives one value, as the array of the values of all its rows; others as they are. */
export function asRows(expr: Expr): Expr {
  if (expr.op === 'subquery' && expr.read.kind === 'row') {
    return { ...expr, type: { kind: 'array', element: expr.type }, read: { kind: 'rows' } };
  }
  if (expr.op !== 'let') return expr;
  const body = asRows(expr.body);
  return { ...expr, type: body.type, body };
}
