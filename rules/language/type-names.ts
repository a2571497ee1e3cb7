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
