import { expect, test } from 'vitest';
import { createRecordClass, type EventRecord, setField, type Value } from './record.ts';
import { rowToJson, valueToJson } from './to-json.ts';
import type { EventType, Field, ValueType } from './types.ts';

const INNER = eventType('Inner', [
  { name: 'x', type: { kind: 'double' } },
  { name: '__proto__', type: { kind: 'string' } },
]);
const OUTER = eventType('Outer', [
  { name: 'at', type: { kind: 'date' } },
  { name: 'one', type: { kind: 'event', typeName: 'Inner' } },
  { name: 'many', type: { kind: 'array', element: { kind: 'event', typeName: 'Inner' } } },
  { name: 'free', type: { kind: 'map' } },
]);
const TABLE = { types: [INNER, OUTER], timeUnit: 'milliseconds' } as const;

function eventType(name: string, fields: readonly Field[]): EventType {
  return { name, fields, supertypes: [], startField: -1, endField: -1, origin: 'schema' };
}

function record(type: number, ...values: Value[]): EventRecord {
  const event = new (createRecordClass(TABLE.types[type] as EventType, true))(type, 0, 0, 1);
  for (const [i, value] of values.entries()) setField(event, i, value);
  return event;
}

test.each<[string, ValueType, Value, string]>([
  ['a whole double has no fraction', { kind: 'double' }, 3, '3'],
  ['NaN is text', { kind: 'double' }, Number.NaN, '"NaN"'],
  ['infinity is text', { kind: 'float' }, -Infinity, '"-Infinity"'],
  ['a date is ISO text in UTC', { kind: 'date' }, Date.UTC(2026, 2, 1, 4, 10), '"2026-03-01T04:10:00.000Z"'],
  ['a date beyond the calendar is its number', { kind: 'date' }, 9e15, '"9000000000000000"'],
  ['a period of months', { kind: 'period' }, { months: 14, ms: 0 }, '"P14M"'],
  ['a period of months and time', { kind: 'period' }, { months: 1, ms: 2500 }, '"P1MT2.5S"'],
  ['an empty period', { kind: 'period' }, { months: 0, ms: 0 }, '"PT0S"'],
  ['null of any type', { kind: 'period' }, null, 'null'],
  [
    'an array of dates',
    { kind: 'array', element: { kind: 'date' } },
    [0, null],
    '["1970-01-01T00:00:00.000Z",null]',
  ],
  ['a map keeps its own keys in order', { kind: 'map' }, { b: 1, a: [Number.NaN] }, '{"b":1,"a":["NaN"]}'],
])('%s', (_, type, value, expected) => {
  expect(JSON.stringify(valueToJson(value, type, TABLE))).toBe(expected);
});

test('events render by field names in schema order, nested ones too', () => {
  const inner = record(0, 1.5, 'text');
  const outer = record(1, 0, inner, [inner, record(0, Infinity, null)], null);
  expect(JSON.stringify(valueToJson(outer, { kind: 'event', typeName: 'Outer' }, TABLE))).toBe(
    '{"at":"1970-01-01T00:00:00.000Z","one":{"x":1.5,"__proto__":"text"},' +
      '"many":[{"x":1.5,"__proto__":"text"},{"x":"Infinity","__proto__":null}],"free":null}',
  );
});

test('a field or key named __proto__ becomes an own property', () => {
  const map = JSON.parse('{"__proto__": {"polluted": true}}') as Value;
  const json = valueToJson(map, { kind: 'map' }, TABLE) as object;
  expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
  expect(Object.keys(json)).toEqual(['__proto__']);
  expect('polluted' in json).toBe(false);
});

test('a row renders by column names; a plan that grew brings its new types', () => {
  const columns = [
    { name: 'n', type: { kind: 'long' } as const },
    { name: 'e', type: { kind: 'event', typeName: 'Inner' } as const },
  ];
  const statement = { query: { columns } };
  expect(rowToJson({ values: [4, record(0, 2, 'y')] }, statement, TABLE)).toEqual(
    JSON.parse('{"n":4,"e":{"x":2,"__proto__":"y"}}'),
  );
  const grown = {
    ...TABLE,
    types: [...TABLE.types, eventType('Sub', [{ name: 'z', type: { kind: 'int' } }])],
  };
  const sub = new (createRecordClass(grown.types[2] as EventType, false))(2, 0, 0, 2);
  setField(sub, 0, 7);
  expect(rowToJson({ values: [4, sub] }, statement, grown)).toEqual({ n: 4, e: { z: 7 } });
});
