import { type EventType, type Field, TYPE_OBJECT, typeName } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { InsertPlan } from '../../engine/plan/plan.ts';
import type { InsertInto } from './ast.ts';
import type { DeclaredAt } from './catalog.ts';
import { isInContextOf } from './context-rules.ts';
import { fitColumn } from './fit-column.ts';
import { lowerExpression } from './lower-expression.ts';
import { areUnique, type SelectColumn } from './lower-select.ts';
import { lowerVariantInsert } from './lower-variant.ts';
import { NULL_EXPR } from './null-expr.ts';
import type { Reporter } from './reporter.ts';
import { currentEntry, type Lowering, type Scope, subqueriesOf } from './scope.ts';
import type { FoundTable } from './stores.ts';

/** An `insert into` with the columns its statement then has. */
export interface LoweredInsert {
  readonly plan: InsertPlan;
  readonly columns: readonly SelectColumn[];
}

/**
 * Matches the columns of an `insert into` to the fields of its target by name. The first `insert into` of a stream
 * without a schema makes its type. As in Esper the rows of the statement are events of the target: its field names,
 * null for what is not selected. Columns of a wildcard only fill what the target has. `selectedType`: type of the events
 * when they are selected whole. Null after reporting a mistake.
 */
export function lowerInsert(
  insert: InsertInto,
  selected: readonly SelectColumn[],
  place: DeclaredAt,
  lowering: Lowering & { readonly selectedType?: EventType | null },
): LoweredInsert | null {
  const { catalog, report, selectedType = null } = lowering;
  const columns = renamed(insert, selected, report);
  if (columns === null) return null;
  const name = insert.target.text;
  const variant = catalog.get(name);
  if (variant?.variant !== undefined) {
    if (!areUnique(columns, report)) return null;
    return lowerVariantInsert(insert, columns, variant, {
      catalog,
      report,
      at: place,
      selected: selectedType,
    });
  }
  const selector = insert.streamSelector ?? 'istream';
  const target = catalog.get(name);
  if (target === undefined) {
    if (!areUnique(columns, report)) return null;
    const fields = columns.map((one) => ({
      name: one.name,
      type: one.type.kind === 'null' ? TYPE_OBJECT : one.type,
    }));
    const type = { name, fields, supertypes: [], startField: -1, endField: -1, origin: 'derived' as const };
    const at = catalog.add(type, place);
    const precedence = lowerPrecedence(insert, type, lowering);
    return { plan: { selector, type: at, fields: fields.map((_, i) => i), precedence }, columns };
  }
  const explicit = columns.filter((column) => !column.isWildcard);
  if (!areUnique(explicit, report)) return null;
  const chosen = target.fields.map(
    (field) =>
      explicit.find((column) => column.name === field.name) ??
      columns.find((column) => column.name === field.name) ??
      null,
  );
  // `insert into Empty() select null` makes events of a type without fields.
  const isEmpty = target.fields.length === 0 && explicit.every(({ type }) => type.kind === 'null');
  const unknown = isEmpty ? [] : explicit.filter((column) => !chosen.includes(column));
  // As in Esper the row shows a stream given as a column, though the named window that it enters has no such field.
  const isShown = ({ expr }: SelectColumn) => expr.op === 'slot' && catalog.stores.get(name) !== undefined;
  const shown = unknown.filter(isShown);
  for (const column of unknown)
    if (!isShown(column)) report.unknownField(target, column.name, column.span, []);
  const fitting = target.fields.map((field, i) => {
    const column = chosen[i] ?? null;
    return column === null ? null : fitted(column, field, target, { catalog, report });
  });
  if (unknown.length > shown.length || fitting.includes(undefined)) return null;
  if (!isEmpty && chosen.every((column) => column === null) && columns.length > 0) {
    const title = `\`${name}\` has none of the selected columns`;
    report.error('E0406', title, insert.target.span, [fieldList(target)]);
    return null;
  }
  const all = target.fields.map((field, i) => filled(field, fitting[i] ?? null, insert));
  const precedence = lowerPrecedence(insert, target, lowering);
  const table = catalog.stores.table(name);
  if (table !== undefined && !isInContextOf(table.plan, insert.target.span, { catalog, report })) return null;
  if (table !== undefined && !fillsPlainColumns(table, chosen, target, report)) return null;
  const into = table === undefined ? {} : { table: table.index };
  const plan = { selector, type: catalog.indexOf(name), fields: all.map((_, i) => i), precedence, ...into };
  return { plan, columns: [...all, ...shown] };
}

