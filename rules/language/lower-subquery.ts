import { TYPE_BOOLEAN, typeName, type ValueType } from '../../engine/event/types.ts';
import { childrenOf, isFieldPath } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { SubqueryExpr } from '../../engine/expr/ir-subquery.ts';
import { canEqual, isNumber } from '../../engine/expr/type-rules.ts';
import type { StoreInput, StreamInput } from '../../engine/plan/plan.ts';
import type { SubqueryPlan } from '../../engine/plan/subquery-plan.ts';
import { AggregateCollector } from './aggregate-collector.ts';
import type { SelectItem } from './ast.ts';
import type { SubqueryExpression } from './ast-subquery.ts';
import { isInContextOf } from './context-rules.ts';
import type { Span } from './diagnostics.ts';
import { lowerCondition } from './lower-expression.ts';
import { lowerGroupBy } from './lower-group.ts';
import { PreviousCollector } from './lower-previous.ts';
import { lowerItems, type SelectColumn } from './lower-select.ts';
import { lowerStream } from './lower-statement.ts';
import {
  eventValueType,
  type Lowering,
  type Scope,
  type ScopeEntry,
  type SubqueryContext,
  type SubqueryScope,
} from './scope.ts';
import { lookupOf, type RowViews } from './subquery-lookup.ts';
import { aroundSubquery, OuterValues, readsOuter } from './subquery-outer.ts';
import { asRows } from './subquery-rows.ts';
import { widenTogether } from './widen.ts';

/** Collects the subqueries of one statement; equal ones are one. The nodes hold indexes into `plans`. */
export class SubqueryCollector implements SubqueryScope {
  readonly plans: SubqueryPlan[] = [];
  private readonly catalog: Lowering['catalog'];
  private readonly indexes = new Map<string, number>();

  constructor({ catalog }: Lowering) {
    this.catalog = catalog;
  }

  lower(ast: SubqueryExpression, context: SubqueryContext): Expr | null {
    const errorsBefore = context.report.errorCount;
    const operand = ast.operand === null ? null : context.lower(ast.operand);
    const made = new SubqueryLowering(ast, context, this.catalog).lower();
    if (made === null || context.report.errorCount > errorsBefore) return null;
    const { values, type, only } = made;
    if (operand !== null && !checkOperand(ast, operand.type, type, context)) return null;
    const { plan, operand: compared } = comparable(made.plan, operand);
    const { test } = ast;
    const node: SubqueryExpr = {
      op: 'subquery',
      type: test.kind === 'row' || test.kind === 'rows' ? type : TYPE_BOOLEAN,
      index: this.add(plan),
      read: test.kind === 'rows' ? { kind: 'row' } : test,
      params: values.params,
      args: values.args,
      only,
      operand: compared,
    };
    return test.kind === 'rows' ? asRows(node) : node;
  }

  private add(plan: SubqueryPlan): number {
    const text = JSON.stringify(plan);
    const known = this.indexes.get(text);
    if (known !== undefined) return known;
    this.indexes.set(text, this.plans.length);
    return this.plans.push(plan) - 1;
  }
}

interface LoweredSubquery {
  readonly plan: SubqueryPlan;
  readonly values: OuterValues;
  /** Type of the value of a row. */
  readonly type: ValueType;
  readonly only: SubqueryExpr['only'];
}

class SubqueryLowering {
  private readonly ast: SubqueryExpression;
  private readonly context: SubqueryContext;
  private readonly lowering: Lowering;

  constructor(ast: SubqueryExpression, context: SubqueryContext, catalog: Lowering['catalog']) {
    this.ast = ast;
    this.context = context;
    this.lowering = { catalog, report: context.report };
  }

