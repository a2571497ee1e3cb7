/**
 * Value types and event types: what a rule set knows about its data, as plain data that crosses process borders.
 *
 * A value type says which JavaScript value a field holds:
 *
 * | kind | JavaScript value |
 * |---|---|
 * | boolean | `true`, `false` |
 * | byte, short, int | integer `number`, arithmetic wraps at 32 bits |
 * | long | integer `number` within ±(2^53 − 1) |
 * | float, double | `number`; float results are rounded to 32 bits |
 * | biginteger | `bigint`, of any length |
 * | bigdecimal | `Decimal`: digits of any number and a scale |
 * | string, char | `string` |
 * | date | ticks since the epoch as `number`, from ISO 8601 text |
 * | object | any JSON value, opaque to operators |
 * | map | JSON object with free keys, read by `m('key')` or `m.key` |
 * | array | JavaScript array of the element's values |
 * | event | `EventRecord` of the named type (a nested schema, a pattern tag, a whole row) |
 * | row | object without prototype, with the named and typed members of `new {…}` |
 * | period | a time period `{months, ms}`; exists only inside expressions |
 *
 * `null` is a value of every type.
 */
export type ScalarKind =
  | 'boolean'
  | 'byte'
  | 'short'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'biginteger'
  | 'bigdecimal'
  | 'char'
  | 'string'
  | 'date'
  | 'object'
  | 'map'
  | 'period'
  | 'null';

/** Type of a value; see the table above for what it holds. */
export type ValueType =
  | { readonly kind: ScalarKind }
  | {
      readonly kind: 'array';
      readonly element: ValueType;
      /** Declared as `[primitive]`: its elements are never null. Matters only where two arrays must be of one type. */
      readonly primitive?: true;
    }
  | { readonly kind: 'event'; readonly typeName: string }
  | { readonly kind: 'row'; readonly fields: readonly Field[] };

/** One field of an event type. */
export interface Field {
  readonly name: string;
  readonly type: ValueType;
}

/**
 * An event type as plain data. `fields` starts with inherited fields in the order of `inherits`; a field's index in it is
 * its address everywhere (plan, record class, codec).
 */
export interface EventType {
  readonly name: string;
  readonly fields: readonly Field[];
  /** Names of all supertypes, transitively; an event is dispatched to consumers of these too. */
  readonly supertypes: readonly string[];
  /** Index of the field named by `starttimestamp`; its value is the event time. −1: none. */
  readonly startField: number;
  /** Index of the field named by `endtimestamp`; −1: none. */
  readonly endField: number;
  /** `schema`: declared, may arrive from a source. `derived`: made by `insert into` without a schema. */
  readonly origin: 'schema' | 'derived';
  /** Set when its events have no properties beside the fields: `create objectarray schema`, a JSON schema not `dynamic`. */
  readonly closed?: true;
  /** Set for a stream whose events are of several types, each shown in the layout of the fields they share. */
  readonly variant?: { readonly members: readonly string[]; readonly any: boolean };
}

/** The type boolean. */
export const TYPE_BOOLEAN: ValueType = { kind: 'boolean' };
/** The type int. */
export const TYPE_INT: ValueType = { kind: 'int' };
/** The type long. */
export const TYPE_LONG: ValueType = { kind: 'long' };
/** The type float. */
export const TYPE_FLOAT: ValueType = { kind: 'float' };
/** The type double. */
export const TYPE_DOUBLE: ValueType = { kind: 'double' };
/** The type biginteger. */
export const TYPE_BIG_INTEGER: ValueType = { kind: 'biginteger' };
/** The type bigdecimal. */
export const TYPE_BIG_DECIMAL: ValueType = { kind: 'bigdecimal' };
/** The type string. */
export const TYPE_STRING: ValueType = { kind: 'string' };
/** The type date. */
export const TYPE_DATE: ValueType = { kind: 'date' };
/** The type object. */
export const TYPE_OBJECT: ValueType = { kind: 'object' };
/** The type of the null literal. */
export const TYPE_NULL: ValueType = { kind: 'null' };
/** The type period. */
export const TYPE_PERIOD: ValueType = { kind: 'period' };

/** The name a rule author would write for a type: `int`, `string[]`, `Payment`. */
export function typeName(type: ValueType): string {
  if (type.kind === 'array') return `${typeName(type.element)}[]`;
  if (type.kind === 'event') return type.typeName;
  if (type.kind === 'row') {
    return `{${type.fields.map((field) => `${field.name} ${typeName(field.type)}`).join(', ')}}`;
  }
  return type.kind;
}

/** Whether two types are the same type. */
export function sameType(a: ValueType, b: ValueType): boolean {
  if (a.kind === 'array') return b.kind === 'array' && sameType(a.element, b.element);
  if (a.kind === 'event') return b.kind === 'event' && a.typeName === b.typeName;
  if (a.kind === 'row') {
    return (
      b.kind === 'row' &&
      a.fields.length === b.fields.length &&
      a.fields.every((one, i) => one.name === b.fields[i]?.name && sameType(one.type, b.fields[i].type))
    );
  }
  return a.kind === b.kind;
}
