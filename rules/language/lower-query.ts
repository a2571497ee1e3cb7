import { LIMITS } from '../../engine/core/limits.ts';
import type { EventType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import type { StoreAction } from '../../engine/plan/store-plan.ts';
import type { Expression, InsertInto, Name, SelectStatement, StreamItem } from './ast.ts';
import type { QueryBody } from './ast-query.ts';
import { columnName } from './column-name.ts';
import type { Span } from './diagnostics.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { lowerInsert } from './lower-insert.ts';
import { setsPlainColumns } from './lower-resets.ts';
import { lowerItems, type SelectColumn } from './lower-select.ts';
import { lowerFieldUpdates } from './lower-update.ts';
import type { Lowering, Scope, ScopeEntry } from './scope.ts';
import type { FoundStore } from './stores.ts';

/** Reports what a select has that makes no sense for a query run once. */
export function checkQuerySelect(select: SelectStatement, { catalog, report }: Lowering): void {
  for (const item of select.from) checkSource(item, { catalog, report });
  if (select.intoTable !== null) report.error('E0490', 'a query has no `into table`', select.intoTable.span);
  if (select.output !== null)
    report.error('E0490', 'a query has no `output`: it runs once', select.output.span);
}

function checkSource(item: StreamItem, { catalog, report }: Lowering): void {
  if (item.kind === 'unsupported') return;
  const name = item.kind === 'stream' ? item.filter.type.text : null;
  if (name === null || catalog.stores.get(name) === undefined) {
    if (name !== null && catalog.isExpected(name)) return;
    const what = name === null ? 'a pattern' : `\`${name}\`, which is none`;
    const names = catalog.stores.names();
    const notes = names.length === 0 ? [] : [`there are ${names.map((one) => `\`${one}\``).join(', ')}`];
    report.error('E0490', `a query reads named windows and tables, not ${what}`, item.span, notes);
  } else if (item.views.length > 0 || item.retain !== null || item.unidirectional) {
    report.error(
      'E0490',
      'a query takes the rows as they are: no views, `retain` or `unidirectional`',
      item.span,
    );
  }
}

/** Lowers `insert into Store select …`, without `from`; null after reporting what is wrong. */
export function lowerQueryInsertSelect(select: SelectStatement, lowering: Lowering): QueryPlan | null {
  const { report } = lowering;
  const insert = select.insertInto as InsertInto;
  const [source] = select.from;
  const clause =
    select.where ?? select.having ?? select.groupBy ?? select.orderBy[0] ?? select.limit ?? select.output;
  if (source !== undefined || clause !== null) {
    const span = source?.span ?? (clause as { span: Span }).span;
    report.error('E0490', 'a query `insert` takes values, no rows of streams', span, [
      'read rows by subqueries: `insert into W select (select …) as a`',
    ]);
    return null;
  }
  const columns = lowerItems(select.items, bare(lowering), false, report);
  return columns === null ? null : lowerRows(insert, [columns], lowering);
}

/** Lowers a query that changes rows; null after reporting what is wrong. */
export function lowerQueryBody(body: QueryBody, lowering: Lowering): QueryPlan | null {
  switch (body.kind) {
    case 'queryInsert':
      return lowerValues(body, lowering);
    case 'queryDelete':
    case 'queryUpdate':
      return lowerChange(body, lowering);
  }
}

function lowerValues(body: QueryBody & { kind: 'queryInsert' }, lowering: Lowering): QueryPlan | null {
  const { report } = lowering;
  const found = storeOf(body.insertInto.target, lowering);
  if (found === null) return null;
  const type = lowering.catalog.types[found.plan.type] as EventType;
  const { columns: named } = body.insertInto;
  const names = named.length > 0 ? named.map(({ text }) => text) : type.fields.map(({ name }) => name);
  if (body.rows.length > LIMITS.queryRowsMax) {
    report.error('E0490', `${body.rows.length} rows are more than ${LIMITS.queryRowsMax}`, body.span);
    return null;
  }
  const rows = body.rows.map((row, i): SelectColumn[] | null => {
    if (row.length !== names.length) {
      const of = body.rows.length > 1 ? ` in row ${i + 1}` : '';
      const title = `${row.length} values${of} for ${names.length} columns`;
      report.error('E0405', title, row[0]?.span ?? body.span);
      return null;
    }
    const values = row.map((ast, at) => lowerValue(ast, names[at] as string, lowering));
    return values.includes(null) ? null : (values as SelectColumn[]);
  });
  if (rows.includes(null)) return null;
  return lowerRows({ ...body.insertInto, columns: [] }, rows as SelectColumn[][], lowering);
}

function lowerValue(ast: Expression, name: string, lowering: Lowering): SelectColumn | null {
  const expr = lowerExpression(ast, bare(lowering), lowering.report);
  if (expr === null) return null;
  return {
    name: name === '' ? columnName(ast) : name,
    type: expr.type,
    expr,
    span: ast.span,
    isWildcard: false,
  };
}

function lowerRows(
  insert: InsertInto,
  rows: readonly (readonly SelectColumn[])[],
  lowering: Lowering,
): QueryPlan | null {
  const { report } = lowering;
  if (insert.precedence !== null || insert.streamSelector !== null) {
    report.error('E0490', 'a query `insert` has no `event-precedence` and no stream', insert.span);
    return null;
  }
  const store = storeOf(insert.target, lowering);
  if (store === null) return null;
  const made = rows.map((columns) => lowerInsert(insert, columns, '', lowering));
  if (made.includes(null)) return null;
  const [first] = made;
  const action: StoreAction = {
    kind: 'insert',
    store: store.index,
    rows: made.map((one) => one?.columns.map(({ expr }) => expr) as Expr[]),
    fields: first?.plan.fields ?? [],
  };
  return ofRows(store, action, null, lowering);
}

function lowerChange(
  body: QueryBody & { kind: 'queryDelete' | 'queryUpdate' },
  lowering: Lowering,
): QueryPlan | null {
  const { catalog, report } = lowering;
  const store = storeOf(body.store, lowering);
  if (store === null) return null;
  const type = catalog.types[store.plan.type] as EventType;
  const name = body.alias?.text ?? body.store.text;
  const row: ScopeEntry = { name, slot: 0, type, isImplicit: true };
  const scope: Scope = { ...bare(lowering), entries: [row] };
  const where = body.where === null ? null : lowerCondition(body.where, scope, report);
  if (body.where !== null && where === null) return null;
  if (body.kind === 'queryDelete')
    return ofRows(store, { kind: 'delete', store: store.index, silent: false }, where, lowering);
  const initial: ScopeEntry = { name: 'initial', slot: 1, type, isImplicit: false };
  const inner: Scope = { ...scope, entries: [row, initial], isNearest: true };
  const updates = lowerFieldUpdates(body.assignments, type, [name, type.name], inner, lowering);
  return updates === null || !setsPlainColumns(updates, body.assignments, store, lowering)
    ? null
    : ofRows(store, { kind: 'update', store: store.index, updates }, where, lowering);
}

/** A query whose rows are those of the store. */
function ofRows(
  store: FoundStore,
  onStore: StoreAction,
  where: Expr | null,
  lowering: Lowering,
): QueryPlan | null {
  const type = lowering.catalog.types[store.plan.type] as EventType;
  const columns = type.fields.map(({ name, type: of }, field) => {
    return { name, type: of, expr: { op: 'field' as const, type: of, slot: 0, field } };
  });
  return { kind: 'select', inputs: [], where, columns, insertInto: null, ...NO_CLAUSES, onStore };
}

function storeOf(name: Name, { catalog, report }: Lowering): FoundStore | null {
  const found = catalog.stores.get(name.text);
  if (found !== undefined) return found;
  if (!catalog.isExpected(name.text))
    report.unknown('E0231', 'named window or table', name.text, name.span, catalog.stores.names());
  return null;
}

/** Nothing to read but tables, variables and subqueries. */
function bare({ catalog, subqueries }: Lowering): Scope {
  const scope: Scope = { catalog, entries: [], alias: null };
  return subqueries === undefined ? scope : { ...scope, subqueries };
}
