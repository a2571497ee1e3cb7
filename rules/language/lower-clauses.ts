import type { Expr } from '../../engine/expr/ir.ts';
import type { QueryPlan } from '../../engine/plan/plan.ts';
import type { AggregatePlan, GroupByPlan, OrderPlan, PreviousPlan } from '../../engine/plan/query-plan.ts';
import type { SelectStatement } from './ast.ts';
import type { Ordering } from './ast-clauses.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { lowerLimit, lowerOutput } from './lower-output.ts';
import type { SelectColumn } from './lower-select.ts';
import { shapeOf } from './query-shape.ts';
import type { Reporter } from './reporter.ts';
import type { Scope } from './scope.ts';
import type { Hints } from './statement-hints.ts';

/** What the clauses after `where` are lowered with. */
export interface ClauseContext {
  /** Names of the query; aggregates go to its collector. */
  readonly scope: Scope;
  readonly columns: readonly SelectColumn[];
  /** Aggregates collected from the columns, which those of `having` and `order by` join. */
  readonly aggregates: readonly AggregatePlan[];
  /** Calls of `prev…` and `prior` collected likewise. */
  readonly previous: readonly PreviousPlan[];
  /** Null without one, or after a mistake. */
  readonly groupBy: GroupByPlan | null;
  readonly hints: Hints;
  readonly report: Reporter;
  /** Reads the keys of the context around instead of the fields that are such keys. */
  readonly atKeys?: (expr: Expr) => Expr;
}

/** The parts of a query that the clauses decide. */
export type ClausePlans = Pick<
  QueryPlan,
  'selector' | 'distinct' | 'aggregates' | 'groupBy' | 'shape' | 'having' | 'output' | 'orderBy' | 'limit'
>;

/** Lowers the clauses after `where`; null after reporting what is wrong. Each is looked at. */
export function lowerClauses(select: SelectStatement, context: ClauseContext): ClausePlans | null {
  const { scope, columns, groupBy, aggregates, previous, hints, report } = context;
  const errorsBefore = report.errorCount;
  const subqueries = 'in `output` or `limit`';
  const bare: Scope = { catalog: scope.catalog, entries: [], alias: null, subqueries };
  const { atKeys = (expr) => expr } = context;
  const condition = select.having === null ? null : lowerCondition(select.having, scope, report);
  const having = condition === null ? null : atKeys(condition);
  const orderBy = lowerOrder(select.orderBy, scope, columns, report).map((order) => ({
    ...order,
    expr: atKeys(order.expr),
  }));
  const hasOrder = orderBy.length > 0;
  const output =
    select.output === null ? null : lowerOutput(select.output, { scope: bare, hints, hasOrder, report });
  const limit = select.limit === null ? null : lowerLimit(select.limit, bare, report);
  if (report.errorCount > errorsBefore) return null;
  const exprs = columns.map(({ expr }) => expr);
  const shape = shapeOf(
    { columns: exprs, aggregates, previous, groupBy, having, orderBy, output },
    select,
    report,
  );
  if (shape === null) return null;
  const selector = select.streamSelector ?? scope.catalog.defaults.selector ?? 'istream';
  const { distinct } = select;
  return { selector, distinct, aggregates, groupBy, shape, having, output, orderBy, limit };
}

/** The criteria of `order by`, which may name columns; a column wins over a field of the same name. */
function lowerOrder(
  orderings: readonly Ordering[],
  scope: Scope,
  columns: readonly SelectColumn[],
  report: Reporter,
): readonly OrderPlan[] {
  const params = columns.flatMap(({ name, expr, isWildcard }) =>
    isWildcard ? [] : [{ name, expr, isImplicit: false }],
  );
  const all = [...(scope.params ?? []), ...params];
  const inner: Scope = { ...scope, params: all, subqueries: 'in `order by`' };
  return orderings.flatMap(({ expression, descending }) => {
    const expr = lowerExpression(expression, inner, report);
    return expr === null ? [] : [{ expr, descending }];
  });
}
