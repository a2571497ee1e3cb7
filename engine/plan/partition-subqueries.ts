import { CURRENT, type Expr } from '../expr/ir.ts';
import type { SubqueryExpr } from '../expr/ir-subquery.ts';
import { mergeKeys, spread, type TypeKeys } from './partition-keys.ts';
import { sharedWindow } from './partition-query.ts';
import type { Plan, QueryPlan } from './plan.ts';
import type { SubqueryPlan } from './subquery-plan.ts';
import { visitPlan } from './visit-plan.ts';

/**
 * The keys of the streams that the subqueries of a query on one stream read, when a field of its events is the key; or
 * why there are none. Each subquery must ask for equality of a field of its own with the key, and its window must keep
 * events of different keys apart.
 */
export function subqueryKeys(plan: Plan, query: QueryPlan, type: number, field: number): TypeKeys | string {
  const kind = plan.types[type]?.fields[field]?.type.kind;
  let keys: TypeKeys = new Map();
  for (const [index, subquery] of query.subqueries.entries()) {
    const { input, previous } = subquery;
    if (input.kind !== 'stream' || input.contained !== null)
      return 'a subquery reads rows through which no key is followed';
    if (previous.length > 0) return '`prev` or `prior` in a subquery looks at the events of all keys';
    const own = tiedField(subquery, readsOf(query, index), field);
    if (own < 0) return 'a subquery is not tied to its event by an equality of fields';
    if (plan.types[input.type]?.fields[own]?.type.kind !== kind)
      return 'the equal fields of a subquery are of different types';
    const isKey = (expr: Expr) => expr.op === 'field' && expr.slot === CURRENT && expr.field === own;
    const shared = sharedWindow(input.views, isKey);
    if (shared !== null) return shared;
    const merged = mergeKeys(keys, spread(plan, input.type, own));
    if (merged === null) return 'subqueries over one stream are tied by different fields';
    keys = merged;
  }
  return keys;
}

/** The places where a query asks a subquery. */
function readsOf(query: QueryPlan, index: number): readonly SubqueryExpr[] {
  const found: SubqueryExpr[] = [];
  visitPlan(query, (part) => {
    if (part.op === 'subquery' && part.index === index) found.push(part as unknown as SubqueryExpr);
  });
  return found;
}

/** A field of the subquery's events that is the key wherever it is asked; −1 when there is none. */
function tiedField({ lookup }: SubqueryPlan, reads: readonly SubqueryExpr[], field: number): number {
  const isKey = (read: SubqueryExpr, param: number) => {
    const given = read.args[read.params.indexOf(param)];
    return given?.op === 'field' && given.slot === CURRENT && given.field === field;
  };
  for (const { row, value } of lookup.keys) {
    if (row.op !== 'field' || value.op !== 'param') continue;
    if (reads.length > 0 && reads.every((read) => isKey(read, value.index))) return row.field;
  }
  return -1;
}
