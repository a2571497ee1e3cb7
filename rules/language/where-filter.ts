import { conjuncts } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { conjunction } from '../../engine/pattern/filter-parts.ts';
import type { QueryPlan } from '../../engine/plan/plan.ts';
import { visitPlan } from '../../engine/plan/visit-plan.ts';

/**
 * The query with `where` as a condition of the filter, where it reads one stream without windows and that condition needs
 * nothing but the event. As in Esper it is then tested with all other filters, before any statement acts on the event,
 * and found by the index of filters.
 */
export function withWhereInFilter(query: QueryPlan): QueryPlan {
  const { inputs, where, onStore, update, split } = query;
  const [input, other] = inputs;
  if (where === null || input?.kind !== 'stream' || other !== undefined) return query;
  const isBare = input.views.length === 0 && input.recognize === undefined && input.contained === null;
  const isSelect = onStore === null && update === null && split === null;
  if (!isBare || !isSelect || !needsOnlyEvent(where)) return query;
  const parts = input.filter === null ? [] : conjuncts(input.filter);
  const filter = conjunction([...parts, ...conjuncts(where)]);
  return { ...query, inputs: [{ ...input, filter }], where: null };
}

function needsOnlyEvent(where: Expr): boolean {
  let isSo = true;
  visitPlan(where, ({ op }) => {
    if (typeof op === 'string' && OF_THE_QUERY.has(op)) isSo = false;
  });
  return isSo;
}

/** What only the query itself can tell. */
const OF_THE_QUERY: ReadonlySet<string> = new Set([
  'aggregate',
  'previous',
  'grouping',
  'local',
  'subquery',
  'tableRow',
  'tableKeys',
  'tableRead',
]);
