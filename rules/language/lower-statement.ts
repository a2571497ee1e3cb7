import { basename } from 'node:path';
import type { EventType } from '../../engine/event/types.ts';
import { hasSubquery } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { JoinPlan } from '../../engine/plan/join-plan.ts';
import {
  hasMatches,
  type InputPlan,
  type InsertPlan,
  NO_CLAUSES,
  type QueryPlan,
  type StatementPlan,
} from '../../engine/plan/plan.ts';
import { AggregateCollector } from './aggregate-collector.ts';
import { refuseBesideAggregates } from './aggregate-limits.ts';
import { type Annotations, readAlert, readAnnotations } from './annotations.ts';
import type { SelectStatement, Statement, StreamItem } from './ast.ts';
import type { DeliveryClause } from './ast-clauses.ts';
import type { MatchRecognize } from './ast-recognize.ts';
import { numberSubqueries } from './column-name.ts';
import { contextKeyReader } from './context-keys.ts';
import { checkInsertInContext } from './context-rules.ts';
import { asFilterCondition } from './filter-quirk.ts';
import { fingerprint } from './fingerprint.ts';
import { lowerClauses } from './lower-clauses.ts';
import { lowerContained } from './lower-contained.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { lowerFilter } from './lower-filter.ts';
import { lowerFromless } from './lower-fromless.ts';
import { lowerGroupBy } from './lower-group.ts';
import { lowerInsert } from './lower-insert.ts';
import { findIntoTable, lowerIntoTable } from './lower-into-table.ts';
import { lowerJoin, typeMatches } from './lower-join.ts';
import { lowerPattern } from './lower-pattern.ts';
import { refuseMarks } from './lower-pattern-annotations.ts';
import { filteredFirst, PreviousCollector } from './lower-previous.ts';
import { lowerRecognize } from './lower-recognize.ts';
import { areUnique, lowerItems, type SelectColumn, withSubtypes } from './lower-select.ts';
import { lowerStoreSource } from './lower-store-source.ts';
import { lowerViews, withReclaim } from './lower-views.ts';
import { lineColumn } from './render.ts';
import type { Reporter } from './reporter.ts';
import {
  currentEntry,
  type Lowering,
  type Scope,
  type ScopeEntry,
  type Source,
  subqueriesOf,
  withoutName,
} from './scope.ts';
import { type Hints, readHints } from './statement-hints.ts';
import { withWhereInFilter } from './where-filter.ts';

/** Where a statement stands. */
export interface StatementPlace {
  readonly file: string;
  readonly text: string;
  /** Position among the statements of the file, from 1. */
  readonly ordinal: number;
}

/** A lowered statement before it has its index in the plan. */
export type UnplacedStatement = Omit<StatementPlan, 'index'>;

