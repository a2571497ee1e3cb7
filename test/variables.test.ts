import { describe, expect, test } from 'vitest';
import { derivePartitions } from '../engine/plan/partition.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { runEpl, type TestRow } from './support/evaluate-epl.ts';

const SCHEMA = 'create schema E(k string, n int, x double, m map); create schema F(n int);\n';
const WAYS = [
  { backend: 'codegen', restoring: false },
  { backend: 'codegen', restoring: true },
  { backend: 'interpreter', restoring: true },
] as const;

interface Case {
  readonly name: string;
  readonly text: string;
  readonly events: readonly (readonly [type: string, fields: object, t?: number])[];
  readonly rows: readonly TestRow[];
}

const CASES: readonly Case[] = [
  {
    name: 'assignments see those before them; variables give old and new',
    text: `create variable int a = 1; @Name('b') create variable long b;
      @Name('set') on E set a = n, b = a + 1; @Name('out') select a, b from F`,
    events: [
      ['F', {}],
      ['E', { n: 5 }],
      ['F', {}],
    ],
    rows: [
      ['out', { a: 1, b: null }],
      ['test#3', { a: 5 }],
      ['test#3', { a: 1 }],
      ['b', { b: 6 }],
      ['b', { b: null }],
      ['set', { a: 5, b: 6 }],
      ['out', { a: 5, b: 6 }],
    ],
  },
  {
    name: 'values are widened as their variable is',
    text: `create variable float f; create variable double d = '1.5'; create variable byte q = 20 * 20;
      create constant variable string[] names = {'a', 'b'};
      on E(k in (names)) set f = n; @Name('out') select f, d, q, names from F`,
    events: [
      ['E', { k: 'a', n: 16_777_217 }],
      ['E', { k: 'c', n: 1 }],
      ['F', {}],
    ],
    rows: [
      ['test#3', { f: 16_777_216 }],
      ['test#3', { f: null }],
      ['test#7', { f: 16_777_216 }],
      ['out', { f: 16_777_216, d: 1.5, q: -112, names: ['a', 'b'] }],
    ],
  },
  {
    name: 'a constant of a wider type in the list of a filter',
    text: `create schema G(s short); create constant variable int ten = 10; @Name('out') select s from G(s in (ten))`,
    events: [
      ['G', { s: 10 }],
      ['G', { s: 11 }],
    ],
    rows: [['out', { s: 10 }]],
  },
  {
    name: 'a pattern sets; filters and patterns read',
    text: `create variable int least = 2; @Name('set') on pattern [every a=F -> b=F] set least = a.n + b.n;
      @Name('out') select n from E(n >= least)`,
    events: [
      ['E', { n: 1 }],
      ['E', { n: 2 }],
      ['F', { n: 3 }],
      ['F', { n: 4 }],
      ['E', { n: 6 }],
      ['E', { n: 7 }],
    ],
    rows: [
      ['out', { n: 2 }],
      ['test#3', { least: 7 }],
      ['test#3', { least: 2 }],
      ['set', { least: 7 }],
      ['out', { n: 7 }],
    ],
  },
  {
    name: 'events, and elements of arrays',
    text: `create variable E last; create variable int[] list = {1, 2, 3};
      on E as e set last = e, list[e.n] = 9; @Name('out') select last.k as k, list.sumOf() as total from F`,
    events: [
      ['F', {}],
      ['E', { k: 'x', n: 1 }],
      ['F', {}],
      ['E', { k: 'y', n: 3 }],
      ['F', {}],
    ],
    rows: [
      ['out', { k: null, total: 6 }],
      ['out', { k: 'x', total: 13 }],
      ['out', { k: 'y', total: 13 }],
    ],
  },
  {
    name: 'parts of events and maps; those that hold the value before keep it',
    text: `create variable E one; create variable E two; create variable map m;
      on E as e set one = e, two = one, two.n = e.n + 1, two.k = 'y', m = e.m, m.a = 5;
      @Name('out') select one.n as a, two.n as b, one.k as c, two.k as d, m('a') as e, m('b') as f from F`,
    events: [
      ['E', { k: 'x', n: 1, m: { a: 1, b: 2 } }],
      ['F', {}],
    ],
    rows: [['out', { a: 1, b: 2, c: 'x', d: 'y', e: 5, f: 2 }]],
  },
  {
    name: 'output waits for a variable, and sets it back at once',
    text: `create variable boolean go = false; create variable int came = 0; on F set go = n > 0;
      @Name('out') select k, came from E output when go then set go = false, came = count_insert`,
    events: [
      ['E', { k: 'a' }],
      ['E', { k: 'b' }],
      ['F', { n: 1 }],
      ['F', { n: 0 }, 10],
      ['E', { k: 'c' }, 20],
    ],
    rows: [
      ['out', { k: 'a', came: 2 }],
      ['out', { k: 'b', came: 2 }],
    ],
  },
  {
    name: 'a window looks at its condition when a variable is set',
    text: `create variable int most = 3; on F set most = n;
      @Name('out') select irstream count(*) as c from E#expr(current_count <= most)`,
    events: [
      ['E', {}, 1],
      ['E', {}, 2],
      ['E', {}, 3],
      ['F', { n: 1 }, 4],
      ['F', { n: 1 }, 5],
    ],
    rows: [
      ['out', { c: 1 }],
      ['out', { c: 0 }],
      ['out', { c: 2 }],
      ['out', { c: 1 }],
      ['out', { c: 3 }],
      ['out', { c: 2 }],
      ['out', { c: 1 }],
      ['out', { c: 3 }],
    ],
  },
];

