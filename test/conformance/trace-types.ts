import { Decimal } from '../../engine/event/decimal.ts';
import { ROUNDING_MODES } from '../../engine/event/decimal-division.ts';
import { createRecordClass, type EventRecord, setField, type Value } from '../../engine/event/record.ts';
import type { EventType, Field, ScalarKind, ValueType } from '../../engine/event/types.ts';
import { type TimeUnit, ticksPerMs } from '../../engine/time/time-base.ts';
import type { LanguageDefaults } from '../../rules/language/defaults.ts';
import type { DivisionRules } from '../../rules/language/lower-division.ts';
import type { Trace, TypeFields } from './trace-case.ts';

const SCALARS: ReadonlySet<string> = new Set([
  ...['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'char', 'string', 'map', 'object'],
]);

const JAVA_TIMES: ReadonlySet<string> = new Set(['date', 'calendar', 'localdatetime', 'zoneddatetime']);

/** The event types of a trace, and the fields whose values this engine only carries, by name. */
export interface TraceTypes {
  readonly types: readonly EventType[];
  readonly opaque: ReadonlySet<string>;
  /** How the engine that was recorded divides. */
  readonly division: DivisionRules;
  /** What rules meant there where they did not say it. */
  readonly defaults: LanguageDefaults;
  readonly timeUnit: TimeUnit;
}

/** Types of the recorder as event types; a type the engine does not have becomes `object`. */
export function readTypes(trace: Trace): TraceTypes {
  const isFine = trace.config?.['common.timeSource.timeUnit'] === 'MICROSECONDS';
  const timeUnit = isFine ? 'microseconds' : 'milliseconds';
  const types: EventType[] = [];
  const opaque = new Set<string>();
  const add = (name: string, fields: TypeFields): void => {
    const info = trace.typeInfo?.[name];
    const list: Field[] = Object.entries(fields).map(([field, type]) => ({
      name: field,
      type: typeOf(`${name}.${field}`, field, type),
    }));
    types.push({
      name,
      fields: list,
      supertypes: info?.allSupertypes ?? info?.supertypes ?? [],
      startField: list.findIndex((field) => field.name === info?.startTimestamp),
      endField: list.findIndex((field) => field.name === info?.endTimestamp),
      origin: 'schema',
    });
  };
  const typeOf = (place: string, field: string, type: string | TypeFields): ValueType => {
    if (typeof type !== 'string') {
      add(place, type);
      return { kind: 'event', typeName: place };
    }
    if (type.endsWith('[]')) return { kind: 'array', element: typeOf(place, field, type.slice(0, -2)) };
    const collection = /^collection<(.+)>$/.exec(type);
    if (collection !== null) return { kind: 'array', element: typeOf(place, field, collection[1] as string) };
    if (type === 'collection') return { kind: 'array', element: { kind: 'object' } };
    const [kind, of] = type.split(':') as [string, string | undefined];
    if (kind === 'event') return { kind: 'event', typeName: of as string };
    if (kind === 'enum') return { kind: 'string' };
    if (kind === 'indexed') return typeOf(place, field, of as string);
    if (kind === 'mapped') return { kind: 'map' };
    if (JAVA_TIMES.has(kind)) return { kind: timeUnit === 'milliseconds' ? 'long' : 'date' };
    if (kind === 'bigint') return { kind: 'biginteger' };
    if (kind === 'bigdec') return { kind: 'bigdecimal' };
    if (SCALARS.has(kind)) return { kind: kind as ScalarKind };
    if (kind in trace.eventTypes) return { kind: 'event', typeName: kind };
    opaque.add(field);
    return { kind: 'object' };
  };
  for (const [name, fields] of Object.entries(trace.eventTypes)) add(name, fields);
  const division: DivisionRules = {
    ...mathContextOf(trace),
    isWhole: trace.config?.['compiler.expression.integerDivision'] === 'true',
    zeroGivesNull: trace.config?.['compiler.expression.divisionByZeroReturnsNull'] === 'true',
  };
  return { types, opaque, division, defaults: defaultsOf(trace), timeUnit };
}

function defaultsOf({ config = {} }: Trace): LanguageDefaults {
  const selector = SELECTORS.get(String(config['compiler.streamSelection.defaultStreamSelector']));
  const representation = String(config['common.eventMeta.defaultEventRepresentation'] ?? '').toLowerCase();
  return {
    ...(selector === undefined ? {} : { selector }),
    ...(representation === 'objectarray' || representation === 'map' ? { representation } : {}),
    isAggregationStandard: String(config['compiler.expression.extendedAggregation']) === 'false',
  };
}

const SELECTORS: ReadonlyMap<string, NonNullable<LanguageDefaults['selector']>> = new Map([
  ['ISTREAM_ONLY', 'istream'],
  ['RSTREAM_ONLY', 'rstream'],
  ['RSTREAM_ISTREAM_BOTH', 'irstream'],
]);

/** `precision=7 roundingMode=HALF_EVEN` */
function mathContextOf({ config = {} }: Trace): Pick<DivisionRules, 'context'> {
  const text = String(config['compiler.expression.mathContext'] ?? '');
  const [, precision, rounding] = /^precision=(\d+) roundingMode=(\w+)$/.exec(text) ?? [];
  const mode = ROUNDING_MODES.find((one) => one === rounding);
  return mode === undefined ? {} : { context: { precision: Number(precision), rounding: mode } };
}

/** Makes events from recorded properties as they are: the recorder's values need no admission. */
export class TraceEvents {
  private readonly types: readonly EventType[];
  private readonly ticksPerMs: number;

  constructor(types: readonly EventType[], timeUnit: TimeUnit) {
    this.types = types;
    this.ticksPerMs = ticksPerMs(timeUnit);
  }

  make(name: string, props: Readonly<Record<string, unknown>>, time: number, offset: number): EventRecord {
    const index = this.types.findIndex((type) => type.name === name);
    const type = this.types[index] as EventType;
    const record = new (createRecordClass(type, false))(index, time, 0, offset);
    type.fields.forEach((field, i) => {
      setField(record, i, this.value(props[field.name] ?? null, field.type));
    });
    const others = Object.entries(props).filter(([name]) => !record.layout.keys.has(name));
    if (type.closed !== true && others.length > 0) {
      record.extra = Object.fromEntries(
        others.map(([name, value]) => [name, listOf(special(value)) as Value]),
      );
    }
    return record;
  }

  private value(raw: unknown, type: ValueType): Value {
    const plain = listOf(special(raw));
    if (type.kind === 'date' && typeof plain === 'number') return plain * this.ticksPerMs;
    if (plain === null || typeof plain !== 'object' || plain instanceof Decimal) return plain as Value;
    if (type.kind === 'array' && Array.isArray(plain))
      return plain.map((one) => this.value(one, type.element));
    const known = type.kind === 'event' && this.types.some((one) => one.name === type.typeName);
    if (known) return this.make(type.typeName, plain as Record<string, unknown>, 0, -1);
    return plain as Value;
  }
}

/** The elements of a recorded set, a map with keys of any kind as one with texts; anything else as it is. */
function listOf(raw: unknown): unknown {
  if (raw === null || typeof raw !== 'object') return raw;
  if ('$map' in raw) {
    return Object.fromEntries((raw.$map as [unknown, unknown][]).map(([key, value]) => [String(key), value]));
  }
  return '$set' in raw ? raw.$set : raw;
}

/** Recorded values that JSON cannot say: large and special numbers, decimals, times. Anything else as it is. */
export function special(raw: unknown): unknown {
  if (raw === null || typeof raw !== 'object') return raw;
  const [tag, value] = Object.entries(raw)[0] ?? ['', null];
  switch (tag) {
    case '$num':
    case '$long':
      return Number(value);
    case '$bigint':
      return BigInt(value as string);
    case '$bigdec':
      return Decimal.parse(value as string);
    case '$date':
    case '$cal':
      return value;
    case '$ldt':
      return Date.parse(`${value}Z`);
    case '$zdt':
      return Date.parse(String(value).replace(/\[.*\]$/, ''));
    default:
      return raw;
  }
}

/** The variables that are there from the start, as a module; empty when there are none. */
export function variablesText(trace: Trace): string {
  return Object.entries(trace.variables ?? {})
    .map(([name, { type, value, constant }]) => {
      // A number with a decimal point is a double, which is no value for a float; a text is read as one.
      const first = /float$/i.test(type) ? String(special(value)) : special(value);
      const start = value === null || value === undefined ? '' : ` = ${literal(first)}`;
      const plainType = type.replace(/^java\.lang\.(\w+)/, (_, word: string) => PRIMITIVES[word] ?? word);
      return `create ${constant === true ? 'constant ' : ''}variable ${plainType} ${name}${start};`;
    })
    .join('\n');
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  Integer: 'int',
  Character: 'char',
  String: 'string',
  Boolean: 'boolean',
  Byte: 'byte',
  Short: 'short',
  Long: 'long',
  Float: 'float',
  Double: 'double',
};

function literal(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(literal).join(', ')}}`;
  return typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : String(value);
}

/** Whether a recorded value is a time of one of Java's classes, which knows milliseconds. */
export function isJavaTime(raw: unknown): boolean {
  const [tag = ''] = raw === null || typeof raw !== 'object' ? [] : Object.keys(raw);
  return ['$date', '$cal', '$ldt', '$zdt'].includes(tag);
}