/** Lowers a `select`; null after reporting what is wrong. Every clause is looked at. */
export function lowerSelect(
  statement: Statement,
  select: SelectStatement,
  place: StatementPlace,
  lowering: Lowering,
): UnplacedStatement | null {
  const { report } = lowering;
  const errorsBefore = report.errorCount;
  const annotations = readAnnotations(statement.annotations, report);
  for (const { what, span } of select.unsupported) report.notImplemented(what, span);
  if (select.from.length === 0) {
    numberSubqueries([select.items, select.where, select.having]);
    const scope: Scope = { catalog: lowering.catalog, entries: [], alias: null, ...subqueriesOf(lowering) };
    const query = lowerFromless(select, scope, report);
    if (query === null || report.errorCount > errorsBefore) return null;
    return statementOf(statement, place, annotations, query, lowering);
  }
  const hints = readHints(statement.annotations);
  const source = lowerFrom(select, hints, lowering);
  if (source === null) return null;
  const table = select.intoTable === null ? null : findIntoTable(select.intoTable, lowering);
  const { inputs, scope, join } = source;
  const isJoin = join !== null;
  const [first] = inputs as readonly [InputPlan];
  if (select.delivery !== null) checkDelivery(select.delivery, scope, report);
  const previous = new PreviousCollector(
    isJoin,
    inputs.map(({ views, recognize }) => (recognize === undefined ? views : [])),
  );
  numberSubqueries([select.items, select.where, select.having, select.from]);
  const outer: Scope = { ...scope, previous, ...subqueriesOf(lowering) };
  const atKeys = contextKeyReader(lowering.catalog.contexts, inputs, previous.plans);
  const written = select.where === null ? null : lowerCondition(select.where, outer, report);
  const condition = written === null || !isJoin ? written : atKeys(written);
  const where = condition === null || isJoin ? condition : asFilter(condition, first, scope);
  const isInto = select.intoTable !== null;
  const isOpen = (slot: number) => isUnbounded(inputs[isJoin ? slot : 0]);
  const aggregates = new AggregateCollector(isJoin, isOpen, isInto);
  const keyScope: Scope = { ...outer, subqueries: 'in `group by`' };
  const groupBy = select.groupBy === null ? null : lowerGroupBy(select.groupBy, keyScope, hints, report);
  const levels = groupBy === null || groupBy.sets === null ? {} : { levelKeys: groupBy.keys };
  const inner = { ...outer, aggregates, ...levels };
  // Rolled up, a key that is also one of the context is null all the same.
  const keyed = groupBy === null || groupBy.sets === null ? atKeys : undefined;
  const made: Scope = select.insertInto === null ? inner : { ...inner, isInserting: true };
  const items = lowerItems(select.items, made, isJoin || hasMatches(first), report);
  let columns = items === null || keyed === undefined ? items : items.map((item) => keyedColumn(item, keyed));
  aggregates.isInColumns = false;
  const whole = wholeType(select, source);
  const clauses =
    columns === null
      ? null
      : lowerClauses(select, {
          scope: inner,
          columns,
          groupBy,
          aggregates: aggregates.plans,
          previous: previous.plans,
          hints,
          report,
          ...(keyed === undefined ? {} : { atKeys: keyed }),
        });
  if (clauses !== null) {
    const parts = { where, ...clauses, previous: previous.plans };
    refuseBesideAggregates(select, parts, report);
  }
  const intoTable =
    table === null || columns === null || clauses === null
      ? null
      : lowerIntoTable(select, table, { columns, aggregates: aggregates.plans, groupBy }, lowering);
  let insertInto: InsertPlan | null = null;
  if (columns !== null && select.insertInto === null) areUnique(columns, report);
  // A statement with a mistake elsewhere must not make a type.
  if (columns !== null && select.insertInto !== null && report.errorCount === errorsBefore) {
    const insert = lowerInsert(select.insertInto, columns, placeText(place, statement), {
      ...lowering,
      selectedType: whole,
    });
    insertInto = insert?.plan ?? null;
    checkInsertInContext(select.insertInto.target, lowering);
    columns = insert?.columns ?? null;
  }
  if (isInto && intoTable === null) return null;
  if (columns === null || clauses === null || report.errorCount > errorsBefore) return null;
  if (whole !== null && insertInto === null && clauses.shape === 'simple' && !clauses.distinct)
    columns = withSubtypes(columns, whole, scope);
  const reclaimed = inputs.map((input) => withReclaim(input, hints, report));
  const query: QueryPlan = {
    kind: 'select',
    ...(isJoin ? { inputs: reclaimed, where } : filteredFirst(reclaimed[0] as InputPlan, where, previous)),
    columns: columns.map(planOf),
    insertInto,
    ...NO_CLAUSES,
    ...clauses,
    join,
    previous: previous.plans,
    iterable: annotations.iterable,
    intoTable,
  };
  return statementOf(statement, place, annotations, query, lowering);
}

function keyedColumn(column: SelectColumn, atKeys: (expr: Expr) => Expr): SelectColumn {
  return column.isWildcard ? column : { ...column, expr: atKeys(column.expr) };
}

/** Whether the events of an input never leave, for want of a data window. */
function isUnbounded(input: InputPlan | undefined): boolean {
  return input !== undefined && input.kind !== 'store' && input.views.length === 0;
}

/** Rows leave one by one here, so how a delivery is cut up changes nothing. */
function checkDelivery({ name, keys, span }: DeliveryClause, scope: Scope, report: Reporter): void {
  for (const key of keys) lowerExpression(key, scope, report);
  const known = ['grouped_delivery', 'discrete_delivery'];
  if (!known.includes(name.text.toLowerCase()))
    report.unknown('E0203', 'delivery', name.text, name.span, known);
  else if (keys.length > 0 !== (name.text.toLowerCase() === known[0]))
    report.error('E0302', `\`${name.text}\` ${keys.length > 0 ? 'takes no keys' : 'takes keys'}`, span);
}

/** Type of the events of `select *` from one stream; null for any other select. */
function wholeType({ items }: SelectStatement, { inputs, scope }: FromParts): EventType | null {
  const [input, other] = inputs;
  const isRecognized = input?.recognize !== undefined;
  const isOne = other === undefined && input?.kind !== 'pattern' && !isRecognized;
  const isWhole = isOne && items.length === 1 && items[0]?.kind === 'wildcard';
  return isWhole ? (scope.entries[0]?.type ?? null) : null;
}

/** Completes the plan of a statement: name, place, fingerprint, and the alert read against its columns. */
export function statementOf(
  statement: Statement,
  place: StatementPlace,
  annotations: Annotations,
  query: QueryPlan,
  { catalog, report }: Lowering,
): UnplacedStatement {
  const { name, description, tags, priority, drop, alert } = annotations;
  const { file, text, ordinal } = place;
  return {
    name: name ?? `${basename(file).replace(/\.epl$/, '')}#${ordinal}`,
    file,
    line: lineColumn(text, statement.span.start).line,
    fingerprint: fingerprint(text.slice(statement.span.start, statement.span.end), query, catalog),
    description,
    tags,
    priority,
    drop,
    context: statement.context === null ? null : (catalog.contexts.current?.index ?? null),
    alert: alert === null ? null : readAlert(alert, query.columns, report),
    query: withWhereInFilter(query),
  };
}

