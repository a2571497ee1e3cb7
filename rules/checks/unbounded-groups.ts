import type { QueryPlan } from '../../engine/plan/plan.ts';
import type { StatementBody } from '../language/ast.ts';
import type { Reporter } from '../language/reporter.ts';

/** `group by` over a stream whose events never leave: a group for each key there ever was. */
export function checkUnboundedGroups(body: StatementBody, query: QueryPlan, report: Reporter): void {
  if (body.kind !== 'select' || body.groupBy === null || query.groupBy === null) return;
  // The groups of a table are its rows, see `growing-tables.ts`.
  if (query.intoTable !== null) return;
  const { keys, reclaim } = query.groupBy;
  const isBounded = reclaim !== null && reclaim !== 'never';
  const neverLeave = query.inputs.every(
    (input) => (input.kind === 'stream' || input.kind === 'pattern') && input.views.length === 0,
  );
  if (isBounded || !neverLeave || keys.length === 0 || query.aggregates.length === 0) return;
  report.warning('W0611', 'nothing ends these groups: each new key adds one for good', body.groupBy.span, [
    "bound them: from Payment#time(1 hour), or @Hint('reclaim_group_aged=3600')",
  ]);
}