/** Whether no column that a table computes is given; reports those that are. */
function fillsPlainColumns(
  { plan }: FoundTable,
  chosen: readonly (SelectColumn | null)[],
  { name, fields }: EventType,
  report: Reporter,
): boolean {
  const errorsBefore = report.errorCount;
  for (const [i, column] of chosen.entries()) {
    if (column === null || plan.columns[i] == null) continue;
    const title = `the column \`${fields[i]?.name}\` of \`${name}\` is computed: it cannot be inserted`;
    report.error('E0472', title, column.span, ['`into table` feeds it']);
  }
  return report.errorCount === errorsBefore;
}

/** `event-precedence(…)` sees the event that is made. */
function lowerPrecedence(insert: InsertInto, type: EventType, lowering: Lowering): Expr | null {
  const { catalog, report } = lowering;
  const ast = insert.precedence;
  if (ast === null) return null;
  if (catalog.stores.get(type.name)?.plan.kind === 'table') {
    const notes = ['rows of a table are no events: nothing waits for its turn'];
    report.error('E0302', '`event-precedence` cannot stand before a table', ast.span, notes);
    return null;
  }
  const entries = [currentEntry(type.name, type)];
  const scope: Scope = { catalog, entries, alias: null, ...subqueriesOf(lowering) };
  const expr = lowerExpression(ast, scope, report);
  if (expr === null || expr.type.kind === 'int') return expr;
  report.error('E0301', `\`event-precedence\` takes an int, not ${typeName(expr.type)}`, ast.span);
  return null;
}

/** The columns under the names of `insert into S(a, b)`, if it has any. */
function renamed(
  insert: InsertInto,
  columns: readonly SelectColumn[],
  report: Reporter,
): readonly SelectColumn[] | null {
  if (insert.columns.length === 0) return columns;
  const star = columns.find(({ isWildcard }) => isWildcard);
  if (star !== undefined) {
    const notes = ['name the columns in `select`, or leave their names out of `insert into`'];
    report.error('E0405', 'columns of a wildcard cannot be given other names', star.span, notes);
    return null;
  }
  if (insert.columns.length !== columns.length) {
    const title = `${insert.columns.length} names for ${columns.length} columns`;
    report.error('E0405', title, insert.span);
    return null;
  }
  return columns.map((column, i) => {
    const name = insert.columns[i] as InsertInto['columns'][number];
    return { ...column, name: name.text, span: name.span, isWildcard: false };
  });
}

/** The column in the type of its field; undefined after reporting that it does not fit. */
function fitted(
  column: SelectColumn,
  field: Field,
  target: EventType,
  { catalog, report }: Lowering,
): SelectColumn | undefined {
  const expr = fitColumn(column.expr, field.type, catalog);
  if (expr !== null) return { ...column, expr };
  const types = `${typeName(column.type)}, but \`${target.name}.${field.name}\` is ${typeName(field.type)}`;
  const isScalar = column.type.kind !== 'event' && column.type.kind !== 'array';
  const notes = isScalar ? [`write cast(…, ${typeName(field.type)})`] : [];
  report.error('E0307', `the column \`${field.name}\` is ${types}`, column.span, notes);
  return undefined;
}

function filled(field: Field, column: SelectColumn | null, insert: InsertInto): SelectColumn {
  if (column !== null) return { ...column, type: field.type };
  const { span } = insert.target;
  return { name: field.name, type: field.type, expr: NULL_EXPR, span, isWildcard: false };
}

function fieldList(type: EventType): string {
  return `it has ${type.fields.map((field) => `\`${field.name}\``).join(', ')}`;
}