/** As in Esper, `where` on one stream without windows is a condition of its filter, unless it reads a subquery. */
function asFilter(condition: Expr, input: InputPlan, { entries }: Scope): Expr {
  const type = entries[0]?.type ?? null;
  const isBare = input.views.length === 0 && input.recognize === undefined;
  const isFilter = input.kind === 'stream' && isBare && type !== null;
  return isFilter && !hasSubquery(condition) ? asFilterCondition(condition, type) : condition;
}

/** `fraud.epl:3`, for messages about another place. */
export function placeText(place: StatementPlace, statement: Statement): string {
  return `${place.file}:${lineColumn(place.text, statement.span.start).line}`;
}

/** What `from` gives the clauses after it. */
interface FromParts {
  readonly inputs: readonly InputPlan[];
  readonly scope: Scope;
  readonly join: JoinPlan | null;
}

function lowerFrom(select: SelectStatement, hints: Hints, lowering: Lowering): FromParts | null {
  const [, second] = select.from;
  const { recognize } = select;
  const isEvent = second !== undefined || recognize !== null;
  if (second !== undefined) for (const item of select.from) refuseMarks(item, lowering.report);
  const sources = select.from.map((item) => lowerStream(item, lowering, isEvent));
  if (sources.includes(null)) return null;
  const all = sources as readonly Source[];
  if (recognize !== null && second !== undefined) {
    const notes = ['join in a statement of its own, and look for matches in the stream it feeds'];
    lowering.report.error('E0463', '`match_recognize` works on one stream', second.span, notes);
    return null;
  }
  if (second !== undefined) return lowerJoin(select, all, lowering);
  const source = all[0] as Source;
  const found = recognize === null ? source : recognizedSource(recognize, source, hints, lowering);
  return found === null ? null : { inputs: [found.input], scope: found.scope, join: null };
}

/** `match_recognize` after a stream: the clauses after it see the events it makes. */
function recognizedSource(
  clause: MatchRecognize,
  { input, scope }: Source,
  hints: Hints,
  lowering: Lowering,
): Source | null {
  const [entry] = scope.entries;
  if (hasMatches(input)) {
    lowering.report.notImplemented('`match_recognize` over a pattern', clause.span);
    return null;
  }
  if (entry === undefined || entry.type === null) return null;
  const found = lowerRecognize(clause, { type: entry.type, name: entry.name }, hints, lowering);
  return found === null ? null : { input: { ...input, recognize: found.plan }, scope: found.scope };
}

/** Lowers a stream or pattern of `from` or `on`; null after reporting a mistake. */
export function lowerStream(item: StreamItem, lowering: Lowering, isJoined = false): Source | null {
  const { catalog, report } = lowering;
  if (item.kind === 'unsupported') {
    report.notImplemented(item.what, item.span);
    return null;
  }
  for (const { what, span } of item.unsupported) report.notImplemented(what, span);
  const alias = item.alias?.text ?? null;
  if (item.kind === 'stream' && catalog.stores.get(item.filter.type.text) !== undefined)
    return lowerStoreSource(item, lowering);
  if (item.kind === 'stream') {
    const own = alias ?? item.filter.type.text;
    const { type, condition, entry: outer } = lowerFilter(item.filter, own, [], lowering);
    const inside = item.filter.contained.length === 0 ? null : lowerContained(item.filter, outer, lowering);
    if (inside === null && item.filter.contained.length > 0) return null;
    const entry = inside?.entry ?? outer;
    const viewed = lowerViews(item, own, { catalog, entries: [entry], alias: null }, lowering);
    if (viewed === null) return null;
    const input: InputPlan = {
      kind: 'stream',
      type,
      alias: own,
      filter: condition,
      contained: inside?.plan ?? null,
      views: viewed.views,
      retain: viewed.retain,
    };
    return { input, scope: alias === null ? withoutName(viewed.scope) : viewed.scope };
  }
  const errorsBefore = report.errorCount;
  const { input: matches, entries } = lowerPattern(item.pattern, item.annotations, lowering);
  if (isJoined && report.errorCount > errorsBefore) return null;
  const own = alias ?? 'pattern';
  const typed = isJoined ? typeMatches(matches, own, lowering) : null;
  const input = typed?.input ?? matches;
  const scope: Scope =
    typed === null
      ? { catalog, entries: entries as readonly ScopeEntry[], alias }
      : { catalog, entries: [currentEntry(own, typed.type)], alias: null };
  const viewed = lowerViews(item, own, scope, lowering);
  if (viewed === null) return null;
  return { input: { ...input, views: viewed.views, retain: viewed.retain }, scope: viewed.scope };
}

function planOf({ name, type, expr }: SelectColumn) {
  return { name, type, expr };
}