  lower(): LoweredSubquery | null {
    const { select } = this.ast;
    const { report, counts } = this.context;
    const source = this.source();
    if (source === null) return null;
    const { input, entry } = source;
    const aggregates = new AggregateCollector(
      false,
      () => input.views.length === 0 && input.kind !== 'store',
    );
    const previous = new PreviousCollector(false, [input.views]);
    const plain = this.scope(entry);
    const scope: Scope = { ...plain, previous };
    const places = counts.places;
    const condition = select.where === null ? null : lowerCondition(select.where, scope, report);
    const aggregated: Scope = { ...scope, aggregates };
    const columns = this.columns(aggregated);
    const having = select.having === null ? null : lowerCondition(select.having, aggregated, report);
    const keys = select.groupBy === null ? null : lowerGroupBy(select.groupBy, plain, new Map(), report);
    if (columns === undefined) return null;
    const value = columns === null ? null : rowOf(columns);
    const isAggregated = aggregates.plans.length > 0;
    const parts: Parts = {
      input,
      columns,
      condition,
      having,
      keys: keys?.keys ?? null,
      places,
      isAggregated,
    };
    if (keys !== null && keys.sets !== null)
      this.wrong('a subquery has no `rollup`, `cube` or `grouping sets`');
    for (const plan of aggregates.plans) this.checkAggregate(plan, places);
    this.check(parts);
    const all = [condition, value, having].flatMap((expr) => expr ?? []);
    const values = new OuterValues(counts.places, all);
    const bound = (expr: Expr | null) => (expr === null ? null : values.bind(expr));
    // A `having` without aggregates is a part of the condition, as in Esper.
    const late = having !== null && hasAggregate(having) ? having : null;
    const early = [condition, late === null ? having : null].flatMap((expr) => expr ?? []);
    const filters = early.map((expr) => values.bind(expr));
    const where = conjunctionOf(filters);
    const plan: SubqueryPlan = {
      input,
      lookup: lookupOf(where, this.rowViews(input)),
      where,
      isCorrelated: early.some((expr) => readsOuter(expr, places)),
      value: bound(value),
      aggregates: aggregates.plans,
      groupBy: isAggregated ? parts.keys : null,
      having: bound(late),
      previous: previous.plans,
    };
    counts.places = values.end;
    const type = value?.type ?? (entry.type === null ? null : eventValueType(entry.type));
    if (type === null) return null;
    const [first, second] = columns ?? [];
    const isOnly =
      isAggregated && keys === null && first !== undefined && bareFields(value as Expr).length === 0;
    const only = isOnly ? { column: second === undefined ? first.name : null } : null;
    return { plan, values, type, only };
  }

  /** The stream; null after reporting a mistake. */
  private source(): { readonly input: StreamInput | StoreInput; readonly entry: ScopeEntry } | null {
    const { select } = this.ast;
    const { report } = this.context;
    for (const { what, span } of select.unsupported) report.notImplemented(what, span);
    const [first, second] = select.from;
    if (first === undefined) return this.wrong('a subquery needs `from`');
    if (second !== undefined) return this.wrong('a subquery reads one stream', second.span);
    const clause = [
      select.recognize === null ? null : ('`match_recognize`' as const),
      select.output === null ? null : ('`output`' as const),
      select.orderBy.length === 0 ? null : ('`order by`' as const),
      select.limit === null ? null : ('`limit`' as const),
    ].find((one) => one !== null);
    if (clause !== undefined && clause !== null) return this.wrong(`a subquery has no ${clause}`);
    if (first.kind === 'pattern') return this.wrong('a subquery reads a stream, not a pattern', first.span);
    if (first.kind === 'stream' && first.unidirectional)
      this.context.report.error('E0481', 'the stream of a subquery cannot be `unidirectional`', first.span);
    const source = lowerStream(first, this.lowering);
    const entry = source?.scope.entries[0];
    if (source === null || entry === undefined || source.input.kind === 'pattern') return null;
    return { input: source.input, entry };
  }

  /** What holds the rows. */
  private rowViews(input: StreamInput | StoreInput): RowViews {
    const store = input.kind === 'store' ? this.lowering.catalog.stores.plans[input.store] : undefined;
    return store?.kind === 'window' ? store : input;
  }

