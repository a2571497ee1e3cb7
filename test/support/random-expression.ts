import fc, { type Arbitrary } from 'fast-check';
import type { EventRecord, Value } from '../../engine/event/record.ts';
import {
  TYPE_BOOLEAN,
  TYPE_DATE,
  TYPE_DOUBLE,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_LONG,
  TYPE_OBJECT,
  TYPE_STRING,
  type ValueType,
} from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { commonType } from '../../engine/expr/type-rules.ts';
import {
  and,
  bool,
  call,
  cast,
  compare,
  concat,
  double,
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
} from './expressions.ts';
import { bigExpressions } from './random-big.ts';
import { arrayMethods, conditionMethods, numberMethods, type Operands } from './random-methods.ts';

const INTS: ValueType = { kind: 'array', element: TYPE_INT };
const SLOTS = [-1, -1, 0, 1];

const ints = fc.constantFrom(0, 1, 2, 3, -1, -7, 10, 65_537, 2_147_483_647, -2_147_483_648);
const longs = fc.constantFrom(0, 1, -1, 5, 2 ** 31, 2 ** 40 + 1, -(2 ** 40), Number.MAX_SAFE_INTEGER);
const doubles = fc.constantFrom(0, 1, 2.5, -2.5, 0.1, 3, 1e10, 1e-5, -7, 1e300, Number.NaN, Infinity);
const TEXTS = ['', 'a', 'abc', 'a%c', 'a_c', 'x y', '10', '1.5', 'true', 'it\'s "`\\\n', 'é😀', '\0a'];
const texts = fc.constantFrom(...TEXTS);
const patterns = fc.constantFrom('%', 'a%', '%c', 'a_c', 'a!%c', '%b%', '', '_', '[a-c]+', '.*', '\\d+', '(');

const fieldsOf = (names: readonly string[]): Arbitrary<Expr> =>
  fc.tuple(fc.constantFrom(...names), fc.constantFrom(...SLOTS)).map(([name, slot]) => f(name, slot));

