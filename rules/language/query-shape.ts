import type { Expr } from '../../engine/expr/ir.ts';
import type {
  AggregatePlan,
  GroupByPlan,
  OrderPlan,
  OutputPlan,
  PreviousPlan,
  ResultShape,
} from '../../engine/plan/query-plan.ts';
import type { SelectStatement } from './ast.ts';
import type { Span } from './diagnostics.ts';
import { usesOf } from './query-uses.ts';
import type { Reporter } from './reporter.ts';

/** The lowered parts that decide what a row of a query is made of. */
export interface ShapeParts {
  readonly columns: readonly Expr[];
  readonly aggregates: readonly AggregatePlan[];
  readonly previous: readonly PreviousPlan[];
  readonly groupBy: GroupByPlan | null;
  readonly having: Expr | null;
  readonly orderBy: readonly OrderPlan[];
  readonly output: OutputPlan | null;
}

/** What a row is made of, by Esper's rules; null after reporting a query that has no meaning. */
export function shapeOf(parts: ShapeParts, select: SelectStatement, report: Reporter): ResultShape | null {
  const { groupBy, aggregates } = parts;
  const errorsBefore = report.errorCount;
  const selected = usesOf(parts.columns, parts.previous);
  const having = usesOf(parts.having === null ? [] : [parts.having], parts.previous);
  checkOrder(parts, select, report);
  if (groupBy !== null) checkGroup(parts, select, report);
  if (report.errorCount > errorsBefore) return null;
  const isAggregated = selected.aggregates.size > 0 || having.aggregates.size > 0;
  const hasWildcard = select.items.some(({ kind }) => kind !== 'expression');
  const isOwnGrouping = aggregates.some((one) => one.groupBy !== null && !isWithin(one.groupBy, groupBy));
  if (groupBy === null) {
    if (!isAggregated) return 'simple';
    const readsItems = [selected, having].some((uses) => uses.fields.size > 0 || uses.hasItems);
    const isWhole = !readsItems && !hasWildcard && !isOwnGrouping;
    return isWhole ? 'all' : 'aggregateAll';
  }
  // Every column and criterion is of keys and aggregates then.
  if (groupBy.sets !== null) return 'grouped';
  const isLimited = parts.output?.kind === 'last' || parts.output?.kind === 'first';
  const isPlainStar = select.items.every(({ kind }) => kind === 'wildcard');
  if (isPlainStar && !isAggregated && having.fields.size === 0 && !isLimited) return 'simple';
  const keys = usesOf(groupBy.keys);
  const isOfKeys = isSubset(selected.fields, keys.fields) && !selected.hasItems && !hasWildcard;
  const order = usesOf(
    parts.orderBy.map(({ expr }) => expr),
    parts.previous,
  );
  const isOrderSelected = hasWildcard || isSubset(order.fields, selected.fields);
  return isOfKeys && isOrderSelected && !isOwnGrouping ? 'grouped' : 'aggregateGrouped';
}

/** Aggregates of `order by` must be selected too. */
function checkOrder({ columns, orderBy }: ShapeParts, select: SelectStatement, report: Reporter): void {
  const selected = usesOf(columns).aggregates;
  for (const [i, { expr }] of orderBy.entries()) {
    if (isSubset(usesOf([expr]).aggregates, selected)) continue;
    const span = select.orderBy[i]?.span as Span;
    report.error('E0432', 'an aggregate of `order by` must be a column too', span);
  }
}

function checkGroup(
  { columns, previous, groupBy, having, orderBy }: ShapeParts,
  select: SelectStatement,
  report: Reporter,
): void {
  const { keys, sets } = groupBy as GroupByPlan;
  const keyFields = usesOf(keys).fields;
  if (select.having !== null && having !== null && keyFields.size > 0) {
    if (!isSubset(usesOf([having]).fields, keyFields)) {
      const title = 'a field in `having` must be one of `group by`, or stand in an aggregate';
      report.error('E0431', title, select.having.span);
    }
  }
  if (sets === null) return;
  const star = select.items.find(({ kind }) => kind !== 'expression');
  if (star !== undefined) {
    report.error('E0435', 'with `rollup` and the like `*` cannot be selected', star.span);
    return;
  }
  for (const [i, { expr }] of orderBy.entries()) {
    if (isSubset(usesOf([expr], previous).fields, keyFields)) continue;
    const title = 'with `rollup` and the like rows are ordered by keys and aggregates';
    report.error('E0435', title, select.orderBy[i]?.span ?? select.span);
  }
  for (const [i, column] of columns.entries()) {
    const uses = usesOf([column], previous);
    if (isSubset(uses.fields, keyFields) && !uses.hasItems) continue;
    const title = 'with `rollup` and the like every column is of keys and aggregates';
    report.error('E0435', title, select.items[i]?.span ?? select.span);
  }
}

/** Whether the keys of an aggregate are keys of the query. */
function isWithin(own: readonly Expr[], groupBy: GroupByPlan | null): boolean {
  const keys = new Set((groupBy?.keys ?? []).map((key) => JSON.stringify(key)));
  return own.every((key) => keys.has(JSON.stringify(key)));
}

function isSubset<T>(part: ReadonlySet<T>, whole: ReadonlySet<T>): boolean {
  for (const one of part) if (!whole.has(one)) return false;
  return true;
}
