import { describe, expect, test } from 'vitest';
import type { Plan } from '../engine/plan/plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { rowsOf, testStatementCases } from './support/statement-case.ts';

const SCHEMA = 'create schema A(n int, s string);\n';

test.each(['codegen', 'interpreter'] as const)(
  'select without from gives one row at the start (%s)',
  (backend) => {
    const rules = `${SCHEMA}create variable int v = 3;
    @Name('out-a') select 1 as a, v + 1 as b, (select count(*) from A#keepall) as c order by v;
    @Name('out-b') select 1 as a where v = 4;
    @Name('out-c') select 2 as a where v = 3 having 1 = 1;
    @Name('out-d') select sum(v) as a, count(*) as b having sum(v) = 3;
    @Name('out-e') select count(*) as b where 1 = 2`;
    const events = [[0, 'A', { n: 1 }]] as const;
    const expected = [
      '0 out-a {"a":1,"b":4,"c":0}',
      '0 out-c {"a":2}',
      '0 out-d {"a":3,"b":1}',
      '0 out-e {"b":0}',
    ];
    expect(rowsOf({ name: 'fromless', rules, events, expected }, backend)).toEqual(expected);
  },
);

testStatementCases('select without from in a context', [
  {
    name: 'gives a row when a partition begins, or when it ends',
    rules: `${SCHEMA}create context C initiated by A(n > 0) as a terminated by A(n = 0, s = a.s);
      @Name('out-begin') context C select context.a.n as n;
      @Name('out-end') context C select context.a.n as n, count(*) as c output when terminated`,
    events: [
      [0, 'A', { n: 1, s: 'x' }],
      [1, 'A', { n: 2, s: 'y' }],
      [2, 'A', { n: 0, s: 'x' }],
      [3, 'A', { n: 0, s: 'y' }],
    ],
    expected: [
      '0 out-begin {"n":1}',
      '1 out-begin {"n":2}',
      '2 out-end {"n":1,"c":1}',
      '3 out-end {"n":2,"c":1}',
    ],
  },
]);

test('a pull of it computes the row anew', () => {
  const text = 'create variable int v = 3; select v as a, v * 2 as b';
  const plan = compileRules([{ file: 'a.epl', text }]).plan as Plan;
  const shard = new Shard({ plan, startTime: 0, onRow: () => {} });
  shard.setVariable(0, 5);
  expect(shard.rows(1)).toEqual([[5, 10]]);
});

test.each([
  ['select *', 'E0302'],
  ['select a.*', 'E0302'],
  ['insert into X select 1 as a', 'E0302'],
  ['select 1 as a group by 1', 'E0302'],
  ['select n as a', 'E0202'],
  ['select 1 as a, 2 as a', 'E0212'],
  ['select 1 as a output every 10 seconds', 'E0500'],
  ['select 1 as a limit 1', 'E0500'],
])('%s is refused', (text, code) => {
  const { plan, diagnostics } = compileRules([{ file: 'a.epl', text: `${SCHEMA}${text}` }]);
  expect(plan).toBeNull();
  expect(diagnostics.map((one) => one.code)).toEqual([code]);
});

describe('select * from a type that others inherit', () => {
  const rules = (select: string) =>
    `create schema P(a int); create schema C(b int) inherits P; @Name('out') ${select}`;
  const rows = (select: string) => {
    const events = [
      [0, 'C', { a: 1, b: 2 }],
      [1, 'P', { a: 3 }],
    ] as const;
    const ways = (['codegen', 'interpreter'] as const).map((backend) =>
      rowsOf({ name: select, rules: rules(select), events, expected: ['-'] }, backend, true),
    );
    expect(ways[1]).toEqual(ways[0]);
    return ways[0];
  };

  test.each([
    'select * from P',
    'select * from P#keepall',
    'select * from P where a > 0',
    'select * from P#length_batch(1) order by a',
  ])('%s shows all fields of an event', (select) => {
    expect(rows(select)).toEqual(['0 out {"a":1,"b":2}', '1 out {"a":3}']);
  });

  test('so does the remove stream', () => {
    expect(rows('select irstream * from P#lastevent')).toEqual([
      '0 out {"a":1,"b":2}',
      '1 out {"a":3}',
      '1 out - {"a":1,"b":2}',
    ]);
  });

  test.each([
    ['select *, 1 as one from P', ['0 out {"a":1,"one":1}', '1 out {"a":3,"one":1}']],
    ['select p.* from P as p', ['0 out {"a":1}', '1 out {"a":3}']],
    ['select distinct * from P', ['0 out {"a":1}', '1 out {"a":3}']],
    ['insert into Z select * from P', ['0 out {"a":1}', '1 out {"a":3}']],
  ])('%s has the columns of the type', (select, expected) => {
    expect(rows(select)).toEqual(expected);
  });
});
