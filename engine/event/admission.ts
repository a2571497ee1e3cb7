import { LIMITS } from '../core/limits.ts';
import type { Plan } from '../plan/plan.ts';
import type { TimeUnit } from '../time/time-base.ts';
import { parseTimestamp } from '../time/timestamp.ts';
import { Decimal } from './decimal.ts';
import { dynamicNames } from './dynamic-names.ts';
import { NumberText, parseBigInteger } from './number-text.ts';
import {
  createRecordClass,
  createRecordMaker,
  EventRecord,
  fieldKey,
  type RecordClass,
  type RecordMaker,
  type Value,
} from './record.ts';
import { type EventType, typeName, type ValueType } from './types.ts';

/** Why a raw event does not become an event. */
export interface Rejection {
  /** Stable name, e.g. `type`, `range`, `time`. */
  readonly code: string;
  /** Field, value and expectation, for people. */
  readonly reason: string;
}

/** Whether the outcome of an admission is a rejection. */
export function isRejection(outcome: EventRecord | Rejection): outcome is Rejection {
  return !(outcome instanceof EventRecord);
}

const LONG_MAX = Number.MAX_SAFE_INTEGER;
const DEPTH_MAX = 32;

/** Turns fields by name into event records, checking every value against the type; nothing is rounded or guessed. */
export class Admission {
  /** What the times of events count. */
  readonly timeUnit: TimeUnit;
  private readonly types: readonly EventType[];
  private readonly classes: readonly RecordClass[];
  private readonly makers: readonly RecordMaker[];
  private readonly indexes: ReadonlyMap<string, number>;
  private readonly dynamic: readonly (readonly string[])[];

  constructor(plan: Plan, options: { readonly codegen?: boolean } = {}) {
    this.types = plan.types;
    this.timeUnit = plan.timeUnit;
    this.classes = plan.types.map((type) => createRecordClass(type, options.codegen ?? true));
    this.makers = plan.types.map((type, i) =>
      createRecordMaker(this.classes[i] as RecordClass, i, type, options.codegen ?? true),
    );
    this.indexes = new Map(plan.types.map((type, i) => [type.name, i]));
    this.dynamic = dynamicNames(plan.types, plan.statements);
  }

  /** Properties beside the schema that rules read of events of a type. */
  dynamicNames(type: number): readonly string[] {
    return this.dynamic[type] ?? [];
  }

  /** Index of an event type by name, −1 when there is none. */
  typeIndex(name: string): number {
    return this.indexes.get(name) ?? -1;
  }

  /**
   * Makes the event. Its time is `time` (ticks) when given, else the value of the start field. A missing field is
   * null; fields the type does not have are left out, unless a rule reads them by `p?`.
   */
  admit(
    type: number,
    fields: { readonly [name: string]: unknown },
    split: number,
    offset: number,
    time?: number,
  ): EventRecord | Rejection {
    const eventType = this.types[type] as EventType;
    try {
      const record = this.record(type, fields, split, offset);
      const at = time ?? timeOf(eventType, record, this.timeUnit);
      if (typeof at !== 'number') return at;
      record.time = at;
      return record;
    } catch (error) {
      if (error instanceof Refusal) return error.rejection;
      throw error;
    }
  }

  /**
   * Makes the event of values that are already what their fields take, by field; null when it has no event time. `values`
   * is only read.
   */
  place(type: number, values: readonly Value[], split: number, offset: number): EventRecord | null {
    const { startField } = this.types[type] as EventType;
    const start = startField < 0 ? null : (values[startField] as Value);
    const time = typeof start === 'string' ? parseTimestamp(start, this.timeUnit) : start;
    if (typeof time !== 'number' || !Number.isSafeInteger(time)) return null;
    return (this.makers[type] as RecordMaker)(values, time, split, offset);
  }

  private record(
    type: number,
    fields: { readonly [name: string]: unknown },
    split: number,
    offset: number,
  ): EventRecord {
    const eventType = this.types[type] as EventType;
    const record = new (this.classes[type] as RecordClass)(type, 0, split, offset);
    const target = record as unknown as Record<string, Value>;
    for (let i = 0; i < eventType.fields.length; i++) {
      const { name, type: valueType } = eventType.fields[i] as EventType['fields'][number];
      const raw = Object.hasOwn(fields, name) ? fields[name] : null;
      if (raw === null || raw === undefined) continue;
      target[fieldKey(i)] = this.value(raw, valueType, `${eventType.name}.${name}`);
    }
    const names = this.dynamicNames(type);
    if (names.length > 0) record.extra = extraOf(names, fields, eventType);
    return record;
  }

