import { childrenOf } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { AggregatePlan, GroupByPlan, PreviousPlan } from '../../engine/plan/query-plan.ts';
import type { SelectStatement } from './ast.ts';
import type { Reporter } from './reporter.ts';

/** What a query with aggregates reads. */
export interface AggregatedParts {
  readonly where: Expr | null;
  readonly having: Expr | null;
  readonly groupBy: GroupByPlan | null;
  readonly aggregates: readonly AggregatePlan[];
  readonly previous: readonly PreviousPlan[];
}

/**
 * Reports what EPL does not allow together with aggregates: `prev` in a condition (it knows nothing of what leaves, so
 * the aggregates would never get rid of it), and groups of a call's own beside `rollup` and the like.
 */
export function refuseBesideAggregates(
  select: SelectStatement,
  { where, having, groupBy, aggregates, previous }: AggregatedParts,
  report: Reporter,
): void {
  if (aggregates.length === 0) return;
  const conditions = [
    { name: 'where', expr: where, ast: select.where },
    { name: 'having', expr: having, ast: select.having },
  ];
  for (const { name, expr, ast } of conditions) {
    if (expr === null || ast === null || !looksBack(expr, previous)) continue;
    const title = `\`prev\` cannot stand in \`${name}\` of a query with aggregates: it knows nothing of what leaves`;
    report.error('E0421', title, ast.span, [
      '`first`, `last`, `window` and `count` look into the window too',
    ]);
  }
  if (groupBy?.sets == null || aggregates.every((plan) => plan.groupBy === null)) return;
  report.error('E0435', '`group_by:` cannot stand beside `rollup`, `cube` and `grouping sets`', select.span);
}

function looksBack(expr: Expr, previous: readonly PreviousPlan[]): boolean {
  if (expr.op === 'previous' && previous[expr.index]?.kind !== 'prior') return true;
  return childrenOf(expr).some((child) => looksBack(child, previous));
}
