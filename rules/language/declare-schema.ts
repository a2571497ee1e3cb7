import { crc32 } from 'node:zlib';
import { type EventType, type Field, sameType, typeName, type ValueType } from '../../engine/event/types.ts';
import type { CreateSchema, Name, SchemaColumn } from './ast.ts';
import type { Catalog, DeclaredAt } from './catalog.ts';
import { variantType } from './lower-variant.ts';
import type { Reporter } from './reporter.ts';

/** One `create schema` of a rule set. */
export interface SchemaSource {
  readonly schema: CreateSchema;
  /** `@JsonSchema(dynamic=true)` */
  readonly isDynamic: boolean;
  /** `@buseventtype` */
  readonly isBusEventType: boolean;
  readonly place: DeclaredAt;
  readonly report: Reporter;
}

/**
 * Adds the types of all schemas to the catalog. They may stand in any order and any file; each waits for the types it
 * names. Two equal declarations of one name are one type.
 */
export function declareSchemas(sources: readonly SchemaSource[], catalog: Catalog): void {
  reportSameHash(sources);
  let open = [...sources];
  while (open.length > 0) {
    const names = new Set(open.map(({ schema }) => schema.name.text));
    const isReady = ({ schema }: SchemaSource) =>
      referencesOf(schema).every((name) => !names.has(name.text) || catalog.indexOf(name.text) >= 0);
    const ready = open.filter(isReady);
    for (const source of ready) declareSchema(source, catalog);
    if (ready.length === 0) {
      for (const { schema, report } of open) {
        const title = `the schema \`${schema.name.text}\` contains itself`;
        report.error('E0407', title, schema.name.span, ['break the circle of schemas that name each other']);
        catalog.expect(schema.name.text);
      }
      return;
    }
    open = open.filter((source) => !ready.includes(source));
  }
}

/** Esper finds the types of events from outside by the CRC-32 of their names: rules stay fit for it. */
function reportSameHash(sources: readonly SchemaSource[]): void {
  const names = new Map<number, string>();
  for (const { schema, isBusEventType, report } of sources) {
    if (!isBusEventType) continue;
    const name = schema.name.text;
    const hash = crc32(name);
    const first = names.get(hash) ?? name;
    if (first !== name) {
      const title = `\`${name}\` and \`${first}\` have the same CRC-32, by which Esper finds event types`;
      report.error('E0218', title, schema.name.span, ['rename one of them']);
    }
    names.set(hash, first);
  }
}

/** Event types a schema names, which must be declared before it. */
function referencesOf(schema: CreateSchema): readonly Name[] {
  return [
    ...schema.inherits,
    ...schema.models,
    ...schema.copyFrom,
    ...schema.columns.map((column) => column.type),
  ];
}

function declareSchema(source: SchemaSource, catalog: Catalog): void {
  const { place, report } = source;
  const schema = withKind(source.schema, catalog);
  const { name, representation } = schema;
  if (representation !== null) catalog.represent(name.text, representation);
  const errorsBefore = report.errorCount;
  const type = schema.variant
    ? variantType(schema, catalog, report)
    : buildType({ ...source, schema }, catalog);
  if (type === null || report.errorCount > errorsBefore) {
    catalog.expect(name.text);
    return;
  }
  const known = catalog.get(name.text);
  if (known === undefined) catalog.add(type, place);
  else if (!sameDefinition(known, type)) {
    const first = catalog.placeOf(name.text);
    const where = first === undefined ? 'it is given from outside' : `the first declaration is at ${first}`;
    const title = `the event type \`${name.text}\` is declared twice, differently`;
    report.error('E0206', title, name.span, [`${where}; rename one of them or make both equal`]);
  }
}

/** A schema that does not say how its events are held is of the kind that the settings say, or its parents'. */
function withKind(schema: CreateSchema, { defaults }: Catalog): CreateSchema {
  const { representation = null } = defaults;
  const isOpen = schema.representation === null && !schema.variant && schema.inherits.length === 0;
  return isOpen && representation !== null ? { ...schema, representation } : schema;
}

function sameDefinition(a: EventType, b: EventType): boolean {
  return (
    a.fields.length === b.fields.length &&
    a.fields.every(
      (field, i) => field.name === b.fields[i]?.name && sameType(field.type, b.fields[i].type),
    ) &&
    a.supertypes.join() === b.supertypes.join() &&
    a.startField === b.startField &&
    a.endField === b.endField &&
    JSON.stringify(a.variant) === JSON.stringify(b.variant)
  );
}

