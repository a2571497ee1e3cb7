import { describe, expect, test } from 'vitest';
import {
  and,
  bool,
  call,
  cast,
  compare,
  concat,
  double,
  ENV,
  equal,
  f,
  float,
  inList,
  int,
  like,
  long,
  math,
  NULL,
  not,
  or,
  range,
  regexp,
  sample,
  text,
} from '../../test/support/expressions.ts';
import type { Value } from '../event/record.ts';
import {
  TYPE_BOOLEAN,
  TYPE_DATE,
  TYPE_DOUBLE,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_LONG,
  TYPE_OBJECT,
  TYPE_PERIOD,
  TYPE_STRING,
  type ValueType,
} from '../event/types.ts';
import { compileExpr, compilePredicate, type Slot } from './evaluate.ts';
import type { Expr } from './ir.ts';

interface Case {
  readonly name: string;
  readonly expr: Expr;
  /** Fields of the current event and of the events in slots. */
  readonly event?: Readonly<Record<string, Value>> | null;
  readonly slots?: readonly (Readonly<Record<string, Value>> | null)[];
  readonly value: Value;
}

const BYTE: ValueType = { kind: 'byte' };
const SHORT: ValueType = { kind: 'short' };
const CHAR: ValueType = { kind: 'char' };
const INTS: ValueType = { kind: 'array', element: TYPE_INT };
const nested = sample({ i: 7 });
const big = 9_007_199_254_740_991;

