import { Decimal } from '../event/decimal.ts';
import { EventRecord, getField, type Value } from '../event/record.ts';
import type { ValueType } from '../event/types.ts';
import { isNumber } from './type-rules.ts';

/**
 * Whether two values that are not null are equal: numbers by value whatever their width (and NaN equals NaN, as Java's
 * `Double.equals`), decimals by value and scale, text by UTF-16 code unit, arrays by element, maps by entry, events by
 * identity, those inside another by their fields.
 */
export function equalValues(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a === 'number') return Number.isNaN(a) && Number.isNaN(b);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof Decimal || b instanceof Decimal) {
    return a instanceof Decimal && b instanceof Decimal && a.equals(b);
  }
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, i) => equalOrNull(one, b[i] as Value));
  }
  if (Array.isArray(b)) return false;
  if (a instanceof EventRecord || b instanceof EventRecord) {
    return (
      isInner(a) &&
      isInner(b) &&
      a.type === b.type &&
      fieldsOf(a).every((one, i) => equalOrNull(one, getField(b, i)))
    );
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const [left, right] = [a as ValueMap, b as ValueMap];
  return keys.every((key) => Object.hasOwn(b, key) && equalOrNull(left[key] as Value, right[key] as Value));
}

/**
 * `is` and `is not`: never null. Two numbers of different types follow Esper, whose `is not` answers as `is` does when
 * one of them is null.
 */
export function isSame(a: Value, b: Value, negated: boolean, widened: boolean): boolean {
  if (a !== null && b !== null) return equalValues(a, b) !== negated;
  return (a === b) !== (negated && !widened);
}

/** Whether an equality compares numbers of different types, one of which is widened for it. */
export function isWidened(a: ValueType, b: ValueType): boolean {
  return a.kind !== b.kind && isNumber(a) && isNumber(b);
}

/**
 * What an item of `in (…)` holds for a subject to be compared with: elements of an array, keys of a map. Keys are text
 * here; a number is compared with those that read as numbers.
 */
export function valuesIn(value: Value, subject: Value): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  if (value === null || typeof value !== 'object') return [];
  const keys = Object.keys(value);
  return typeof subject === 'number' ? keys.filter((key) => NUMBER.test(key)).map(Number) : keys;
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Whether an item of `in (…)` stands for the values in it. */
export function holdsValues({ kind }: ValueType): boolean {
  return kind === 'array' || kind === 'map';
}

/** `value in (array)`: null when it is not found but the array holds a null; a null array holds nothing. */
export function arrayHas(array: Value, value: Value): boolean | null {
  let unknown = false;
  for (const one of valuesIn(array, value)) {
    if (one === null) unknown = true;
    else if (equalValues(value, one)) return true;
  }
  return unknown ? null : false;
}

/**
 * A key for a `Map` or `Set` such that two values have the same key exactly when they are equal in EPL; null for null.
 * Scalars are their own keys; a text that starts with NUL, and everything with structure, gets a text that starts with
 * NUL. Events are told apart by a number given on first use.
 */
export function equalityKey(value: Value): string | number | boolean | null {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? `\0${value}` : value;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint' || value instanceof Decimal) return `\0${bigText(value)}`;
  return `\0.${structureKey(value)}`;
}

const eventNumbers = new WeakMap<EventRecord, number>();
let eventCount = 0;

/** The number that keys of an event hold; undefined while there are none. A snapshot keeps it with the event. */
export function eventNumber(event: EventRecord): number | undefined {
  return eventNumbers.get(event);
}

/** Whether it is an event inside another, which has no place of its own. */
function isInner(value: Value): value is EventRecord {
  return value instanceof EventRecord && value.type >= 0 && value.offset < 0 && value.origins === null;
}

function fieldsOf(event: EventRecord): Value[] {
  return event.layout.type.fields.map((_, i) => getField(event, i));
}

/** Gives an event of a snapshot its number back, so that keys in the snapshot stand for it. */
export function restoreEventNumber(event: EventRecord, number: number): void {
  eventNumbers.set(event, number);
  eventCount = Math.max(eventCount, number);
}

function structureKey(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint' || value instanceof Decimal) return bigText(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (isInner(value))
    return `<${value.type}:${fieldsOf(value)
      .map((one) => structureKey(one))
      .join()}>`;
  if (value instanceof EventRecord) {
    const number = eventNumbers.get(value) ?? ++eventCount;
    eventNumbers.set(value, number);
    return `#${number}`;
  }
  if (Array.isArray(value)) return `[${value.map((one) => structureKey(one)).join()}]`;
  const map = value as ValueMap;
  const keys = Object.keys(map).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${structureKey(map[key] as Value)}`).join()}}`;
}

/** Told apart from each other and from plain numbers. */
function bigText(value: bigint | Decimal): string {
  return `${typeof value === 'bigint' ? 'i' : 'd'}${value}`;
}

type ValueMap = { readonly [key: string]: Value };

function equalOrNull(a: Value, b: Value): boolean {
  return a === null || b === null ? a === b : equalValues(a, b);
}
