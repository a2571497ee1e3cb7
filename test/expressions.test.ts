import { describe, expect, test } from 'vitest';
import { createRecordClass, setField } from '../engine/event/record.ts';
import { type EventType, typeName } from '../engine/event/types.ts';
import { compileExpr } from '../engine/expr/evaluate.ts';
import type { Expr } from '../engine/expr/ir.ts';
import { compileRules } from '../rules/index.ts';
import { ENV } from './support/expressions.ts';
import { rowsOf, testStatementCases } from './support/statement-case.ts';

const SCHEMAS = `
  create objectarray schema Part(k string, n int);
  create schema E(i int, j int, l long, x double, y float, s string, u string, b boolean, arr int[], sa string[],
    m map, o object, part Part, parts Part[]);
  create schema Sub(z int) inherits E;
`;

/** Expression, fields of the event, the value as JSON; `none`: no row. */
type Case = readonly [expression: string, event: Readonly<Record<string, unknown>>, expected: string];

const CASES: readonly Case[] = [
  // any, some, all
  ['i > any (1, 5)', { i: 3 }, 'true'],
  ['i > all (1, 5)', { i: 3 }, 'false'],
  ['i >= some (j, l)', { i: 3, j: 4, l: 3 }, 'true'],
  ['i = any (arr)', { i: 3, arr: [1, 3] }, 'true'],
  ['i = all (arr)', { i: 3, arr: [] }, 'null'],
  ['i > all (arr)', { i: 3, arr: [] }, 'null'],
  ['i > any (arr)', { i: 3 }, 'null'],
  ['i > all (arr)', { i: 3 }, 'null'],
  ['i > all (arr, j)', { i: 3, j: 1 }, 'true'],
  ["'q' < any (sa)", {}, 'null'],
  ['i > all (arr)', { i: 3, arr: [1, null] }, 'null'],
  ['i > any (arr)', { i: 3, arr: [5, null] }, 'false'],
  ['i = any (j, l)', { i: 3, j: 4 }, 'null'],
  ['i != all (j, l)', { i: 3, j: 3 }, 'false'],
  ['i > all (j, l)', { i: 3, j: 1 }, 'null'],
  ['i > any (j, l)', { i: 3, j: 4 }, 'false'],
  ['i > any (j, l)', { j: 4 }, 'null'],
  ['i > any (j, 3)', { j: 4 }, 'none'],
  ['s = any (m)', { s: 'k', m: { k: 1 } }, 'true'],
  ["s > all ('a', u)", { s: 'c', u: 'b' }, 'true'],
  // arrays written out
  ["{s, 'x'}.countOf()", {}, '1'],
  ["{s, 'x'}.selectFrom(v => v || '!')", { s: 'a' }, '["a!","x!"]'],
  ['{s, u}.size()', { u: 'b' }, '1'],
  ['sa.union({s, u})', { sa: ['a'], u: 'b' }, '["a","b"]'],
  ['{i, s}', { i: 1, s: 'a' }, '[1,"a"]'],
  ['new int[] {i, 2}', {}, 'none'],
  ['new Integer[] {i, 2}', {}, '[null,2]'],
  // texts that are read
  ['cast(s, int)', { s: '12' }, '12'],
  ['cast(s, int)', { s: '1x' }, 'none'],
  ['cast(s, double)', { s: '' }, 'none'],
  ['cast(s, boolean)', { s: 'TRUE' }, 'true'],
  ['cast(s, boolean)', { s: 'yes' }, 'none'],
  ['cast(s, BigDecimal)', { s: '1,5' }, 'none'],
  ['cast(arr, Object)', { arr: [1] }, '[1]'],
  // Java's functions and nulls
  ['cast(1.50, BigDecimal).movePointRight(3)', {}, '"1500"'],
  ['cast(s, BigDecimal).movePointLeft(2)', { s: '1E+3' }, '"10"'],
  ['cast(s, BigDecimal).scaleByPowerOfTen(2)', { s: '1.50' }, '"150"'],
  ['cast(s, BigDecimal).ulp()', { s: '1.50' }, '"0.01"'],
  ['cast(i, BigInteger).toString(2)', { i: 5 }, '"101"'],
  ['cast(i, BigInteger).bitCount()', { i: -1 }, '0'],
  ['cast(i, BigInteger).getLowestSetBit()', { i: 12 }, '2'],
  ['i.compareTo(j)', { i: 1, j: 2 }, '-1'],
  ['l.compareTo(l)', { l: 2 }, '0'],
  ["String.join(', ', s, u)", { s: 'a', u: 'b' }, '"a, b"'],
  ['s.equals(u)', { s: 'a' }, 'false'],
  ['s.equalsIgnoreCase(u)', { u: 'a' }, 'null'],
  ['m.containsKey(s)', { m: {} }, 'false'],
  ['m.containsValue(s)', { m: { a: null } }, 'true'],
  ['m.get(1)', { m: { a: 1 } }, 'null'],
  ['arr.contains(i)', { arr: [1] }, 'false'],
  ['Boolean.parseBoolean(s)', {}, 'false'],
  ['x.equals(i)', {}, 'null'],
  ['x.equals(i)', { x: 1, i: 1 }, 'false'],
  ['Double.toString(i)', { i: 5 }, '"5.0"'],
  ['Float.toString(l)', { l: 60_000 }, '"60000.0"'],
  ["cast(12.5, BigDecimal) like '1%'", {}, 'true'],
  ["cast(12, BigInteger) regexp '[0-9]+'", {}, 'true'],
  ['parts.orderByDesc(p => 0.0 / 0).selectFrom(p => p.n)', { parts: [{ n: 1 }, { n: 2 }] }, '[1,2]'],
  // in
  ['i in (arr)', { i: 2, arr: [1, 2] }, 'true'],
  ['i not in (arr, j)', { i: 2, arr: [1], j: 2 }, 'false'],
  ['s in (m)', { s: 'k', m: { k: 1 } }, 'true'],
  ['i in (1, j)', { i: 2 }, 'null'],
  ['i in (m)', { i: 2, m: { 2: 'a', b: 1 } }, 'true'],
  ['i > all (m)', { i: 2, m: { 1: 'a' } }, 'true'],
  // ranges
  ['i not between 1 and j', { i: 2 }, 'true'],
  ['i not between 1 and null', { i: 2 }, 'false'],
  ['i between 5 and 1', { i: 2 }, 'true'],
  ['i not between 1 and 5', {}, 'false'],
  // case
  ['case when b then j else 1.5 end', { b: true, j: 2 }, '2'],
  ['case when b then j else 1.5 end', { b: true }, 'none'],
  ['case when b then null else 1.5 end', { b: true }, 'null'],
  // arithmetic without a value
  ['i % j', { i: 5, j: 0 }, 'none'],
  ['x % 0', { x: 5 }, '"NaN"'],
  ['1 % 0', {}, 'none'],
  // properties
  ['exists(s)', {}, 'true'],
  ['exists(q?)', { q: null }, 'true'],
  ['exists(q?)', {}, 'false'],
  ['exists(part.k)', {}, 'false'],
  ['exists(part.k)', { part: {} }, 'true'],
  ['exists(arr[1])', { arr: [1] }, 'false'],
  ['exists(arr[1])', { arr: [1, null] }, 'true'],
  ["exists(m('a'))", { m: { a: null } }, 'true'],
  ["exists(m('a'))", { m: {} }, 'false'],
  ['q?', { q: 7 }, '7'],
  ['e.q?', { q: [1, 'a'] }, '[1,"a"]'],
  ['q?.a.b', { q: { a: { b: 5 } } }, '5'],
  ['q?[1]', { q: [4, 5] }, '5'],
  ["q('a')?", { q: { a: 3 } }, '3'],
  ['part.q?', { part: { k: 'a', q: 1 } }, 'null'],
  ['o?.a', { o: { a: 1 } }, '1'],
  ['s?', { s: 'a' }, '"a"'],
  ["m('a')[1]", { m: { a: [4, 5] } }, '5'],
  ["m('a')[1].b", { m: { a: [0, { b: 6 }] } }, '6'],
  ['coalesce(arr, arr)[0]', { arr: [3] }, '3'],
  // types
  ['typeof(i)', { i: 1 }, '"Integer"'],
  ['typeof(q?)', { q: 1.5 }, '"Double"'],
  ['typeof(q?)', { q: 3_000_000_000 }, '"Long"'],
  ['typeof(q?)', {}, 'null'],
  ['typeof(e)', {}, '"E"'],
  ['typeof(part)', { part: {} }, '"Part"'],
  ['typeof(arr)', { arr: [] }, '"Integer[]"'],
  ['instanceof(s, string, int)', { s: 'a' }, 'true'],
  ['instanceof(s, string)', {}, 'false'],
  ['instanceof(i, java.lang.Number)', { i: 1 }, 'true'],
  ['instanceof(i, long)', { i: 1 }, 'false'],
  ['instanceof(q?, string, E)', { q: 'a' }, 'true'],
  ['instanceof(e, E)', {}, 'true'],
  ['event_identity_equals(e, e)', {}, 'true'],
  // Java's methods and static functions
  ['i.intValue() + x.longValue()', { i: 1, x: 2.9 }, '3'],
  ['x.toString()', { x: 5 }, '"5.0"'],
  ['i.equals(1)', { i: 1 }, 'true'],
  ['i.equals(l)', { i: 1, l: 1 }, 'false'],
  ['b.toString()', { b: true }, '"true"'],
  ['arr.size()', { arr: [1, 2] }, '2'],
  ['arr.get(0)', { arr: [4] }, '4'],
  ["m.get('a')", { m: { a: 1 } }, '1'],
  ["m.containsKey('b')", { m: { a: 1 } }, 'false'],
  ["s.split(',')[1]", { s: 'a,b' }, '"b"'],
  ["s.replaceAll('[0-9]', '#')", { s: 'a1' }, '"a#"'],
  ['java.lang.Math.max(i, 3)', { i: 5 }, '5'],
  ['Integer.parseInt(s) + 1', { s: '41' }, '42'],
  ['Integer.valueOf(x)', { x: 2.5 }, '2'],
  ["Long.valueOf('7')", {}, '7'],
  ['String.valueOf(x)', { x: 1 }, '"1.0"'],
  ['String.valueOf(x)', {}, '"null"'],
  ['Integer.toString(i)', { i: 7 }, '"7"'],
  ['Math.PI', {}, '3.141592653589793'],
  ['Double.NEGATIVE_INFINITY', {}, '"-Infinity"'],
  ['Integer.MAX_VALUE + 1', {}, '-2147483648'],
  // cast
  ["cast(s, date, dateformat: 'yyyyMMdd')", { s: '20100510' }, '"2010-05-10T00:00:00.000Z"'],
  ["cast(s, long, dateformat: 'yyyyMMdd')", { s: '19700102' }, '86400000'],
  ["cast(s, LocalDate, dateformat: 'yyyy')", { s: '1970x' }, 'none'],
  ["cast(s, java.util.Calendar, dateformat: 'yyyy')", { s: '1971x' }, '"1971-01-01T00:00:00.000Z"'],
  ["cast(s, date, dateformat: 'iso')", { s: '1970-01-02T00:00:00Z' }, '"1970-01-02T00:00:00.000Z"'],
  ["cast(s, date, dateformat: 'yyyy')", {}, 'null'],
  ["cast(s, date, dateformat: 'yyyy')", { s: 'x' }, 'none'],
  ['cast(q?, int)', { q: 5 }, '5'],
  ['cast(q?, string)', { q: 5 }, '"5"'],
  ['cast(part, Part).k', { part: { k: 'a' } }, '"a"'],
  ['cast(o, Part)', { o: { k: 'a' } }, 'null'],
  ['cast(o, map)', { o: { k: 'a' } }, '{"k":"a"}'],
  ['cast(o, java.lang.Integer[])', { o: [1] }, '[1]'],
  ['cast(o, int[])', { o: 1 }, 'null'],
  // new values
  ['new {a = i + 1, b = s, `c.d` = null}', { i: 1, s: 'x' }, '{"a":2,"b":"x","c.d":null}'],
  ['new {s, i}', { i: 1, s: 'x' }, '{"s":"x","i":1}'],
  ['case when b then new {a = 1} end', {}, '{"a":null}'],
  ['case when b then new {a = null} else new {a = s} end', { b: true }, '{"a":null}'],
  ['new int[] {1, i}', { i: 5 }, '[1,5]'],
  ['new int[2]', {}, '[0,0]'],
  ['new string[i]', { i: 1 }, '[null]'],
  ['new int[2][]', {}, '[null,null]'],
  ['new long[2][1]', {}, '[[0],[0]]'],
  ['new int[][] {{1, 2}, {}}', {}, '[[1,2],[]]'],
  ['new int[i]', { i: -1 }, 'none'],
  ['new int[1000000][2]', {}, 'none'],
];

