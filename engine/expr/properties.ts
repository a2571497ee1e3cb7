import { Decimal } from '../event/decimal.ts';
import { EventRecord, type Value } from '../event/record.ts';
import type { ValueType } from '../event/types.ts';
import { elementAt, mapEntry } from './operations.ts';

/** The event that a record shows; itself when it is no view of another. */
export function shownEvent(record: EventRecord): EventRecord {
  return record.shownOf ?? record;
}

/** Property of an event or object by its name: a declared field, else a property beside the schema; null when absent. */
export function readProperty(target: Value, name: string): Value {
  if (!(target instanceof EventRecord)) return mapEntry(target, name);
  const event = shownEvent(target);
  const key = event.layout.keys.get(name);
  if (key !== undefined) return (event as unknown as Record<string, Value>)[key] ?? null;
  return event.extra === undefined ? null : mapEntry(event.extra, name);
}

/** Whether an event or object has a property of that name, be it null. */
export function hasProperty(target: Value, name: string): boolean {
  if (target instanceof EventRecord) {
    const event = shownEvent(target);
    return event.layout.keys.has(name) || (event.extra !== undefined && Object.hasOwn(event.extra, name));
  }
  if (target === null || typeof target !== 'object' || Array.isArray(target)) return false;
  return Object.hasOwn(target, name);
}

/** Whether an array has an element of that number. */
export function hasElement(target: Value, index: Value): boolean {
  return Array.isArray(target) && typeof index === 'number' && index >= 0 && index < target.length;
}

/** `typeof`: the event type's name, else Java's name of the class that a value of this type has; null for null. */
export function typeNameOf(value: Value, type: ValueType): string | null {
  if (value === null) return null;
  if (value instanceof EventRecord) return shownEvent(value).layout.type.name;
  return className(value, type);
}

const CLASS_NAMES: { readonly [kind: string]: string } = {
  boolean: 'Boolean',
  byte: 'Byte',
  short: 'Short',
  int: 'Integer',
  long: 'Long',
  float: 'Float',
  double: 'Double',
  biginteger: 'BigInteger',
  bigdecimal: 'BigDecimal',
  char: 'Character',
  string: 'String',
  date: 'Date',
  map: 'Map',
  row: 'Map',
};

function className(value: NonNullable<Value>, type: ValueType): string {
  if (type.kind === 'array') {
    return `${className(elementAt(value, 0) ?? '', type.element.kind === 'object' ? OBJECT_ELEMENT : type.element)}[]`;
  }
  return CLASS_NAMES[type.kind === 'object' ? kindOf(value) : type.kind] ?? 'Object';
}

/** An array of objects is one whatever it holds. */
const OBJECT_ELEMENT: ValueType = { kind: 'event', typeName: '' };

/** The kind of a value of which nothing is known: a whole number is the narrowest of int, long and double that holds it. */
export function kindOf(value: NonNullable<Value>): string {
  switch (typeof value) {
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'number':
      if (!Number.isSafeInteger(value)) return 'double';
      return (value | 0) === value ? 'int' : 'long';
    case 'bigint':
      return 'biginteger';
    default:
      if (value instanceof Decimal) return 'bigdecimal';
      return Array.isArray(value) ? 'array' : 'map';
  }
}

const NUMBERS: ReadonlySet<string> = new Set([
  ...['byte', 'short', 'int', 'long', 'float', 'double', 'biginteger', 'bigdecimal'],
]);

/** `instanceof`: whether a value of this type is of one of the named types; see `InstanceofExpr`. */
export function isInstance(value: Value, type: ValueType, types: readonly string[]): boolean {
  if (value === null) return false;
  if (types.includes('object')) return true;
  if (value instanceof EventRecord) {
    const { name, supertypes } = shownEvent(value).layout.type;
    return types.includes(name) || supertypes.some((one) => types.includes(one));
  }
  const kind = type.kind === 'object' ? kindOf(value) : type.kind === 'row' ? 'map' : type.kind;
  return types.includes(kind) || (NUMBERS.has(kind) && types.includes('number'));
}