/** Typed expression trees over `SAMPLE`, with the current event and slots 0 and 1. */
export function expressions(): Arbitrary<Expr> {
  const { any } = fc.letrec<Record<'any' | 'number' | 'whole' | 'text' | 'bool' | 'array', Expr>>((tie) => ({
    any: fc.oneof(tie('bool'), tie('bool'), tie('number'), tie('text'), tie('array')),
    number: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fieldsOf(['i', 'j', 'l', 'x', 'y', 'f', 'q', 'r']),
      ints.map(int),
      longs.map(long),
      doubles.map(double),
      doubles.map(float),
      fc
        .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%' as const), tie('number'))
        .map(([a, operator, b]) => math(a, operator, b)),
      tie('number').map((operand): Expr => ({ op: 'negate', type: operand.type, operand })),
      choice(tie('bool'), tie('number')),
      some(tie('number')),
      tie('number').map((operand): Expr => ({ op: 'required', type: operand.type, operand })),
      dynamics().map((operand) => cast(operand, TYPE_DOUBLE)),
      rows(tie('number'), tie('any')).map(
        (target): Expr => ({ op: 'key', type: TYPE_DOUBLE, target, key: 'a' }),
      ),
      fc
        .tuple(
          fc.oneof(tie('number'), tie('text')),
          fc.constantFrom(TYPE_INT, TYPE_LONG, TYPE_DOUBLE, TYPE_FLOAT),
        )
        .map(([operand, type]) => cast(operand, type)),
      fc
        .tuple(fc.constantFrom('max', 'min'), tie('number'), tie('number'))
        .map(([name, a, b]) => call(name, commonType([a.type, b.type]) ?? TYPE_DOUBLE, a, b)),
      tie('number').map((operand) => call('Math.floor', TYPE_DOUBLE, operand)),
      tie('text').map((operand) => call('string.length', TYPE_INT, operand)),
      tie('array').map((operand) => call('array.size', TYPE_INT, operand)),
      fc
        .tuple(tie('array'), tie('whole'))
        .map(([target, index]): Expr => ({ op: 'at', type: TYPE_INT, target, index })),
      fieldsOf(['n']).map((target): Expr => ({ op: 'member', type: TYPE_INT, target, field: 0 })),
      fc.constant<Expr>({ op: 'now', type: TYPE_LONG }),
      numberMethods(operands(tie)),
    ),
    whole: fc.oneof(
      { depthSize: 'small' },
      fieldsOf(['i', 'j']),
      ints.map(int),
      fc
        .tuple(tie('whole'), fc.constantFrom('&', '|', '^' as const), tie('whole'))
        .map(([left, operator, right]) => bits(left, operator, right)),
      fc
        .tuple(fieldsOf(['l']), fc.constantFrom('&', '|', '^' as const), longs.map(long))
        .map(([left, operator, right]) => bits(left, operator, right)),
    ),
    text: fc.oneof(
      { depthSize: 'small' },
      fieldsOf(['s', 'u', 'c']),
      texts.map(text),
      fc
        .array(fc.oneof(tie('text'), tie('number')), { minLength: 2, maxLength: 3 })
        .map((parts) => concat(...parts)),
      fc.oneof(tie('number'), tie('bool')).map((operand) => cast(operand, TYPE_STRING)),
      choice(tie('bool'), tie('text')),
      some(tie('text')),
      fc
        .oneof(tie('any'), dynamics(), fieldsOf(['n']))
        .map((operand): Expr => ({ op: 'typeof', type: TYPE_STRING, operand })),
      tie('text').map((operand) => call('string.toUpperCase', TYPE_STRING, operand)),
      bigExpressions(tie('number'), tie('bool')).text,
      fc.tuple(tie('text'), tie('whole')).map(([a, b]) => call('string.substring', TYPE_STRING, a, b)),
      fc
        .tuple(fieldsOf(['m']), fc.constantFrom('a', 'constructor', '__proto__'))
        .map(([target, key]): Expr => ({ op: 'key', type: TYPE_STRING, target, key })),
    ),
    array: fc.oneof(
      { depthSize: 'small' },
      fieldsOf(['arr']),
      fc
        .array(fc.oneof(fieldsOf(['i', 'j']), ints.map(int)), { maxLength: 3 })
        .map((elements): Expr => ({ op: 'array', type: INTS, elements })),
      fc
        .tuple(fc.constantFrom(null, 0), fc.constantFrom(0, 1, 2))
        .map(([fill, size]): Expr => ({ op: 'sizedArray', type: INTS, sizes: [int(size)], fill })),
      arrayMethods(operands(tie)),
    ),
    bool: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fieldsOf(['b', 'p']),
      fc.boolean().map(bool),
      fc.array(tie('bool'), { minLength: 1, maxLength: 4 }).map((operands) => and(...operands)),
      fc.array(tie('bool'), { minLength: 1, maxLength: 4 }).map((operands) => or(...operands)),
      tie('bool').map(not),
      fc
        .tuple(pair(tie('number'), tie('text')), fc.constantFrom('<', '<=', '>', '>=' as const))
        .map(([[a, b], operator]) => compare(a, operator, b)),
      fc
        .tuple(
          fc.oneof(pair(tie('number'), tie('text')), pair(tie('bool'), tie('array'))),
          fc.constantFrom('=', '!=', 'is', 'is not' as const),
        )
        .map(([[a, b], operator]) => equal(a, operator, b)),
      fc
        .tuple(fc.oneof(tie('number'), tie('text'), tie('array')), fc.constantFrom('is', 'is not' as const))
        .map(([a, operator]) => equal(a, operator, NULL)),
      list(tie('number'), fc.oneof(tie('number'), tie('array')), ints.map(int)),
      list(tie('text'), tie('text'), texts.map(text)),
      fc.oneof(
        quantified(tie('number'), fc.oneof(fieldsOf(['i', 'x']), tie('number'), tie('array')), false),
        quantified(tie('text'), tie('text'), false),
        quantified(fc.oneof(tie('number'), tie('text')), fc.oneof(tie('any'), tie('number')), true),
      ),
      fc
        .oneof(dynamics(), fieldsOf(['i', 'n']), at(tie('array'), tie('whole')), fieldsOf(['m']).map(entry))
        .map((operand): Expr => ({ op: 'exists', type: TYPE_BOOLEAN, operand })),
      fc
        .tuple(fc.oneof(tie('any'), dynamics(), fieldsOf(['n'])), fc.subarray(CLASSES, { minLength: 1 }))
        .map(([operand, types]): Expr => ({ op: 'instanceof', type: TYPE_BOOLEAN, operand, types })),
      ranges(tie('number')),
      ranges(tie('text')),
      fc
        .tuple(
          tie('text'),
          fc.oneof(patterns.map(text), tie('text')),
          fc.constantFrom(null, '!'),
          fc.boolean(),
        )
        .map(([a, pattern, escapeChar, negated]) => like(a, pattern, escapeChar, negated)),
      fc
        .tuple(tie('text'), fc.oneof(patterns.map(text), tie('text')), fc.boolean())
        .map(([a, pattern, negated]) => regexp(a, pattern, negated)),
      tie('text').map((operand) => cast(operand, TYPE_BOOLEAN)),
      fc
        .tuple(tie('bool'), fc.constantFrom('&', '|', '^' as const), tie('bool'))
        .map(([left, operator, right]) => bits(left, operator, right)),
      fc.tuple(fieldsOf(['d']), fieldsOf(['l', 'd'])).map(([a, b]) => compare(a, '<', b)),
      tie('text').map((operand) => equal(cast(operand, TYPE_DATE), 'is', NULL)),
      conditionMethods(operands(tie)),
      bigExpressions(tie('number'), tie('bool')).bool,
    ),
  }));
  return any;
}