describe.each(['codegen', 'interpreter'] as const)('%s', (backend) => {
  test.each(CASES)('%s on %j is %s', (expression, event, expected) => {
    const rules = `${SCHEMAS} @Name('out') select ${expression} as v from E as e;`;
    const [row, ...more] = rowsOf({ name: '', rules, events: [[0, 'E', event]], expected: [] }, backend);
    expect(more).toEqual([]);
    expect(row ?? 'none').toBe(expected === 'none' ? 'none' : `0 out {"v":${expected}}`);
  });
});

describe('types of columns', () => {
  test.each([
    ['i = any (1)', 'boolean'],
    ['new {a = i, b = s}', '{a int, b string}'],
    ['q?', 'object'],
    ['typeof(e)', 'string'],
    ['new long[2][1]', 'long[][]'],
    ['case when b then arr else sa end', 'object[]'],
  ])('%s is %s', (expression, type) => {
    const { plan } = compileRules([
      { file: 'a.epl', text: `${SCHEMAS} select ${expression} as v from E as e` },
    ]);
    expect(plan?.statements[0]?.query.columns.map((one) => typeName(one.type))).toEqual([type]);
  });
});

describe('mistakes', () => {
  test.each([
    ['i > any (s)', 'E0301'],
    ['i = any (b)', 'E0301'],
    ['exists(i + 1)', 'E0302'],
    ['typeof()', 'E0302'],
    ['typeof(nope)', 'E0204'],
    ['instanceof(i, Nope)', 'E0205'],
    ['instanceof(i)', 'E0302'],
    ['event_identity_equals(e, 1)', 'E0302'],
    ['new {a = 1, a = 2}', 'E0212'],
    ['case when b then new {a = 1} else 1 end', 'E0301'],
    ["case when b then new {a = 1} else new {a = 'x'} end", 'E0301'],
    ['new Nope[1]', 'E0205'],
    ['new int[]', 'E0302'],
    ["new int[] {'a'}", 'E0301'],
    ['new int[x]', 'E0301'],
    ['arr[i, i]', 'E0302'],
    ["cast(s, date, x: 'yyyy')", 'E0101'],
    ["cast(s, date, dateformat: 'BBBBMMDD')", 'E0306'],
    ['cast(s, date, dateformat: 1)', 'E0301'],
    ["cast(i, date, dateformat: 'yyyy')", 'E0301'],
    ["cast(s, int, dateformat: 'yyyy')", 'E0301'],
    ['cast(s, date, dateformat: s)', 'E0500'],
    ['cast(s, Nope)', 'E0205'],
    ['arr = sa', 'E0301'],
    ['e.nope()', 'E0203'],
  ])('%s is %s', (expression, code) => {
    const { diagnostics } = compileRules([
      { file: 'a.epl', text: `${SCHEMAS} select ${expression} from E as e` },
    ]);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
  });
});

