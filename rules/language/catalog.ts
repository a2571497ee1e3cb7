import {
  type EventType,
  type Field,
  type ScalarKind,
  sameType,
  typeName,
  type ValueType,
} from '../../engine/event/types.ts';
import type { CreateSchema, Name } from './ast.ts';
import type { Reporter } from './reporter.ts';

const SCALARS: ReadonlyMap<string, ScalarKind> = new Map<string, ScalarKind>([
  ['string', 'string'],
  ['boolean', 'boolean'],
  ['bool', 'boolean'],
  ['byte', 'byte'],
  ['short', 'short'],
  ['int', 'int'],
  ['integer', 'int'],
  ['long', 'long'],
  ['float', 'float'],
  ['double', 'double'],
  ['char', 'char'],
  ['character', 'char'],
  ['date', 'date'],
  ['object', 'object'],
  ['map', 'map'],
]);

/** The event types known while a rule set is compiled; indexes are those of the plan. */
export class Catalog {
  readonly types: EventType[];
  private readonly byName = new Map<string, number>();

  constructor(types: readonly EventType[]) {
    this.types = [...types];
    for (const [i, type] of this.types.entries()) this.byName.set(type.name, i);
  }

  /** Index of a type, −1 when there is none. */
  indexOf(name: string): number {
    return this.byName.get(name) ?? -1;
  }

  get(name: string): EventType | undefined {
    return this.types[this.indexOf(name)];
  }

  add(type: EventType): number {
    this.byName.set(type.name, this.types.length);
    return this.types.push(type) - 1;
  }

  /** The scalar or event type of a name; null when it is neither. */
  valueType(name: string): ValueType | null {
    const scalar = SCALARS.get(name.toLowerCase());
    if (scalar !== undefined) return { kind: scalar };
    return this.byName.has(name) ? { kind: 'event', typeName: name } : null;
  }

  /** Names for hints. */
  names(): readonly string[] {
    return [...this.byName.keys()];
  }

  scalarNames(): readonly string[] {
    return [...SCALARS.keys()];
  }
}

/** Adds the type of a `create schema`, or reports why it cannot be. */
export function declareSchema(schema: CreateSchema, catalog: Catalog, report: Reporter): void {
  if (schema.variant) return report.notImplemented('`create variant schema`', schema.span);
  const fields: Field[] = [];
  const supertypes: string[] = [];
  let inheritedStart = '';
  let inheritedEnd = '';
  for (const parent of [...schema.inherits, ...schema.models, ...schema.copyFrom]) {
    const type = catalog.get(parent.text);
    if (type === undefined) {
      report.unknown('E0201', 'event type', parent.text, parent.span, catalog.names());
      continue;
    }
    if (schema.inherits.includes(parent)) supertypes.push(type.name, ...type.supertypes);
    for (const field of type.fields) addField(fields, field, parent, report);
    inheritedStart = type.fields[type.startField]?.name ?? inheritedStart;
    inheritedEnd = type.fields[type.endField]?.name ?? inheritedEnd;
  }
  for (const column of schema.columns) {
    let type = catalog.valueType(column.type.text);
    if (type === null) {
      const known = [...catalog.scalarNames(), ...catalog.names()];
      report.unknown('E0205', 'type', column.type.text, column.type.span, known);
      continue;
    }
    for (let i = 0; i < column.dimensions; i++) type = { kind: 'array', element: type };
    addField(fields, { name: column.name.text, type }, column.name, report);
  }
  const type: EventType = {
    name: schema.name.text,
    fields,
    supertypes: [...new Set(supertypes)],
    startField: timeField(schema.startTimestamp, inheritedStart, fields, report),
    endField: timeField(schema.endTimestamp, inheritedEnd, fields, report),
    origin: 'schema',
  };
  const known = catalog.get(type.name);
  if (known === undefined) catalog.add(type);
  else if (JSON.stringify(known) !== JSON.stringify(type)) {
    report.error(
      'E0206',
      'name',
      `the event type \`${type.name}\` is declared twice, differently`,
      schema.name.span,
      ['rename one of them, or make both declarations equal'],
    );
  }
}

function addField(fields: Field[], field: Field, place: Name, report: Reporter): void {
  const known = fields.find((one) => one.name === field.name);
  if (known === undefined) fields.push(field);
  else if (!sameType(known.type, field.type)) {
    const types = `${typeName(known.type)} and ${typeName(field.type)}`;
    report.error('E0207', 'name', `the field \`${field.name}\` is declared twice, as ${types}`, place.span);
  }
}

function timeField(name: Name | null, inherited: string, fields: readonly Field[], report: Reporter): number {
  const wanted = name?.text ?? inherited;
  const at = fields.findIndex((field) => field.name === wanted);
  if (name === null) return at;
  if (at < 0) {
    report.unknown(
      'E0204',
      'field',
      name.text,
      name.span,
      fields.map((field) => field.name),
    );
    return -1;
  }
  const { kind } = (fields[at] as Field).type;
  if (kind === 'long' || kind === 'date' || kind === 'string') return at;
  report.error(
    'E0303',
    'type',
    `a time field must be long (epoch ms), date or string, not ${kind}`,
    name.span,
  );
  return -1;
}
