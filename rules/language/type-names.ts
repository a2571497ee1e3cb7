import type { ScalarKind } from '../../engine/event/types.ts';

/**
 * Names of types as rules write them, in lower case and without their package in Java, with the kind of value each
 * stands for. The first of a kind is the one that hints offer.
 */
const VALUE_TYPES: ReadonlyMap<string, ScalarKind> = new Map<string, ScalarKind>([
  ['string', 'string'],
  ['varchar', 'string'],
  ['varchar2', 'string'],
  ['boolean', 'boolean'],
  ['bool', 'boolean'],
  ['byte', 'byte'],
  ['short', 'short'],
  ['int', 'int'],
  ['integer', 'int'],
  ['long', 'long'],
  ['float', 'float'],
  ['double', 'double'],
  ['biginteger', 'biginteger'],
  ['bigdecimal', 'bigdecimal'],
  ['char', 'char'],
  ['character', 'char'],
  ['date', 'date'],
  ['object', 'object'],
  ['map', 'map'],
]);

/** Further classes that `instanceof` tests for; no value is declared to be of one. */
const MORE_CLASSES: ReadonlyMap<string, string> = new Map([
  ['charsequence', 'string'],
  ['number', 'number'],
  ['hashmap', 'map'],
  ['collection', 'array'],
  ['list', 'array'],
]);

const JAVA_TIMES: ReadonlySet<string> = new Set([
  ...['date', 'calendar', 'localdatetime', 'localdate', 'localtime', 'zoneddatetime'],
]);

/** The kind of value that a type's name stands for, `int` or `java.lang.Integer`; null when it is no such name. */
export function scalarKind(name: string): ScalarKind | null {
  return VALUE_TYPES.get(plainName(name)) ?? null;
}

/** The kind of value that `instanceof` tests for by a type's name; null when unknown. */
export function classKind(name: string): string | null {
  return scalarKind(name) ?? MORE_CLASSES.get(plainName(name)) ?? null;
}

/** Names of types, for hints. */
export function scalarNames(): readonly string[] {
  return [...VALUE_TYPES.keys()];
}

/** Whether a name is that of a class of Java for times; all of them are dates here. */
export function isJavaTime(name: string): boolean {
  return JAVA_TIMES.has(name.replace(/^java\.(?:util|time)\./, '').toLowerCase());
}

function plainName(name: string): string {
  return name.replace(/^java\.(?:lang|util|math)\./, '').toLowerCase();
}
