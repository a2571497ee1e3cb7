import { NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import { AggregateCollector } from './aggregate-collector.ts';
import type { SelectStatement } from './ast.ts';
import type { OutputClause } from './ast-clauses.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { lowerOutput } from './lower-output.ts';
import { areUnique, lowerItems } from './lower-select.ts';
import type { Reporter } from './reporter.ts';
import type { Scope } from './scope.ts';
import type { Hints } from './statement-hints.ts';

/**
 * A `select` without `from`: one row of constants, variables, subqueries and properties of a context, and of aggregates over
 * this row: when the statement starts, or with `output when terminated` when its context partition ends, and whenever it is
 * pulled. Null after reporting what is wrong.
 */
export function lowerFromless(select: SelectStatement, scope: Scope, report: Reporter): QueryPlan | null {
  const errorsBefore = report.errorCount;
  const star = select.items.find((item) => item.kind !== 'expression');
  if (star !== undefined)
    report.error('E0302', 'there is no stream to select from', star.span, ['write `from Type`']);
  if (select.insertInto !== null) {
    const notes = ['feed a stream from another: `insert into S select … from Type`'];
    report.error('E0302', '`insert into` needs a stream to select from', select.insertInto.span, notes);
  }
  if (select.groupBy !== null)
    report.error('E0302', '`group by` needs a stream to select from', select.groupBy.span);
  refuseClauses(select, report);
  const aggregates = new AggregateCollector(false, () => true);
  const aggregated: Scope = { ...scope, aggregates };
  const columns = star === undefined ? lowerItems(select.items, aggregated, false, report) : null;
  const where = select.where === null ? null : lowerCondition(select.where, scope, report);
  const having = select.having === null ? null : lowerCondition(select.having, aggregated, report);
  const output =
    select.output === null
      ? null
      : lowerOutput(select.output, { scope, hints: NO_HINTS, hasOrder: false, report });
  // One row has one order.
  for (const { expression } of select.orderBy) lowerExpression(expression, aggregated, report);
  if (columns !== null) areUnique(columns, report);
  if (columns === null || report.errorCount > errorsBefore) return null;
  const plain = columns.map(({ name, type, expr }) => ({ name, type, expr }));
  const { plans } = aggregates;
  const query = { kind: 'select' as const, inputs: [], where, columns: plain, insertInto: null };
  return { ...query, ...NO_CLAUSES, having, aggregates: plans, output };
}

const NO_HINTS: Hints = new Map();

/** Whether rows leave only when a context partition ends. */
function isAtEnd(output: OutputClause | null): boolean {
  const { after = null, rate = null, terminated = null } = output ?? {};
  const isBare = terminated !== null && terminated.condition === null && terminated.assignments.length === 0;
  return isBare && after === null && rate === null;
}

function refuseClauses(select: SelectStatement, report: Reporter): void {
  const later = [
    ['output', isAtEnd(select.output) ? null : select.output],
    ['limit', select.limit],
    ['rstream', select.streamSelector === 'rstream' ? select : null],
    ['into table', select.intoTable],
  ] as const;
  for (const [what, clause] of later) {
    if (clause !== null) report.notImplemented(`\`${what}\` of a \`select\` without \`from\``, clause.span);
  }
}