  /** Names of its own stream come first; those around it are seen with their qualifier. */
  private scope(entry: ScopeEntry): Scope {
    const { scope, counts } = this.context;
    const { entries, params = [] } = aroundSubquery(scope);
    return {
      catalog: scope.catalog,
      entries: [entry, ...entries],
      alias: scope.alias,
      params,
      places: counts.places,
      subqueries: 'within another',
      ...(scope.expanding === undefined ? {} : { expanding: scope.expanding }),
    };
  }

  /** Null for `*`, undefined after reporting a mistake. */
  private columns(scope: Scope): readonly SelectColumn[] | null | undefined {
    const { select, test } = this.ast;
    const whole = select.items.find((item) => isWhole(item));
    if (whole !== undefined) {
      if (select.items.length === 1) return null;
      this.wrong('`*` of a subquery stands alone', whole.span);
      return undefined;
    }
    const columns = lowerItems(select.items, scope, false, this.context.report);
    if (columns === null) return undefined;
    const isFilter = this.context.scope.isFilter === true;
    if (columns.length > 1 && (isFilter || (test.kind !== 'row' && test.kind !== 'rows'))) {
      this.wrong('a subquery has one column here', select.items[1]?.span);
      return undefined;
    }
    const names = new Set(columns.map(({ name }) => name));
    if (names.size < columns.length) {
      this.wrong('the columns of a subquery have different names');
      return undefined;
    }
    return columns;
  }

  /** Aggregates are over the rows of the subquery, whatever the item around it. */
  private checkAggregate(plan: SubqueryPlan['aggregates'][number], places: number): void {
    if (plan.groupBy !== null) this.wrong('an aggregate of a subquery has no `group_by`');
    const exprs = [...plan.args.map(({ expr }) => expr), ...(plan.filter === null ? [] : [plan.filter])];
    if (exprs.some((expr) => readsOuter(expr, places)) || plan.slot < -1) {
      this.wrong('an aggregate of a subquery cannot look at what is around it');
    }
  }

  /** What Esper refuses. */
  private check({ input, columns, condition, having, keys, places, isAggregated }: Parts): void {
    const isOuter = (expr: Expr) => readsOuter(expr, places);
    const bare = (columns ?? []).map(({ expr }) => bareFields(expr));
    const hasBare = bare.some((fields) => fields.length > 0);
    if (isAggregated) {
      // The columns from the first aggregate on must not read the row itself.
      let seen = false;
      for (const [i, { expr }] of (columns ?? []).entries()) {
        seen ||= hasAggregate(expr);
        if (seen && bare[i]?.some((field) => !isOuter(field)) === true)
          this.wrong('beside an aggregate a column of a subquery reads aggregates only', columns?.[i]?.span);
      }
      if (keys === null && (columns?.length ?? 0) > 1 && seen && hasBare)
        this.wrong('the columns of a subquery are all of aggregates, or none is, without `group by`');
      if (having !== null && hasAggregate(having) && bareFields(having).some((field) => !isOuter(field)))
        this.wrong('`having` of a subquery reads aggregates only', this.ast.select.having?.span);
    }
    const known = new Set((keys ?? []).flatMap(bareFields).map((field) => JSON.stringify(field)));
    if (isAggregated && keys !== null) {
      if (keys.some(isOuter)) this.wrong('keys of `group by` are of the subquery itself');
      if (bare.flat().some((field) => !known.has(JSON.stringify(field))))
        this.wrong('a column of a grouped subquery is a key or an aggregate');
    }
    if (keys !== null && !isAggregated) this.wrong('`group by` of a subquery needs an aggregate');
    if (input.kind === 'store') {
      // What `from` of a statement may read without its context a subquery may not.
      const store = this.lowering.catalog.stores.plans[input.store];
      if (store !== undefined) isInContextOf(store, this.ast.span, this.lowering);
      const isCorrelated = [condition, having].some((expr) => expr !== null && readsOuter(expr, places));
      if (input.contained !== null && isCorrelated)
        this.wrong(
          'events inside the rows of a named window are taken without a condition on the item around',
        );
      return;
    }
    if (input.views.length > 0) return;
    const isFilter = this.context.scope.isFilter === true;
    const isFiltered = condition !== null && isOuter(condition);
    const fields = new Set(bare.flat().map((field) => JSON.stringify(field)));
    const isCovered = keys !== null && isAggregated && [...known].every((key) => fields.has(key));
    if (isFilter || isFiltered || (hasBare && !isCovered)) {
      this.wrong('a subquery needs a data window', this.ast.select.from[0]?.span, [
        'without one only aggregates over all events make sense: `(select sum(x) from S)`',
      ]);
    }
  }