  private value(given: unknown, type: ValueType, place: string): Value {
    const raw = given instanceof NumberText ? given.as(type) : given;
    switch (type.kind) {
      case 'string':
      case 'char':
        if (typeof raw === 'string') return raw;
        break;
      case 'boolean':
        if (typeof raw === 'boolean') return raw;
        break;
      case 'byte':
        return integer(raw, -128, 127, type, place);
      case 'short':
        return integer(raw, -32_768, 32_767, type, place);
      case 'int':
        return integer(raw, -2_147_483_648, 2_147_483_647, type, place);
      case 'long':
        return integer(raw, -LONG_MAX, LONG_MAX, type, place);
      case 'float':
      case 'double':
        if (typeof raw === 'number') {
          const value = type.kind === 'float' ? Math.fround(raw) : raw;
          if (Number.isFinite(value)) return value;
          throw refuse(
            'range',
            place,
            raw,
            `${type.kind} up to ${type.kind === 'float' ? '3.4e38' : '1.7e308'}`,
          );
        }
        break;
      case 'biginteger': {
        const whole = toBigInteger(raw);
        if (whole !== null) return whole;
        throw refuse(
          'type',
          place,
          raw,
          `a whole number (biginteger) of at most ${LIMITS.numberDigitsMax} digits`,
        );
      }
      case 'bigdecimal': {
        const decimal = Decimal.parse(
          typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? raw : '',
        );
        if (decimal !== null) return decimal;
        throw refuse('type', place, raw, `a number (bigdecimal) of at most ${LIMITS.numberDigitsMax} digits`);
      }
      case 'date': {
        const time = typeof raw === 'string' ? parseTimestamp(raw, this.timeUnit) : raw;
        if (typeof time === 'number' && Number.isSafeInteger(time)) return time;
        const isFar = Number.isFinite(time);
        throw refuse('type', place, raw, `an ISO 8601 time${isFar ? `, before ${END[this.timeUnit]}` : ''}`);
      }
      case 'array':
        if (Array.isArray(raw)) {
          return raw.map((one, i) => (one === null ? null : this.value(one, type.element, `${place}[${i}]`)));
        }
        break;
      case 'event':
        if (isPlain(raw)) return this.record(this.typeIndex(type.typeName), raw, -1, -1);
        break;
      case 'map':
        if (isPlain(raw)) return free(raw, place, 0);
        break;
      default:
        return free(raw, place, 0);
    }
    throw refuse('type', place, raw, typeName(type));
  }
}

/** A whole number from its text, or from a number that is exact. */
function toBigInteger(raw: unknown): bigint | null {
  if (typeof raw === 'number') return Number.isSafeInteger(raw) ? BigInt(raw) : null;
  return typeof raw === 'string' ? parseBigInteger(raw) : null;
}

/** Carries a rejection out of nested values. */
class Refusal extends Error {
  readonly rejection: Rejection;

  constructor(rejection: Rejection) {
    super(rejection.reason);
    this.rejection = rejection;
  }
}

/** How event times are written as numbers. */
const NUMBERS = { milliseconds: 'epoch ms', microseconds: 'epoch microseconds' } as const;
/** Where whole numbers end that are exact. */
const END = { milliseconds: 'the year 287396', microseconds: '2255-06-05' } as const;

function timeOf(type: EventType, record: EventRecord, unit: TimeUnit): number | Rejection {
  if (type.startField < 0) {
    return {
      code: 'time',
      reason: `the event type ${type.name} has no \`starttimestamp\` field, so its events have no time`,
    };
  }
  const value = (record as unknown as Record<string, Value>)[fieldKey(type.startField)];
  const time = typeof value === 'string' ? parseTimestamp(value, unit) : value;
  if (typeof time === 'number' && Number.isSafeInteger(time)) return time;
  const field = `${type.name}.${type.fields[type.startField]?.name}`;
  if (value === null) {
    return { code: 'time', reason: `${field}, the event time, is missing` };
  }
  const until = typeof time === 'number' && Math.abs(time) > LONG_MAX ? `, before ${END[unit]}` : '';
  return {
    code: 'time',
    reason: `${field} is ${shown(value)}, but the event time must be ${NUMBERS[unit]} or ISO 8601${until}`,
  };
}

function integer(raw: unknown, low: number, high: number, type: ValueType, place: string): number {
  if (typeof raw !== 'number' || !Number.isInteger(raw))
    throw refuse(
      'type',
      place,
      raw,
      `a whole number (${type.kind})${isTime(raw) ? '; an ISO 8601 time is a date' : ''}`,
    );
  if (raw < low || raw > high) {
    const advice = type.kind === 'long' ? '; BigInteger and string keep every digit' : '';
    throw refuse('range', place, raw, `${type.kind} from ${low} to ${high}${advice}`);
  }
  return raw;
}

function isTime(raw: unknown): boolean {
  return typeof raw === 'string' && !Number.isNaN(parseTimestamp(raw, 'milliseconds'));
}

function refuse(code: string, place: string, raw: unknown, expected: string): Refusal {
  return new Refusal({ code, reason: `${place} is ${shown(raw)}, expected ${expected}` });
}

/** A value of a message: short, without control characters. */
function shown(raw: unknown): string {
  // JSON has no infinities: a number too large for a double would look like null.
  const text = typeof raw === 'number' ? String(raw) : (JSON.stringify(raw) ?? String(raw));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function isPlain(raw: unknown): raw is { readonly [name: string]: unknown } {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** What an event has of the properties that are read beside its schema. */
function extraOf(
  names: readonly string[],
  fields: { readonly [name: string]: unknown },
  type: EventType,
): { readonly [name: string]: Value } {
  const extra: Record<string, Value> = Object.create(null);
  for (const name of names) {
    if (Object.hasOwn(fields, name)) extra[name] = free(fields[name], `${type.name}.${name}`, 0);
  }
  return extra;
}

/** Copies a free JSON value to objects without prototype, so that keys such as `__proto__` are only keys. */
function free(raw: unknown, place: string, depth: number): Value {
  if (depth > DEPTH_MAX) throw refuse('depth', place, '…', `at most ${DEPTH_MAX} levels of nesting`);
  if (raw instanceof NumberText) return raw.value;
  if (Array.isArray(raw)) return raw.map((one) => free(one, place, depth + 1));
  if (!isPlain(raw)) return raw as Value;
  const copy: Record<string, Value> = Object.create(null);
  for (const [key, value] of Object.entries(raw)) copy[key] = free(value, place, depth + 1);
  return copy;
}