describe('a list of a filter', () => {
  test.each([
    ['E(i in (1, 2L))', ['E0301']],
    ['E(i not in (1.5))', ['E0301']],
    ['E(i in (1, l))', []],
    ['E(l in (1, 2L))', []],
    ['pattern [a=E -> b=E(i in (a.l))]', ['E0301']],
  ])('%s: %j', (source, codes) => {
    const { diagnostics } = compileRules([{ file: 'a.epl', text: `${SCHEMAS} select * from ${source}` }]);
    expect(diagnostics.map((one) => one.code)).toEqual(codes);
  });
});

describe('division', () => {
  const SCHEMA = 'create schema D(i int, j int, l long, x double, y float);';
  test.each<[string, Record<string, number>, string, string]>([
    ['i / j', { i: -7, j: 2 }, 'int', '-3'],
    ['i / j', { i: 7, j: 0 }, 'int', 'null'],
    ['i / l', { i: 7, l: 2 }, 'long', '3'],
    ['x / i', { x: 7, i: 2 }, 'double', '3.5'],
    ['x / 0', { x: 7 }, 'double', 'null'],
    ['y / 2f', { y: 5 }, 'float', '2.5'],
    ['i / j', { i: 7 }, 'int', 'null'],
  ])('whole and with null for zero: %s of %j is %s %s', (expression, event, type, expected) => {
    const text = `${SCHEMA} @Name('out') select ${expression} as v from D;`;
    const division = { isWhole: true, zeroGivesNull: true };
    const { plan } = compileRules([{ file: 'a.epl', text }], { division });
    const expr = plan?.statements[0]?.query.columns[0]?.expr as Expr;
    expect(typeName(expr.type)).toBe(type);
    const record = new (createRecordClass(plan?.types[0] as EventType, false))(0, 0, 0, 0);
    for (const [name, value] of Object.entries(event)) {
      setField(record, plan?.types[0]?.fields.findIndex((one) => one.name === name) as number, value);
    }
    for (const backend of ['codegen', 'interpreter'] as const) {
      expect(String(compileExpr(expr, backend)(record, [], ENV))).toBe(expected);
    }
  });
});