const CASES: readonly Case[] = [
  // Arithmetic.
  { name: '1 / 2 is a fraction', expr: math(int(1), '/', int(2)), value: 0.5 },
  { name: 'division by zero', expr: math(f('i'), '/', int(0)), event: { i: 3 }, value: Infinity },
  { name: '0 / 0', expr: math(f('i'), '/', int(0)), event: { i: 0 }, value: Number.NaN },
  {
    name: 'int wraps in +',
    expr: math(f('i'), '+', int(1)),
    event: { i: 2_147_483_647 },
    value: -2_147_483_648,
  },
  { name: 'int wraps in *', expr: math(f('i'), '*', f('i')), event: { i: 65_537 }, value: 131_073 },
  { name: 'int - int', expr: math(f('i'), '-', int(5)), event: { i: 2 }, value: -3 },
  {
    name: 'long does not wrap',
    expr: math(f('l'), '+', int(1)),
    event: { l: 2_147_483_647 },
    value: 2_147_483_648,
  },
  { name: 'long has no -0', expr: math(f('l'), '*', int(-1)), event: { l: 0 }, value: 0 },
  { name: '-7 % 3', expr: math(f('i'), '%', int(3)), event: { i: -7 }, value: -1 },
  { name: '-6 % 3 is 0, not -0', expr: math(f('i'), '%', int(3)), event: { i: -6 }, value: 0 },
  { name: 'double % 0', expr: math(f('x'), '%', int(0)), event: { x: 1 }, value: Number.NaN },
  { name: 'double % double', expr: math(f('x'), '%', double(0.5)), event: { x: -1.75 }, value: -0.25 },
  {
    name: 'float rounds',
    expr: math(f('f'), '+', float(0.2)),
    event: { f: Math.fround(0.1) },
    value: Math.fround(Math.fround(0.1) + Math.fround(0.2)),
  },
  { name: 'null + 1', expr: math(f('i'), '+', int(1)), event: {}, value: null },
  { name: '1 + null', expr: math(int(1), '+', f('i')), event: {}, value: null },
  {
    name: '-i',
    expr: { op: 'negate', type: TYPE_INT, operand: f('i') },
    event: { i: -2_147_483_648 },
    value: -2_147_483_648,
  },
  { name: '-l of 0', expr: { op: 'negate', type: TYPE_LONG, operand: f('l') }, event: { l: 0 }, value: 0 },
  { name: '-x', expr: { op: 'negate', type: TYPE_DOUBLE, operand: f('x') }, event: { x: 1.5 }, value: -1.5 },
  {
    name: 'int & int',
    expr: { op: 'bitwise', type: TYPE_INT, operator: '&', left: f('i'), right: int(6) },
    event: { i: -1 },
    value: 6,
  },
  {
    name: 'long | long',
    expr: { op: 'bitwise', type: TYPE_LONG, operator: '|', left: f('l'), right: long(1) },
    event: { l: 2 ** 40 },
    value: 2 ** 40 + 1,
  },
  {
    name: 'long ^ long below zero',
    expr: { op: 'bitwise', type: TYPE_LONG, operator: '^', left: f('l'), right: long(-1) },
    event: { l: big },
    value: -big - 1,
  },
  {
    name: 'true ^ true',
    expr: { op: 'bitwise', type: TYPE_BOOLEAN, operator: '^', left: f('b'), right: bool(true) },
    event: { b: true },
    value: false,
  },
  {
    name: 'false | null',
    expr: { op: 'bitwise', type: TYPE_BOOLEAN, operator: '|', left: bool(false), right: f('b') },
    event: {},
    value: null,
  },

  // Comparison and equality.
  { name: '1 > 0.5', expr: compare(f('i'), '>', f('x')), event: { i: 1, x: 0.5 }, value: true },
  { name: 'null > 0', expr: compare(f('i'), '>', int(-1)), event: {}, value: null },
  {
    name: 'NaN <= NaN',
    expr: compare(f('x'), '<=', f('y')),
    event: { x: Number.NaN, y: Number.NaN },
    value: false,
  },
  {
    name: 'text by UTF-16 code unit',
    expr: compare(f('s'), '<', f('u')),
    event: { s: '\u{1F600}', u: '\uFF01' },
    value: true,
  },
  { name: "'Z' < 'a'", expr: compare(f('s'), '<', text('a')), event: { s: 'Z' }, value: true },
  { name: 'int = double', expr: equal(f('i'), '=', f('x')), event: { i: 2, x: 2 }, value: true },
  {
    name: 'NaN = NaN',
    expr: equal(f('x'), '=', f('y')),
    event: { x: Number.NaN, y: Number.NaN },
    value: true,
  },
  {
    name: 'NaN = constant NaN',
    expr: equal(f('x'), '=', math(double(0), '/', double(0))),
    event: { x: Number.NaN },
    value: true,
  },
  { name: 'NaN != 1', expr: equal(f('x'), '!=', double(1)), event: { x: Number.NaN }, value: true },
  { name: 'null = null', expr: equal(f('i'), '=', f('j')), event: {}, value: null },
  { name: 'null != 1', expr: equal(f('i'), '!=', int(1)), event: {}, value: null },
  { name: 'char = string', expr: equal(f('c'), '=', f('s')), event: { c: 'a', s: 'a' }, value: true },
  { name: 'true = true', expr: equal(f('b'), '=', f('p')), event: { b: true, p: true }, value: true },
  {
    name: 'arrays by element',
    expr: equal(f('arr'), '=', f('arr', 0)),
    event: { arr: [1, null] },
    slots: [{ arr: [1, null] }],
    value: true,
  },
  {
    name: 'arrays of other length',
    expr: equal(f('arr'), '!=', f('arr', 0)),
    event: { arr: [1] },
    slots: [{ arr: [1, 2] }],
    value: true,
  },
  {
    name: 'objects by entry',
    expr: equal(f('o'), '=', f('o', 0)),
    event: { o: { a: [1] } },
    slots: [{ o: { a: [1] } }],
    value: true,
  },
  {
    name: 'objects that differ',
    expr: equal(f('o'), '=', f('o', 0)),
    event: { o: { a: 1 } },
    slots: [{ o: { b: 1 } }],
    value: false,
  },
  {
    name: 'event = itself',
    expr: equal(f('n'), '=', f('n', 0)),
    event: { n: nested },
    slots: [{ n: nested }],
    value: true,
  },
  {
    name: 'event = its twin',
    expr: equal(f('n'), '=', f('n', 0)),
    event: { n: nested },
    slots: [{ n: sample({ i: 7 }) }],
    value: false,
  },
  { name: 'null is null', expr: equal(f('s'), 'is', NULL), event: {}, value: true },
  { name: "'a' is not null", expr: equal(f('s'), 'is not', NULL), event: { s: 'a' }, value: true },
  { name: 'null literal is field', expr: equal(NULL, 'is', f('s')), event: { s: 'a' }, value: false },
  { name: 'null is not 5', expr: equal(f('i'), 'is not', int(5)), event: {}, value: true },
  { name: 'null is null by fields', expr: equal(f('s'), 'is', f('u')), event: {}, value: true },
  {
    name: 'NaN is NaN',
    expr: equal(f('x'), 'is', f('y')),
    event: { x: Number.NaN, y: Number.NaN },
    value: true,
  },
  { name: 'int is double', expr: equal(f('i'), 'is', f('x')), event: { i: 8, x: 8 }, value: true },
  // Recorded: with numbers of two types, `is not` answers as `is` does when a value is null.
  { name: 'null double is not int', expr: equal(f('x'), 'is not', f('i')), event: { i: 5 }, value: false },
  { name: 'long is not null int', expr: equal(f('l'), 'is not', f('i')), event: { l: 5 }, value: false },
  { name: 'long is not int', expr: equal(f('l'), 'is not', f('i')), event: { l: 5, i: 4 }, value: true },

  // Three-valued logic.
  { name: 'false and null', expr: and(f('b'), f('p')), event: { b: false }, value: false },
  { name: 'null and false', expr: and(f('p'), f('b')), event: { b: false }, value: false },
  { name: 'null and true', expr: and(f('p'), f('b')), event: { b: true }, value: null },
  { name: 'null or true', expr: or(f('p'), f('b')), event: { b: true }, value: true },
  { name: 'null or false', expr: or(f('p'), f('b')), event: { b: false }, value: null },
  { name: 'not null', expr: not(f('b')), event: {}, value: null },
  { name: 'not (null and false)', expr: not(and(f('p'), f('b'))), event: { b: false }, value: true },
  { name: 'not (1 > null)', expr: not(compare(int(1), '>', f('i'))), event: {}, value: null },
  { name: 'not not true', expr: not(not(f('b'))), event: { b: true }, value: true },

  // Membership and ranges.
  { name: '2 in (1, 2)', expr: inList(f('i'), [int(1), int(2)]), event: { i: 2 }, value: true },
  { name: '2.0 in (1, 2)', expr: inList(f('x'), [int(1), int(2)]), event: { x: 2 }, value: true },
  { name: 'in a long list', expr: inList(f('s'), [...'abcdef'].map(text)), event: { s: 'e' }, value: true },
  {
    name: 'not in a long list',
    expr: inList(f('s'), [...'abcdef'].map(text), true),
    event: { s: 'g' },
    value: true,
  },
  { name: 'null in a list', expr: inList(f('i'), [int(1)]), event: {}, value: null },
  { name: 'null not in a list', expr: inList(f('i'), [int(1)], true), event: {}, value: null },
  { name: '3 in (1, null)', expr: inList(f('i'), [int(1), NULL]), event: { i: 3 }, value: null },
  { name: '1 in (null, 1)', expr: inList(f('i'), [NULL, int(1)]), event: { i: 1 }, value: true },
  { name: '1 not in (j, 1)', expr: inList(f('i'), [f('j'), int(1)], true), event: { i: 1 }, value: false },
  { name: '3 not in (j)', expr: inList(f('i'), [f('j')], true), event: { i: 3 }, value: null },
  { name: 'in an array', expr: inList(f('i'), [f('arr')]), event: { i: 3, arr: [1, 3] }, value: true },
  {
    name: 'in an array with null',
    expr: inList(f('i'), [f('arr')]),
    event: { i: 3, arr: [null] },
    value: null,
  },
  { name: 'in a null array', expr: inList(f('i'), [f('arr')]), event: { i: 3 }, value: false },
  {
    name: 'NaN in (y)',
    expr: inList(f('x'), [f('y')]),
    event: { x: Number.NaN, y: Number.NaN },
    value: true,
  },
  { name: '5 in [0:5)', expr: range(f('i'), int(0), int(5), '[)'), event: { i: 5 }, value: false },
  { name: '0 in (0:5]', expr: range(f('i'), int(0), int(5), '(]'), event: { i: 0 }, value: false },
  { name: 'reversed ends', expr: range(f('i'), int(5), int(0)), event: { i: 3 }, value: true },
  {
    name: 'reversed ends swap, brackets stay',
    expr: range(f('i'), int(5), int(0), '[)'),
    event: { i: 5 },
    value: false,
  },
  { name: 'text between', expr: range(f('s'), text('b9'), text('a0')), event: { s: 'a10' }, value: true },
  { name: 'null between', expr: range(f('i'), int(0), int(5)), event: {}, value: false },
  { name: 'null not between', expr: range(f('i'), int(0), int(5), '[]', true), event: {}, value: false },
  { name: '9 not between', expr: range(f('i'), int(0), int(5), '[]', true), event: { i: 9 }, value: true },
  { name: 'not (null between)', expr: not(range(f('i'), int(0), int(5))), event: {}, value: true },
  {
    name: 'NaN not between',
    expr: range(f('x'), int(0), int(5), '[]', true),
    event: { x: Number.NaN },
    value: true,
  },

  // Text.
  { name: 'like', expr: like(f('s'), text('a%')), event: { s: 'abc' }, value: true },
  { name: 'not like null', expr: like(f('s'), text('a%'), null, true), event: {}, value: null },
  { name: 'like of a number', expr: like(f('x'), text('5.0')), event: { x: 5 }, value: true },
  { name: 'like with escape', expr: like(f('s'), text('a!%c'), '!'), event: { s: 'a%c' }, value: true },
  { name: 'like by a field', expr: like(f('s'), f('u')), event: { s: 'abc', u: '_b_' }, value: true },
  {
    name: 'regexp takes the whole text',
    expr: regexp(f('s'), text('a.')),
    event: { s: 'abc' },
    value: false,
  },
  { name: 'regexp by a field', expr: regexp(f('s'), f('u')), event: { s: 'abc', u: '[a-c]+' }, value: true },
  {
    name: 'regexp by a broken field',
    expr: regexp(f('s'), f('u')),
    event: { s: 'abc', u: '(' },
    value: false,
  },
  { name: 'not regexp', expr: regexp(f('s'), text('\\d+'), true), event: { s: 'abc' }, value: true },
  { name: '||', expr: concat(f('s'), text('-'), f('u')), event: { s: 'a', u: 'b' }, value: 'a-b' },
  { name: '|| with null', expr: concat(f('s'), f('u')), event: { s: 'a' }, value: null },
  { name: '|| of a double', expr: concat(f('s'), f('x')), event: { s: '', x: 5 }, value: '5.0' },
  { name: '|| of a large double', expr: concat(f('x'), f('s')), event: { s: '', x: 1e10 }, value: '1.0E10' },
  {
    name: '|| of a float',
    expr: concat(f('f'), f('s')),
    event: { s: '', f: Math.fround(0.1) },
    value: '0.1',
  },
  { name: '|| of int and boolean', expr: concat(f('i'), f('b')), event: { i: 5, b: true }, value: '5true' },
  {
    name: '|| of a date',
    expr: concat(f('d'), f('s')),
    event: { d: 0, s: '' },
    value: '1970-01-01T00:00:00.000Z',
  },

  // Choice and conversion.
  {
    name: 'case takes the first true branch',
    expr: {
      op: 'case',
      type: TYPE_INT,
      branches: [
        { when: f('b'), then: int(1) },
        { when: f('p'), then: int(2) },
      ],
      otherwise: int(3),
    },
    event: { p: true },
    value: 2,
  },
  {
    name: 'case without else',
    expr: { op: 'case', type: TYPE_INT, branches: [{ when: f('b'), then: int(1) }], otherwise: null },
    event: { b: false },
    value: null,
  },
  {
    name: 'coalesce',
    expr: { op: 'coalesce', type: TYPE_DOUBLE, operands: [f('i'), f('x'), double(9)] },
    event: { x: 2.5 },
    value: 2.5,
  },
  {
    name: 'coalesce of nulls',
    expr: { op: 'coalesce', type: TYPE_INT, operands: [f('i'), f('j')] },
    event: {},
    value: null,
  },
  { name: 'cast null', expr: cast(f('i'), TYPE_STRING), event: {}, value: null },
  { name: 'cast double to int', expr: cast(f('x'), TYPE_INT), event: { x: -2.9 }, value: -2 },
  {
    name: 'cast large double to int',
    expr: cast(f('x'), TYPE_INT),
    event: { x: 1e20 },
    value: 2_147_483_647,
  },
  { name: 'cast long to int', expr: cast(f('l'), TYPE_INT), event: { l: 2 ** 32 + 5 }, value: 5 },
  { name: 'cast int to byte', expr: cast(f('i'), BYTE), event: { i: 200 }, value: -56 },
  { name: 'cast double to short', expr: cast(f('x'), SHORT), event: { x: 70_000.5 }, value: 4464 },
  { name: 'cast int to long', expr: cast(f('i'), TYPE_LONG), event: { i: 4 }, value: 4 },
  { name: 'cast double to long', expr: cast(f('x'), TYPE_LONG), event: { x: -0.5 }, value: 0 },
  { name: 'cast NaN to int', expr: cast(f('x'), TYPE_INT), event: { x: Number.NaN }, value: 0 },
  {
    name: 'cast double to float',
    expr: cast(f('x'), TYPE_FLOAT),
    event: { x: 0.1 },
    value: Math.fround(0.1),
  },
  { name: 'cast int to text', expr: cast(f('i'), TYPE_STRING), event: { i: 5 }, value: '5' },
  { name: 'cast double to text', expr: cast(f('x'), TYPE_STRING), event: { x: 5 }, value: '5.0' },
  { name: 'cast boolean to text', expr: cast(f('b'), TYPE_STRING), event: { b: true }, value: 'true' },
  { name: 'cast text to int', expr: cast(f('s'), TYPE_INT), event: { s: '42' }, value: 42 },
  { name: 'cast other text to int', expr: cast(f('s'), TYPE_INT), event: { s: '4x' }, value: null },
  { name: 'cast text beyond int', expr: cast(f('s'), TYPE_INT), event: { s: '2147483648' }, value: null },
  { name: 'cast text to long', expr: cast(f('s'), TYPE_LONG), event: { s: '42L' }, value: 42 },
  { name: 'cast text to double', expr: cast(f('s'), TYPE_DOUBLE), event: { s: ' 1.5e3d ' }, value: 1500 },
  { name: 'cast other text to double', expr: cast(f('s'), TYPE_DOUBLE), event: { s: '0x10' }, value: null },
  { name: 'cast text to boolean', expr: cast(f('s'), TYPE_BOOLEAN), event: { s: 'TRUE' }, value: true },
  { name: 'cast text to date', expr: cast(f('s'), TYPE_DATE), event: { s: '1970-01-02' }, value: 86_400_000 },
  { name: 'cast other text to date', expr: cast(f('s'), TYPE_DATE), event: { s: 'today' }, value: null },
  { name: 'cast text to char', expr: cast(f('s'), CHAR), event: { s: 'ab' }, value: 'a' },
  { name: 'cast object to int', expr: cast(f('o'), TYPE_INT), event: { o: 7 }, value: 7 },
  { name: 'cast structure to text', expr: cast(f('o'), TYPE_STRING), event: { o: { a: 1 } }, value: null },

  // Access.
  { name: 'field of an empty slot', expr: f('i', 0), slots: [null], value: null },
  { name: 'field of a slot that is not there', expr: f('i', 3), slots: [], value: null },
  { name: 'field of no event', expr: f('i'), event: null, value: null },
  { name: 'test of no event', expr: equal(f('i'), 'is', NULL), event: null, value: true },
  {
    name: 'whole event',
    expr: equal({ op: 'member', type: TYPE_INT, target: f('n'), field: 0 }, '=', int(7)),
    event: { n: nested },
    value: true,
  },
  {
    name: 'field of a null event',
    expr: { op: 'member', type: TYPE_INT, target: f('n'), field: 0 },
    event: {},
    value: null,
  },
  {
    name: 'slot',
    expr: equal({ op: 'slot', type: TYPE_OBJECT, slot: 0 }, 'is', NULL),
    slots: [null],
    value: true,
  },
  {
    name: 'current event',
    expr: equal({ op: 'slot', type: TYPE_OBJECT, slot: -1 }, 'is', NULL),
    event: {},
    value: false,
  },
  {
    name: 'arr[1]',
    expr: { op: 'at', type: TYPE_INT, target: f('arr'), index: int(1) },
    event: { arr: [4, 5] },
    value: 5,
  },
  {
    name: 'arr[9]',
    expr: { op: 'at', type: TYPE_INT, target: f('arr'), index: int(9) },
    event: { arr: [4, 5] },
    value: null,
  },
  {
    name: 'arr[-1]',
    expr: { op: 'at', type: TYPE_INT, target: f('arr'), index: f('i') },
    event: { arr: [4, 5], i: -1 },
    value: null,
  },
  {
    name: "m('a')",
    expr: { op: 'key', type: TYPE_OBJECT, target: f('m'), key: 'a' },
    event: { m: { a: 3 } },
    value: 3,
  },
  {
    name: "m('constructor')",
    expr: { op: 'key', type: TYPE_OBJECT, target: f('m'), key: 'constructor' },
    event: { m: {} },
    value: null,
  },
  {
    name: "m('__proto__')",
    expr: { op: 'key', type: TYPE_OBJECT, target: f('m'), key: '__proto__' },
    event: { m: { a: 3 } },
    value: null,
  },
  {
    name: 'array',
    expr: { op: 'array', type: INTS, elements: [int(1), f('i')] },
    event: {},
    value: [1, null],
  },
  {
    name: 'period',
    expr: {
      op: 'period',
      type: TYPE_PERIOD,
      parts: [
        { unit: 'year', amount: int(1) },
        { unit: 'month', amount: int(2) },
        { unit: 'minute', amount: double(0.5) },
        { unit: 'microsecond', amount: int(500) },
      ],
    },
    value: { months: 14, ms: 30_000.5 },
  },
  {
    name: 'period of null',
    expr: { op: 'period', type: TYPE_PERIOD, parts: [{ unit: 'day', amount: f('i') }] },
    event: {},
    value: null,
  },
  { name: 'now', expr: math({ op: 'now', type: TYPE_LONG }, '+', int(1)), value: ENV.now + 1 },
  { name: 'call', expr: call('Math.abs', TYPE_INT, f('i')), event: { i: -3 }, value: 3 },
  { name: 'call with null', expr: call('Math.abs', TYPE_INT, f('i')), event: {}, value: null },
  {
    name: 'max',
    expr: call('max', TYPE_DOUBLE, f('i'), f('x'), int(2)),
    event: { i: 1, x: 2.5 },
    value: 2.5,
  },
  { name: 'method', expr: call('string.length', TYPE_INT, f('s')), event: { s: 'abc' }, value: 3 },
];

describe.each(['interpreter', 'codegen'] as const)('%s', (backend) => {
  test.each(CASES)('$name', ({ expr, event = null, slots = [], value }) => {
    const record = event === null ? null : sample(event);
    const filled: Slot[] = slots.map((slot) => (slot === null ? null : sample(slot)));
    expect(compileExpr(expr, backend)(record, filled, ENV)).toStrictEqual(value);
    expect(compilePredicate(expr, backend)(record, filled, ENV)).toBe(value === true);
    const opposite = not(expr);
    if (expr.type.kind === 'boolean') {
      expect(compilePredicate(opposite, backend)(record, filled, ENV)).toBe(value === false);
    }
  });

  test('no condition passes everything', () => {
    expect(compilePredicate(null, backend)(null, [], ENV)).toBe(true);
  });
});