describe.each(WAYS)('$backend, restore $restoring', (options) => {
  test.each(CASES)('$name', ({ text, events, rows }) => {
    const sent = events.map(([type, fields, t]) => ({
      type,
      t: t ?? 0,
      fields: fields as Record<string, unknown>,
    }));
    const all = runEpl(SCHEMA + text, sent, options);
    const named = new Set(rows.map(([name]) => name));
    expect(all.filter(([name]) => named.has(name))).toEqual(rows);
  });
});

test('a variable that is set holds its readers on one shard', () => {
  const groups = (text: string) => {
    const { plan } = compileRules([{ file: 'a.epl', text: SCHEMA + text }]);
    return plan === null
      ? []
      : derivePartitions(plan).groups.map(({ statements, keys }) => [statements, keys === null]);
  };
  const readers = 'select n + v as m from E; select n from F(n = v); select n from F';
  expect(groups(`create variable int v = 1; ${readers}`)).toEqual([
    [[0], false],
    [[1], false],
    [[2], false],
    [[3], false],
  ]);
  expect(groups(`create variable int v = 1; ${readers}; on F set v = n`)).toEqual([
    [[0, 1, 2, 4], true],
    [[3], false],
  ]);
});

test('later rules see variables and expressions that are not private, and may set them from outside', () => {
  const first = `${SCHEMA} create variable int v = 1; @private create variable int w = 2;
    create expression twice {x => x * 2}; @private create expression hidden {1}`;
  const { plan } = compileRules([{ file: 'a.epl', text: first }]);
  if (plan === null) throw new Error('the first rules do not compile');
  const more = (text: string) => compileRules([{ file: 'b.epl', text }], { base: plan });
  expect(more('select w from E').diagnostics.map((one) => one.code)).toEqual(['E0204']);
  expect(more('select hidden() as h from E').diagnostics.map((one) => one.code)).toEqual(['E0203']);
  const grown = more('select twice(v) as c from E').plan;
  if (grown === null) throw new Error('the further rules do not compile');
  const shard = new Shard({ plan, startTime: 0, onRow: () => {} });
  shard.deploy(grown);
  shard.setVariable(0, 7);
  expect([shard.variable(0), shard.variable(1)]).toEqual([7, 2]);
});
