import type { ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { SubqueryExpr } from '../../engine/expr/ir-subquery.ts';

/** A subquery that gives one value, as the array of the values of all its rows; others as they are. */
export function asRows(expr: Expr, fillsField = false): Expr {
  if (expr.op === 'subquery' && expr.read.kind === 'row') return rowsOf(expr, fillsField);
  if (expr.op !== 'let') return expr;
  const body = asRows(expr.body, fillsField);
  return body === expr.body ? expr : { ...expr, type: body.type, body };
}

function rowsOf(expr: SubqueryExpr, fillsField: boolean): SubqueryExpr {
  const column = fillsField ? null : (expr.only?.column ?? null);
  const element: ValueType =
    column === null ? expr.type : { kind: 'row', fields: [{ name: column, type: expr.type }] };
  return { ...expr, type: { kind: 'array', element }, read: { kind: 'rows', fillsField, column } };
}

/**
 * A property of what a subquery gives; undefined when it is none. As in Esper only the one row of aggregates has
 * properties: of many rows one has to be taken first.
 */
export function subqueryMember(target: Expr, name: string): Expr | 'several' | undefined {
  const inner = target.op === 'let' ? target.body : target;
  if (inner.op !== 'subquery' || inner.read.kind !== 'row') return undefined;
  if (inner.only === null) return 'several';
  return inner.only.column === name ? target : undefined;
}

/** The subquery behind a column, which as such is never null: there are members that are. */
export function bareSubquery(expr: Expr): Expr {
  const [first] = expr.op === 'coalesce' ? expr.operands : [];
  const result = first?.op === 'let' ? first.body : first;
  return first !== undefined && result?.op === 'subquery' ? first : expr;
}