function operands(tie: (name: keyof Operands) => Arbitrary<Expr>): Operands {
  return { number: tie('number'), whole: tie('whole'), bool: tie('bool'), array: tie('array') };
}

/** Records of `SAMPLE`; every field is null at times. */
export function records(): Arbitrary<EventRecord> {
  const flat = {
    i: ints,
    j: ints,
    l: longs,
    x: doubles,
    y: doubles,
    f: doubles.map(Math.fround),
    q: fc.constantFrom(0, 1, -128, 127),
    r: fc.constantFrom(0, 3, -32_768, 32_767),
    s: texts,
    u: fc.oneof(texts, patterns),
    c: fc.constantFrom('a', 'b'),
    b: fc.boolean(),
    p: fc.boolean(),
    d: longs,
    arr: fc.array(orNull(ints), { maxLength: 3 }),
    m: fc.constantFrom<Value>({ a: 'abc' }, {}),
  };
  const fields = Object.fromEntries(
    Object.entries(flat).map(([name, value]) => [name, orNull<Value>(value)]),
  );
  const record = fc.record(fields).map((values) => sample(values));
  return fc.tuple(fc.record(fields), orNull(record)).map(([values, n]) => sample({ ...values, n }));
}

const CLASSES = ['int', 'number', 'string', 'object', 'map', 'Sample', 'Nope'];

/** `p?` of an event, a map, or what is neither. */
function dynamics(): Arbitrary<Expr> {
  const slot = fc.constantFrom(...SLOTS).map((one): Expr => ({ op: 'slot', type: TYPE_OBJECT, slot: one }));
  return fc
    .tuple(fc.oneof(slot, fieldsOf(['m', 'n', 'i'])), fc.constantFrom('i', 'a', 'z', '__proto__'))
    .map(([target, name]): Expr => ({ op: 'dynamic', type: TYPE_OBJECT, target, name }));
}