  private wrong(title: string, span: Span = this.ast.span, notes: string[] = []): null {
    this.context.report.error('E0441', title, span, notes);
    return null;
  }
}

interface Parts {
  readonly input: StreamInput | StoreInput;
  readonly columns: readonly SelectColumn[] | null;
  readonly condition: Expr | null;
  readonly having: Expr | null;
  readonly keys: readonly Expr[] | null;
  /** Places of `Env.params` taken around the subquery. */
  readonly places: number;
  readonly isAggregated: boolean;
}

/** As in Esper `a.*` is the event of the subquery whatever stream is named. */
function isWhole(item: SelectItem): boolean {
  return item.kind === 'wildcard' || (item.kind === 'streamWildcard' && item.alias === null);
}

/** The value of a row: its only column, or a row of all. */
function rowOf(columns: readonly SelectColumn[]): Expr {
  const [first, second] = columns;
  if (first !== undefined && second === undefined) return first.expr;
  const fields = columns.map(({ name, expr }) => ({ name, type: expr.type }));
  return {
    op: 'row',
    type: { kind: 'row', fields },
    names: fields.map(({ name }) => name),
    values: columns.map(({ expr }) => expr),
  };
}

function conjunctionOf(parts: readonly Expr[]): Expr | null {
  const flat = parts.flatMap((part) => (part.op === 'and' ? part.operands : [part]));
  return flat.length <= 1 ? (flat[0] ?? null) : { op: 'and', type: TYPE_BOOLEAN, operands: flat };
}

function hasAggregate(expr: Expr): boolean {
  return expr.op === 'aggregate' || childrenOf(expr).some(hasAggregate);
}

/** Fields and events that an expression reads outside aggregates. */
function bareFields(expr: Expr): readonly Expr[] {
  if (isFieldPath(expr) || expr.op === 'slot') return [expr];
  return childrenOf(expr).flatMap(bareFields);
}

/** An operand and the rows it is compared with in one type, where one of them is a number of any length. */
function comparable(plan: SubqueryPlan, operand: Expr | null): { plan: SubqueryPlan; operand: Expr | null } {
  if (operand === null || plan.value === null) return { plan, operand };
  const [left, value] = widenTogether([operand, plan.value]);
  return { plan: value === plan.value ? plan : { ...plan, value }, operand: left };
}

/** Whether `in`, `any` and `all` can compare the two; reports when they cannot. */
function checkOperand(
  { test, span }: SubqueryExpression,
  operand: ValueType,
  row: ValueType,
  { report }: SubqueryContext,
): boolean {
  const isOrder = test.kind === 'quantified' && test.operator !== '=' && test.operator !== '!=';
  const isMany = ['array', 'map', 'row'].includes(operand.kind);
  const isText = operand.kind === 'string' && row.kind === 'string';
  const fits = isOrder ? isText || (isNumber(operand) && isNumber(row)) : canEqual(operand, row);
  if (fits && !isMany && operand.kind !== 'null') return true;
  const word = test.kind === 'quantified' ? test.operator : 'in';
  report.error('E0301', `\`${word}\` cannot compare ${typeName(operand)} and ${typeName(row)}`, span);
  return false;
}