describe('substitution parameters', () => {
  const columnsOf = (text: string, params?: unknown[] | Record<string, unknown>) => {
    const source = { file: 'a.epl', text: SCHEMAS + text };
    const { plan, diagnostics } = compileRules([source], params === undefined ? {} : { params });
    if (plan === null) return diagnostics.map((one) => `${one.code} ${one.title}`);
    return plan.statements.flatMap(({ query }) =>
      query.columns.map(({ type, expr }) => `${typeName(type)} ${'value' in expr ? expr.value : expr.op}`),
    );
  };
  test('without a name take a list, counted over the module', () => {
    const text = 'select ? as a, ?::long as b from E(i > ?); select ? as c, ? as d from E;';
    expect(columnsOf(text, [1, 2, 3, 'x', [1, 2.5]])).toEqual([
      'int 1',
      'long 2',
      'string x',
      'double[] array',
    ]);
  });
  test('with a name take values by name, as often as they stand', () => {
    const text = 'select ?:a as a, ?:a:double as b, ?:b as c, ?:c as d from E;';
    const params = { a: 7, b: null, c: 2 ** 40 };
    expect(columnsOf(text, params)).toEqual(['int 7', 'double 7', 'null null', 'long 1099511627776']);
  });
  test.each<[string, unknown[] | Record<string, unknown> | undefined, string]>([
    ['select ? as a from E', undefined, 'E0216 there is no value for `?` number 1'],
    ['select ?:x as a from E', [1], 'E0216 `?:x` takes values by name'],
    ['select ? as a from E', { x: 1 }, 'E0216 `?` number 1 takes a list of values'],
    ['select ?:toString as a from E', {}, 'E0216 there is no value for `?:toString`'],
    [
      'select ?:x as a from E',
      { x: {} },
      'E0216 the value for `?:x` is no number, text, boolean or list of these',
    ],
    ['select ?:x:int as a from E', { x: 'a' }, 'E0301 the value is string, not int'],
    ['select ?:x:Nope as a from E', { x: 1 }, 'E0205 there is no type `Nope`'],
  ])('%s with %j is refused', (text, params, expected) => {
    expect(columnsOf(text, params)).toEqual([expected]);
  });
});