function buildType({ schema, isDynamic, report }: SchemaSource, catalog: Catalog): EventType | null {
  const fields: Field[] = [];
  const supertypes: string[] = [];
  const times = { start: '', end: '' };
  let isBroken = false;
  for (const parent of [...schema.inherits, ...schema.models, ...schema.copyFrom]) {
    const type = findType(parent, catalog, report);
    if (type === null) {
      isBroken = true;
      continue;
    }
    const isInherited = schema.inherits.includes(parent);
    if (isInherited) supertypes.push(type.name, ...type.supertypes);
    for (const field of type.fields) addField(fields, field, parent, isInherited, report);
    times.start = inheritedTime(times.start, type.fields[type.startField]?.name, parent, report);
    times.end = inheritedTime(times.end, type.fields[type.endField]?.name, parent, report);
  }
  const inherited = fields.length;
  for (const column of schema.columns) {
    const type = columnType(column, schema, catalog, report);
    if (type === null) isBroken = true;
    else {
      const at = fields.findIndex((field) => field.name === column.name.text);
      const mayRepeat = at >= 0 && at < inherited && schema.copyFrom.length === 0;
      addField(fields, { name: column.name.text, type }, column.name, mayRepeat, report);
    }
  }
  if (isBroken) return null;
  return {
    name: schema.name.text,
    fields,
    supertypes: [...new Set(supertypes)],
    startField: timeField(schema.startTimestamp, times.start, schema, fields, report),
    endField: timeField(schema.endTimestamp, times.end, schema, fields, report),
    origin: 'schema',
    ...(isClosed(schema, isDynamic, catalog) ? { closed: true as const } : {}),
  };
}

/** All parents that name a time field name the same. */
function inheritedTime(before: string, own: string | undefined, parent: Name, report: Reporter): string {
  if (own === undefined || own === before) return before;
  if (before !== '') {
    const title = `\`${parent.text}\` has the time field \`${own}\`, another parent has \`${before}\``;
    report.error('E0303', title, parent.span);
  }
  return own;
}

/** Maps hold whatever an event has; object arrays nothing more; JSON when the schema or one it inherits is dynamic. */
function isClosed({ representation, inherits }: CreateSchema, isDynamic: boolean, catalog: Catalog): boolean {
  if (representation !== 'json') return representation === 'objectarray';
  return !isDynamic && !inherits.some((parent) => catalog.get(parent.text)?.closed === undefined);
}

function findType(name: Name, catalog: Catalog, report: Reporter): EventType | null {
  const type = catalog.get(name.text);
  if (type === undefined && !catalog.isExpected(name.text)) {
    report.unknown('E0201', 'event type', name.text, name.span, catalog.names());
  }
  return type ?? null;
}

/** The fields that columns declare; null after reporting a mistake. */
export function columnFields(
  columns: readonly SchemaColumn[],
  catalog: Catalog,
  report: Reporter,
): readonly Field[] | null {
  const fields: Field[] = [];
  const errorsBefore = report.errorCount;
  let isBroken = false;
  for (const column of columns) {
    const type = columnType(column, { representation: null }, catalog, report);
    if (type === null) isBroken = true;
    else addField(fields, { name: column.name.text, type }, column.name, false, report);
  }
  return isBroken || report.errorCount > errorsBefore ? null : fields;
}

function columnType(
  column: SchemaColumn,
  { representation }: Pick<CreateSchema, 'representation'>,
  catalog: Catalog,
  report: Reporter,
): ValueType | null {
  const name = column.type.text;
  let type: ValueType | null = name === 'null' ? { kind: 'null' } : catalog.valueType(name);
  if (representation === 'json' && catalog.representationOf(name) === 'objectarray') {
    const title = `an event of \`${name}\` is an object array: JSON cannot hold it`;
    report.error('E0205', title, column.type.span, ['nest a schema of kind json or map']);
    return null;
  }
  if (type === null) {
    if (catalog.isExpected(name)) return null;
    const isJava = /^java\./i.test(name);
    if (isJava) report.notImplemented(`the type \`${name}\``, column.type.span);
    else {
      const known = [...catalog.scalarNames(), ...catalog.names()];
      report.unknown('E0205', 'type', name, column.type.span, known);
    }
    return null;
  }
  for (let i = 0; i < column.dimensions; i++) {
    type = { kind: 'array', element: type, ...(column.primitive ? { primitive: true as const } : {}) };
  }
  return type;
}

function addField(fields: Field[], field: Field, place: Name, mayRepeat: boolean, report: Reporter): void {
  const known = fields.find((one) => one.name === field.name);
  if (known === undefined) fields.push(field);
  else if (!sameType(known.type, field.type)) {
    const types = `${typeName(known.type)} and ${typeName(field.type)}`;
    report.error('E0207', `the field \`${field.name}\` is declared twice, as ${types}`, place.span);
  } else if (!mayRepeat) {
    report.error('E0207', `the field \`${field.name}\` is declared twice`, place.span);
  }
}

function timeField(
  name: Name | null,
  inherited: string,
  schema: CreateSchema,
  fields: readonly Field[],
  report: Reporter,
): number {
  const wanted = name?.text ?? inherited;
  const at = fields.findIndex((field) => field.name === wanted);
  if (name === null) return at;
  if (at < 0) {
    const type = { name: schema.name.text, fields, supertypes: [], startField: -1, endField: -1 };
    report.unknownField({ ...type, origin: 'schema' }, name.text, name.span, []);
    return -1;
  }
  if (inherited !== '' && inherited !== name.text) {
    const title = `the inherited time field is \`${inherited}\`: it cannot become \`${name.text}\``;
    report.error('E0303', title, name.span);
    return -1;
  }
  const { type } = fields[at] as Field;
  if (type.kind === 'long' || type.kind === 'date' || type.kind === 'string') return at;
  const title = `a time field must be long, date or string (ISO 8601), not ${typeName(type)}`;
  report.error('E0303', title, name.span);
  return -1;
}
