import type { ValueType } from '../../engine/event/types.ts';
import type { Catalog } from './catalog.ts';

/** Java's names of types by how rules write them, in lower case and without their package. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['string', 'string'],
  ['charsequence', 'string'],
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
  ['number', 'number'],
  ['object', 'object'],
  ['map', 'map'],
  ['hashmap', 'map'],
  ['collection', 'array'],
  ['list', 'array'],
]);

/** The kind of value that `instanceof` tests for by a type's name, `java.lang.Integer` or `int`; null when unknown. */
export function classKind(name: string): string | null {
  return CLASSES.get(name.replace(/^java\.(?:lang|util)\./, '').toLowerCase()) ?? null;
}

const JAVA_TIMES: ReadonlySet<string> = new Set([
  ...['date', 'calendar', 'localdatetime', 'localdate', 'localtime', 'zoneddatetime'],
]);

/** Whether a name is that of a class of Java for times; all of them are times in epoch ms here. */
export function isJavaTime(name: string): boolean {
  return JAVA_TIMES.has(name.replace(/^java\.(?:util|time)\./, '').toLowerCase());
}

/** The type of a name, also with the package of Java's classes; null when there is none. */
export function valueTypeOf(name: string, catalog: Catalog): ValueType | null {
  return catalog.valueType(name.replace(/^java\.(?:lang|util)\./, ''));
}
