import { describe, expect, test } from 'vitest';
import { TYPE_NULL, typeName, type ValueType } from '../event/types.ts';
import {
  arithmeticType,
  canAssign,
  canCast,
  canCompare,
  canEqual,
  commonType,
  isInteger,
  isNumeric,
  widerNumeric,
} from './type-rules.ts';

/** A type by name, `int[]` for an array, `Event` for an event. */
function type(name: string): ValueType {
  if (name.endsWith('[]')) return { kind: 'array', element: type(name.slice(0, -2)) };
  if (name === 'A' || name === 'B') return { kind: 'event', typeName: name };
  return { kind: name } as ValueType;
}

const nameOf = (result: ValueType | null) => (result === null ? null : typeName(result));

test.each([
  ['byte', true, true],
  ['short', true, true],
  ['int', true, true],
  ['long', true, true],
  ['float', true, false],
  ['double', true, false],
  ['date', false, false],
  ['boolean', false, false],
  ['string', false, false],
  ['null', false, false],
])('%s: a number %j, whole %j', (name, numeric, integer) => {
  expect(isNumeric(type(name))).toBe(numeric);
  expect(isInteger(type(name))).toBe(integer);
});

describe('arithmetic', () => {
  test.each([
    ['+', 'int', 'int', 'int'],
    ['+', 'byte', 'byte', 'int'],
    ['-', 'short', 'byte', 'int'],
    ['*', 'int', 'long', 'long'],
    ['%', 'long', 'int', 'long'],
    ['/', 'int', 'int', 'double'],
    ['/', 'float', 'float', 'double'],
    ['+', 'float', 'float', 'float'],
    ['+', 'float', 'int', 'double'],
    ['+', 'long', 'float', 'double'],
    ['+', 'float', 'double', 'double'],
    ['+', 'null', 'int', 'int'],
    ['+', 'string', 'int', null],
    ['+', 'date', 'int', null],
    ['*', 'boolean', 'int', null],
    ['+', 'null', 'null', null],
  ] as const)('%s of %s and %s is %s', (operator, a, b, result) => {
    expect(nameOf(arithmeticType(operator, type(a), type(b)))).toBe(result);
  });

  test('the wider of two numbers', () => {
    expect(widerNumeric(type('int'), type('float'))).toEqual(type('float'));
    expect(widerNumeric(type('long'), type('byte'))).toEqual(type('long'));
  });
});

test.each([
  [['int', 'int'], 'int'],
  [['short', 'short'], 'short'],
  [['short', 'byte'], 'int'],
  [['null', 'byte', 'int', 'long', 'float', 'double'], 'double'],
  [['int', 'float'], 'double'],
  [['string', 'char'], 'string'],
  [['string', 'null'], 'string'],
  [['null', 'null'], 'null'],
  [['int[]', 'int[]'], 'int[]'],
  [['A', 'A'], 'A'],
  [['A', 'B'], null],
  [['int', 'string'], null],
  [['boolean', 'long'], null],
])('common type of %j is %s', (names, result) => {
  expect(nameOf(commonType(names.map(type)))).toBe(result);
});

test.each([
  ['int', 'double', true, true],
  ['date', 'long', true, true],
  ['string', 'char', true, true],
  ['null', 'boolean', true, true],
  ['boolean', 'boolean', false, true],
  ['int', 'string', false, false],
  ['int', 'boolean', false, false],
  ['object', 'int', false, true],
  ['int[]', 'long[]', false, false],
  ['int[]', 'boolean[]', false, false],
  ['int[]', 'int', false, false],
  ['A', 'B', false, true],
  ['map', 'map', false, true],
])('%s and %s: ordered %j, equal %j', (a, b, ordered, equal) => {
  for (const [left, right] of [
    [a, b],
    [b, a],
  ] as const) {
    expect(canCompare(type(left), type(right))).toBe(ordered);
    expect(canEqual(type(left), type(right))).toBe(equal);
  }
});

test.each([
  ['string', 'int', true, false],
  ['int', 'long', true, true],
  ['long', 'int', true, false],
  ['long', 'date', true, true],
  ['char', 'string', true, true],
  ['int', 'object', true, true],
  ['int[]', 'long[]', false, true],
  ['A', 'string', false, false],
  ['string', 'A', false, false],
  ['period', 'int', false, false],
])('%s to %s: cast %j, assigned %j', (from, to, cast, assign) => {
  expect(canCast(type(from), type(to))).toBe(cast);
  expect(canAssign(type(from), type(to))).toBe(assign);
});

test('null can stand anywhere', () => {
  for (const name of ['int', 'string', 'A', 'int[]', 'date'])
    expect(canAssign(TYPE_NULL, type(name))).toBe(true);
});
