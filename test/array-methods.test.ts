import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runEpl } from './support/evaluate-epl.ts';

const SCHEMA = `
  create schema P(id string, n int, x double);
  create schema Q(id string, n int, x double) inherits P;
  create schema E(i int, l long, s string, arr int[], sa string[], xs double[], ps P[], qs Q[]);
`;

const PS = [
  { id: 'a', n: 3, x: 1.5 },
  { id: 'b', n: 1, x: null },
  { id: 'c', n: 3, x: -2 },
];

const FIELDS = {
  i: 2,
  l: 7,
  s: 'b',
  arr: [4, 1, 3, 1],
  sa: ['b', 'a', 'c', 'a'],
  xs: [1.5, null, 2.5],
  ps: PS,
  qs: [PS[1]],
};

function evaluate(expression: string, fields: object, backend: 'codegen' | 'interpreter') {
  const events = [{ type: 'E', fields: fields as Record<string, unknown> }];
  return runEpl(`${SCHEMA} select ${expression} as c from E as e`, events, { backend })[0]?.[1].c;
}

/** Expression and its value for `FIELDS`. */
const CASES: readonly (readonly [expression: string, value: unknown])[] = [
  ['arr.allOf(x => x > 0)', true],
  ['arr.allOf((x, i, n) => x + i < n + 1)', false],
  ['arr.anyOf(x => x = i)', false],
  ['arr.anyOf(x => x = i + 1)', true],
  ['ps.anyOf(p => n = 1)', true],
  ['arr.countOf()', 4],
  ['arr.countOf(x => x = 1)', 2],
  ['arr.countOf((x, k) => x = 1 and k > 1)', 1],
  ['arr.firstOf()', 4],
  ['arr.firstOf(x => x < 4)', 1],
  ['arr.firstOf(x => x > 9)', null],
  ['arr.lastOf()', 1],
  ['arr.lastOf(x => x > 1)', 3],
  ['arr.where(x => x > 1)', [4, 3]],
  ['arr.where((x, k, size) => k = size - 1)', [1]],
  ['arr.takeWhile(x => x > 3)', [4]],
  ['arr.takeWhileLast(x => x < 4)', [1, 3, 1]],
  ['arr.takeWhileLast((x, k) => k < 2)', [3, 1]],
  ['arr.sumOf()', 9],
  ['xs.sumOf()', 4],
  ['ps.sumOf(p => p.x)', -0.5],
  ['arr.where(x => x > 9).sumOf()', null],
  ['arr.average()', 2.25],
  ['xs.average()', 2],
  ['arr.sumOf(x => 2147483647)', -4],
  ['arr.sumOf(x => 2147483647L)', 8_589_934_588],
  ['arr.min()', 1],
  ['sa.max()', 'c'],
  ['ps.max(p => p.x)', 1.5],
  ['ps.minBy(p => p.n).id', 'b'],
  ['ps.maxBy(p => p.n).id', 'a'],
  ['ps.where(p => p.id = "b").maxBy(p => p.x)', null],
  ['arr.mostFrequent()', 1],
  ['arr.leastFrequent()', 4],
  ['ps.mostFrequent(p => p.n)', 3],
  ['arr.orderBy()', [1, 1, 3, 4]],
  ['sa.orderByDesc()', ['c', 'b', 'a', 'a']],
  ['ps.orderBy(p => p.n).selectFrom(p => p.id)', ['b', 'a', 'c']],
  ['ps.orderByDesc(p => p.n).selectFrom(p => p.id)', ['a', 'c', 'b']],
  ['arr.reverse()', [1, 3, 1, 4]],
  ['arr.take(2)', [4, 1]],
  ['arr.take(0)', []],
  ['arr.takeLast(3)', [1, 3, 1]],
  ['arr.takeLast(i)', [3, 1]],
  ['arr.except({1})', [4, 3]],
  ['arr.intersect({1, 3})', [1, 3, 1]],
  ['arr.union({9})', [4, 1, 3, 1, 9]],
  ['ps.except(qs).countOf()', 3],
  ['ps.except(ps.take(1)).selectFrom(p => p.id)', ['b', 'c']],
  ['ps.union(qs).selectFrom(p => p.id)', ['a', 'b', 'c', 'b']],
  ['arr.sequenceEqual({4, 1, 3, 1})', true],
  ['arr.sequenceEqual({4, 1, 1, 3})', false],
  ['arr.distinctOf()', [4, 1, 3]],
  ['ps.distinctOf(p => p.n).selectFrom(p => p.id)', ['a', 'b']],
  ['ps.selectFrom(p => p.x)', [1.5, -2]],
  ['ps.arrayOf(p => p.id)', ['a', 'b', 'c']],
  ['sa.groupBy(x => x)', { b: ['b'], a: ['a', 'a'], c: ['c'] }],
  ['ps.groupBy(p => p.n, p => p.id)', { 3: ['a', 'c'], 1: ['b'] }],
  ['ps.toMap(p => p.id, p => p.n)', { a: 3, b: 1, c: 3 }],
  ['arr.aggregate(0, (r, x) => r + x)', 9],
  ["sa.aggregate('', (r, x, k) => case when k = 0 then x else r || x end)", 'baca'],
  ['ps.where(p => arr.anyOf(x => x = p.n and ps.anyOf(q => q.id = s))).countOf()', 3],
  ['arr.where(x => x = arr.max())', [4]],
  ['ps.firstOf().id', 'a'],
  ['ps.COUNTOF()', 3],
  ['ps.countOf(p => p.n = 3)', 2],
  ['ps.selectFrom(p => new {a = p.id, b = n}).where(r => b = 3 and r.a = "c").selectFrom(r => r.b)', [3]],
];