testStatementCases('an expression without a value', [
  {
    name: 'ends the statement for the event, no other',
    rules: `create schema A(n int);
      @Name('out-a') select 10 % n as v from A;
      @Name('out-b') select n from A;
      @Name('out-c') select n from A(10 % n = 0);
      @Name('out-d') select a.n as v from pattern [every a=A(10 % n = 0)];`,
    events: [
      [1, 'A', { n: 0 }],
      [2, 'A', { n: 5 }],
    ],
    expected: ['1 out-b {"n":0}', '2 out-c {"n":5}', '2 out-a {"v":0}', '2 out-b {"n":5}', '2 out-d {"v":5}'],
  },
]);

testStatementCases('an expression without a value in a pattern', [
  {
    name: 'lets the run go on waiting',
    rules: `create schema A(n int);
      create schema B(n int);
      @Name('out-1') select a.n as a, b.n as b from pattern [every a=A -> b=B(a.n % b.n = 0)];
      @Name('out-2') select a.n as a, b.n as b from pattern [every (a=A -> b=B(a.n % b.n = 0))];
      @Name('out-3') select a.n % b.n as v from pattern [every a=A -> b=B];`,
    events: [
      [1, 'A', { n: 6 }],
      [2, 'B', { n: 0 }],
      [3, 'B', { n: 3 }],
    ],
    expected: ['3 out-1 {"a":6,"b":3}', '3 out-2 {"a":6,"b":3}'],
  },
]);

