import type { EventType, Field, ValueType } from '../../engine/event/types.ts';
import { CURRENT } from '../../engine/expr/ir.ts';
import { NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import type { TableAggregate } from '../../engine/plan/table-plan.ts';
import { accessOf } from './annotations.ts';
import type { Annotation, Name } from './ast.ts';
import type { CreateTable, TableColumn } from './ast-table.ts';
import { lowerTableCall } from './lower-table-call.ts';
import type { Lowering } from './scope.ts';

interface LoweredColumn {
  readonly type: ValueType;
  readonly aggregate: TableAggregate | null;
}

/** Declares a table and the type of its rows. Its statement holds the rows. Null after reporting what is wrong. */
export function lowerTable(
  table: CreateTable,
  annotations: readonly Annotation[],
  place: string,
  lowering: Lowering,
): QueryPlan | null {
  const { catalog, report } = lowering;
  const errorsBefore = report.errorCount;
  const { text: name, span } = table.name;
  const other = nameTaken(name, lowering);
  if (other !== null) report.error('E0214', `there is ${other} \`${name}\` already`, span);
  const seen = new Set<string>();
  const columns = table.columns.map((column) => {
    if (seen.has(column.name.text)) {
      report.error('E0207', `the column \`${column.name.text}\` is declared twice`, column.name.span);
    }
    seen.add(column.name.text);
    return lowerColumn(column, lowering);
  });
  const keys = table.columns.flatMap((column, i) => (isKey(column, columns[i] ?? null, lowering) ? [i] : []));
  if (report.errorCount > errorsBefore || columns.includes(null)) {
    if (other === null) catalog.expect(name);
    return null;
  }
  const lowered = columns as LoweredColumn[];
  const fields = table.columns.map((column, i): Field => {
    return { name: column.name.text, type: (lowered[i] as LoweredColumn).type };
  });
  const type: EventType = { name, fields, supertypes: [], startField: -1, endField: -1, origin: 'derived' };
  const index = catalog.stores.add({
    kind: 'table',
    name,
    type: catalog.add(type, place),
    keys,
    columns: lowered.map(({ aggregate }) => aggregate),
    context: catalog.contexts.current?.index ?? null,
    access: accessOf(annotations),
  });
  return {
    kind: 'select',
    inputs: [],
    where: null,
    columns: fields.map((field, i) => {
      return { ...field, expr: { op: 'field', type: field.type, slot: CURRENT, field: i } };
    }),
    insertInto: null,
    ...NO_CLAUSES,
    onStore: { kind: 'create', store: index },
  };
}

/** What has the name already; null when it is free. */
function nameTaken(name: string, { catalog }: Lowering): string | null {
  if (catalog.stores.isTaken(name)) return 'a named window or table';
  if (catalog.indexOf(name) >= 0) return 'an event type';
  return catalog.declared.variable(name) === undefined ? null : 'a variable';
}

function lowerColumn(column: TableColumn, lowering: Lowering): LoweredColumn | null {
  const { catalog, report } = lowering;
  const held = heldType(column, lowering);
  if (held === undefined) return null;
  if (column.aggregate !== null) {
    const aggregate = lowerTableCall(column, column.aggregate, held, lowering);
    return aggregate === null ? null : { type: aggregate.plan.type, aggregate };
  }
  const { name, dimensions } = column.type as NonNullable<TableColumn['type']>;
  let type = catalog.valueType(name.text);
  if (type === null) {
    if (catalog.isExpected(name.text)) return null;
    if (/^(big|java\.)/i.test(name.text)) report.notImplemented(`the type \`${name.text}\``, name.span);
    else {
      const known = [...catalog.scalarNames(), ...catalog.names()];
      report.unknown('E0205', 'type', name.text, name.span, known);
    }
    return null;
  }
  for (let i = 0; i < dimensions; i++) type = { kind: 'array', element: type };
  return { type, aggregate: null };
}

/** The type of the events that a column holds, from `@type(T)`; null without, undefined after a mistake. */
function heldType(column: TableColumn, { catalog, report }: Lowering): EventType | null | undefined {
  const [first, second] = column.annotations;
  if (first === undefined) return null;
  if (first.name.text.toLowerCase() !== 'type') {
    report.unknown('E0211', 'annotation of a column', first.name.text, first.span, ['type']);
    return undefined;
  }
  const [arg] = first.args;
  const { value } = arg ?? {};
  const name = value?.kind === 'name' ? value.name : value?.kind === 'constant' ? value.value : null;
  if (second !== undefined || typeof name !== 'string' || first.args.length !== 1) {
    const title = 'a column has one `@type` with the name of an event type';
    report.error('E0403', title, (second ?? first).span);
    return undefined;
  }
  const type = catalog.get(name);
  if (type === undefined && !catalog.isExpected(name)) {
    report.unknown('E0201', 'event type', name, first.span, catalog.names());
  }
  return type;
}

/** Whether a column is marked `primary key`. */
function isKey({ words, name }: TableColumn, column: LoweredColumn | null, { report }: Lowering): boolean {
  const [first, second, third] = words;
  if (first === undefined) return false;
  if (first.text.toLowerCase() !== 'primary' || second?.text.toLowerCase() !== 'key' || third !== undefined) {
    const wrong = (first.text.toLowerCase() === 'primary' ? (third ?? second ?? first) : first) as Name;
    report.error('E0470', `\`${wrong.text}\` cannot stand after a column`, wrong.span, [
      'write `primary key`',
    ]);
    return false;
  }
  if (column === null) return true;
  if (column.aggregate !== null) {
    report.error('E0470', `\`${name.text}\` is computed, so it cannot be a key`, first.span);
    return false;
  }
  if (column.type.kind === 'event') {
    report.error('E0470', `\`${name.text}\` holds an event, so it cannot be a key`, first.span);
    return false;
  }
  return true;
}