function entry(target: Expr): Expr {
  return { op: 'key', type: TYPE_OBJECT, target, key: 'a' };
}

function at(target: Arbitrary<Expr>, index: Arbitrary<Expr>): Arbitrary<Expr> {
  return fc
    .tuple(target, index)
    .map(([array, i]): Expr => ({ op: 'at', type: TYPE_INT, target: array, index: i }));
}

function rows(a: Arbitrary<Expr>, b: Arbitrary<Expr>): Arbitrary<Expr> {
  return fc.tuple(a, b).map((values): Expr => {
    const fields = values.map(({ type }, i) => ({ name: 'ab'[i] as string, type }));
    return { op: 'row', type: { kind: 'row', fields }, names: ['a', 'b'], values };
  });
}

function quantified(operand: Arbitrary<Expr>, item: Arbitrary<Expr>, isEquality: boolean): Arbitrary<Expr> {
  const operators = isEquality ? (['=', '!='] as const) : (['<', '<=', '>', '>='] as const);
  return fc
    .tuple(operand, fc.array(item, { maxLength: 3 }), fc.constantFrom(...operators), fc.boolean())
    .map(([one, items, operator, every]): Expr => {
      const written = items.map((item) => item.op === 'literal' && typeof item.value === 'number');
      return { op: 'quantified', type: TYPE_BOOLEAN, operator, every, operand: one, items, written };
    });
}

function bits(left: Expr, operator: '&' | '|' | '^', right: Expr): Expr {
  const type = commonType([left.type, right.type]) ?? TYPE_LONG;
  return { op: 'bitwise', type, operator, left, right };
}

function orNull<T>(value: Arbitrary<T>): Arbitrary<T | null> {
  return fc.option(value, { freq: 3, nil: null });
}

function pair(first: Arbitrary<Expr>, second: Arbitrary<Expr>): Arbitrary<[Expr, Expr]> {
  return fc.oneof(fc.tuple(first, first), fc.tuple(second, second));
}

function choice(condition: Arbitrary<Expr>, value: Arbitrary<Expr>): Arbitrary<Expr> {
  const branch = fc.record({ when: condition, then: value });
  return fc
    .tuple(fc.array(branch, { minLength: 1, maxLength: 2 }), fc.option(value, { nil: null }))
    .map(([branches, otherwise]): Expr => {
      const results = [...branches.map(({ then }) => then), ...(otherwise === null ? [] : [otherwise])];
      const type = commonType(results.map((one) => one.type)) ?? TYPE_STRING;
      return { op: 'case', type, branches, otherwise };
    });
}

function some(value: Arbitrary<Expr>): Arbitrary<Expr> {
  return fc.array(value, { minLength: 2, maxLength: 3 }).map((operands): Expr => {
    const type = commonType(operands.map((operand) => operand.type)) ?? TYPE_STRING;
    return { op: 'coalesce', type, operands };
  });
}

function list(operand: Arbitrary<Expr>, item: Arbitrary<Expr>, constant: Arbitrary<Expr>): Arbitrary<Expr> {
  const items = fc.oneof(
    fc.array(item, { minLength: 1, maxLength: 3 }),
    fc.array(constant, { minLength: 1, maxLength: 7 }),
    fc.array(fc.oneof(constant, fc.constant(NULL)), { minLength: 1, maxLength: 3 }),
  );
  return fc.tuple(operand, items, fc.boolean()).map(([a, values, negated]) => inList(a, values, negated));
}

function ranges(value: Arbitrary<Expr>): Arbitrary<Expr> {
  return fc
    .tuple(value, value, value, fc.constantFrom('[]', '[)', '(]', '()'), fc.boolean())
    .map(([a, low, high, brackets, negated]) => range(a, low, high, brackets, negated));
}