testStatementCases('rows of new {…}', [
  {
    name: 'become events of the nested type, one or in an array; members are read by name',
    rules: `create schema Part(k string, v double);
      create schema Whole(part Part, parts Part[], rest Part[]);
      create schema A(n int);
      insert into Whole select new {k = 'a', v = n} as part, new {k = 'b'} as parts,
        new {v = 1.5} as rest from A;
      insert into Free select new {k = 'c', v = new {w = n}} as r from A;
      @Name('out-w') select part.v as v, parts[0].k as k, rest[0].v as w, typeof(part) as t from Whole;
      @Name('out-f') select r.k as k, r.v.w as w from Free(r.k = 'c');`,
    events: [[1, 'A', { n: 3 }]],
    expected: ['1 out-w {"v":3,"k":"b","w":1.5,"t":"Part"}', '1 out-f {"k":"c","w":3}'],
  },
]);

testStatementCases('properties beside the schema', [
  {
    name: 'are kept where a rule reads them, over streams and supertypes',
    rules: `create schema A(n int);
      create schema B(k int);
      create schema C(c int) inherits A, B;
      @Name('out-a') select q? as q, c? as c, typeof(a) as t from A as a;
      @Name('out-b') select q? as q, n? as n, instanceof(b, A) as t from B as b;
      @Name('out-p') select a.q? as q from pattern [every a=A -> B];`,
    events: [
      [1, 'C', { n: 1, k: 2, c: 3, q: 'x' }],
      [2, 'C', { n: 1, k: 2, c: 3 }],
    ],
    expected: [
      '1 out-a {"q":"x","c":3,"t":"C"}',
      '1 out-b {"q":"x","n":1,"t":true}',
      '2 out-a {"q":null,"c":3,"t":"C"}',
      '2 out-b {"q":null,"n":1,"t":true}',
      '2 out-p {"q":"x"}',
    ],
  },
  {
    name: 'are not kept by object arrays, and by JSON only when it is dynamic',
    rules: `create objectarray schema A(n int);
      create json schema J(n int);
      @JsonSchema(dynamic=true) create json schema D(n int);
      create json schema I(m int) inherits D;
      @Name('out-a') select q? as q from A;
      @Name('out-j') select q? as q from J;
      @Name('out-d') select q? as q, typeof(d) as t from D as d;`,
    events: [
      [1, 'A', { n: 1, q: 1 }],
      [2, 'J', { n: 1, q: 2 }],
      [3, 'D', { n: 1, q: 3 }],
      [4, 'I', { n: 1, q: 4 }],
    ],
    expected: [
      '1 out-a {"q":null}',
      '2 out-j {"q":null}',
      '3 out-d {"q":3,"t":"D"}',
      '4 out-d {"q":4,"t":"I"}',
    ],
  },
]);
