import type { TimeUnit } from '../time/time-base.ts';
import { formatTimestamp } from '../time/timestamp.ts';
import { Decimal } from './decimal.ts';
import { EventRecord, fieldKey, type Period, type Value } from './record.ts';
import type { EventType, ValueType } from './types.ts';

/**
 * Values as JSON, for alerts, printed rows and files.
 *
 * | value | JSON |
 * |---|---|
 * | boolean, text, null | the same |
 * | number | the same; `NaN`, `Infinity`, `-Infinity` as these texts, since JSON has no such numbers |
 * | biginteger, bigdecimal | the exact number as text, for JSON's readers would round it |
 * | date | ISO 8601 text with milliseconds, or microseconds where times count those, and `Z` |
 * | period | ISO 8601 duration text, `P1M`, `PT2.5S` |
 * | array | array |
 * | map, object | object with the own keys in their order |
 * | event | object of the fields by name, in schema order, by the event's own type (it may be a subtype) |
 *
 * A converter is made once per type; converting looks up no name. Keys such as `__proto__` become own
 * properties.
 */

/** A JSON value as it appears in alerts and printed rows. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object by key. */
export type JsonObject = { readonly [key: string]: Json };

/** Turns values of one type into JSON. */
export type ToJson = (value: Value) => Json;

/** The part of a plan that says how values are typed. */
export interface TypeTable {
  readonly types: readonly EventType[];
  /** What dates count. */
  readonly timeUnit: TimeUnit;
}

/** Converters for the types of one plan. */
export class JsonRenderer {
  readonly timeUnit: TimeUnit;
  private readonly types: readonly EventType[];
  private readonly events: (EventConverter | undefined)[] = [];

  constructor(table: TypeTable) {
    this.types = table.types;
    this.timeUnit = table.timeUnit;
  }

  /** The converter of a value type; keep it rather than asking again. */
  converter(type: ValueType): ToJson {
    switch (type.kind) {
      case 'boolean':
      case 'char':
      case 'string':
      case 'null':
      case 'byte':
      case 'short':
      case 'int':
      case 'long':
        return plain;
      case 'float':
      case 'double':
        return numberToJson;
      case 'biginteger':
      case 'bigdecimal':
        return bigToJson;
      case 'date':
        return (value) =>
          typeof value === 'number' ? formatTimestamp(value, this.timeUnit) : (value as Json);
      case 'period':
        return periodToJson;
      case 'array': {
        const element = this.converter(type.element);
        return (value) => (Array.isArray(value) ? value.map(element) : this.any(value));
      }
      default:
        return this.any;
    }
  }

  /** Fields of an event by name. */
  event(record: EventRecord): JsonObject {
    let convert = this.events[record.type];
    if (convert === undefined) {
      convert = this.eventConverter(this.types[record.type] as EventType);
      this.events[record.type] = convert;
    }
    return convert(record);
  }

  private eventConverter(type: EventType): EventConverter {
    // An event of a variant stream is rendered as the event it shows.
    if (type.variant !== undefined) {
      return (record) => (record.shownOf === undefined ? {} : this.event(record.shownOf));
    }
    const names = type.fields.map((field) => field.name);
    const keys = names.map((_, i) => fieldKey(i));
    const converters = type.fields.map((field) => this.converter(field.type));
    return (record) => {
      const fields = record as unknown as Record<string, Value>;
      const out: Record<string, Json> = {};
      for (let i = 0; i < names.length; i++) {
        const value = fields[keys[i] as string] ?? null;
        setOwn(out, names[i] as string, value === null ? null : (converters[i] as ToJson)(value));
      }
      return out;
    };
  }

  /** A value of unknown type: its JavaScript form decides. */
  private readonly any: ToJson = (value) => {
    if (typeof value === 'number') return numberToJson(value);
    if (typeof value === 'bigint' || value instanceof Decimal) return value.toString();
    if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
    if (value instanceof EventRecord) return this.event(value);
    if (Array.isArray(value)) return value.map(this.any);
    const source = value as { readonly [key: string]: Value };
    const out: Record<string, Json> = {};
    for (const key of Object.keys(source)) setOwn(out, key, this.any(source[key] as Value));
    return out;
  };
}

type EventConverter = (record: EventRecord) => JsonObject;

/** Renderers by type table; a plan that grows brings a new table. */
const RENDERERS = new WeakMap<readonly EventType[], JsonRenderer>();

/** The renderer of a plan, made on first use. */
export function rendererOf(table: TypeTable): JsonRenderer {
  let renderer = RENDERERS.get(table.types);
  if (renderer?.timeUnit !== table.timeUnit) {
    renderer = new JsonRenderer(table);
    RENDERERS.set(table.types, renderer);
  }
  return renderer;
}

/** One value as JSON; for many values of one type keep `rendererOf(plan).converter(type)`. */
export function valueToJson(value: Value, type: ValueType, table: TypeTable): Json {
  return value === null ? null : rendererOf(table).converter(type)(value);
}

/** A named and typed column of a statement. */
export interface JsonColumn {
  readonly name: string;
  readonly type: ValueType;
}

/** Turns the values of a row, in column order, into columns by name. */
export type RowConverter = (values: readonly Value[]) => JsonObject;

/** Makes the converter of a statement's rows. */
export function rowConverter(columns: readonly JsonColumn[], table: TypeTable): RowConverter {
  const renderer = rendererOf(table);
  const names = columns.map((column) => column.name);
  const converters = columns.map((column) => renderer.converter(column.type));
  return (values) => {
    const out: Record<string, Json> = {};
    for (let i = 0; i < names.length; i++) {
      const value = values[i] ?? null;
      const json = value === null ? null : (converters[i] as ToJson)(value);
      if (names[i] !== WHOLE_EVENT) setOwn(out, names[i] as string, json);
      else for (const [name, one] of Object.entries(json ?? {})) setOwn(out, name, one);
    }
    return out;
  };
}

/** Name of a column that holds an event whose fields are columns: `select *` where they are not known beforehand. */
export const WHOLE_EVENT = '*';

/** Converters by column list, each with the type table it was made for. */
const ROW_CONVERTERS = new WeakMap<readonly JsonColumn[], TypeTable & { readonly convert: RowConverter }>();

/** The columns of a row by name. The converter is made once per statement of a plan. */
export function rowToJson(
  row: { readonly values: readonly Value[] },
  statement: { readonly query: { readonly columns: readonly JsonColumn[] } },
  table: TypeTable,
): JsonObject {
  const columns = statement.query.columns;
  let known = ROW_CONVERTERS.get(columns);
  if (known?.types !== table.types || known.timeUnit !== table.timeUnit) {
    known = { ...table, convert: rowConverter(columns, table) };
    ROW_CONVERTERS.set(columns, known);
  }
  return known.convert(row.values);
}

/** Sets an own property whatever its name; plain assignment to `__proto__` would change the prototype. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

function plain(value: Value): Json {
  return value as Json;
}

function numberToJson(value: Value): Json {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : (value as Json);
}

function bigToJson(value: Value): Json {
  return value === null ? null : String(value);
}

function periodToJson(value: Value): Json {
  if (value === null) return null;
  const { months, ms } = value as Period;
  const date = months === 0 ? '' : `${months}M`;
  const time = ms === 0 && months !== 0 ? '' : `T${ms / 1000}S`;
  return `P${date}${time}`;
}