describe.each(['codegen', 'interpreter'] as const)('methods on arrays, %s', (backend) => {
  test.each(CASES)('%s', (expression, value) => {
    expect(evaluate(expression, FIELDS, backend)).toEqual(value);
  });

  test.each(CASES.filter(([expression]) => expression.startsWith('arr')))(
    'null for null: %s',
    (expression) => {
      const given = evaluate(expression, { ...FIELDS, arr: null }, backend);
      expect(given).toBeNull();
    },
  );
});

/** Bodies of lambdas over an int `v` and the fields of the event. */
const bodies = fc.constantFrom('v', 'v * 2', 'v + i', '-v', 'v % 3', 'case when v > 2 then v end', 'i');
const tests = fc.constantFrom(
  'v > 2',
  'v < i',
  'v % 2 = 0',
  'v is not null',
  'v in (1, i)',
  'null = v',
  'true',
);
const steps = fc.oneof(
  tests.map((t) => `.where(v => ${t})`),
  tests.map((t) => `.takeWhile(v => ${t})`),
  tests.map((t) => `.takeWhileLast((v, k) => ${t} or k < 1)`),
  bodies.map((b) => `.selectFrom(v => ${b})`),
  bodies.map((b) => `.orderBy(v => ${b})`),
  bodies.map((b) => `.orderByDesc(v => ${b})`),
  bodies.map((b) => `.distinctOf(v => ${b})`),
  fc.constantFrom('.reverse()', '.take(2)', '.takeLast(i)', '.union({7})', '.except({1})', '.intersect(arr)'),
);
const ends = fc.oneof(
  bodies.map((b) => `.sumOf(v => ${b})`),
  bodies.map((b) => `.mostFrequent(v => ${b})`),
  bodies.map((b) => `.aggregate(1, (r, v) => r * 3 + coalesce(${b}, 5))`),
  tests.map((t) => `.countOf(v => ${t})`),
  fc.constantFrom('', '.max()', '.average()', '.firstOf()'),
);

test('random chains: generated code gives what the interpreter gives', () => {
  const values = fc.array(fc.option(fc.integer({ min: -3, max: 9 })), { maxLength: 6 });
  const chains = fc.tuple(fc.array(steps, { maxLength: 4 }), ends, tests, bodies);
  fc.assert(
    fc.property(chains, values, fc.option(fc.integer({ min: -1, max: 4 })), ([list, end, t, b], arr, i) => {
      const chain = `arr${list.join('')}${end}`;
      const nested = `arr.where(v => ${t}).selectFrom(w => arr.countOf(v => w < v) + coalesce(${b.replaceAll('v', 'w')}, 0))`;
      for (const expression of [chain, nested]) {
        const fields = { ...FIELDS, arr, i };
        expect(evaluate(expression, fields, 'codegen')).toEqual(evaluate(expression, fields, 'interpreter'));
      }
    }),
    { numRuns: 150 },
  );
});
