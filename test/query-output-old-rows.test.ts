import { testStatementCases } from './support/statement-case.ts';

testStatementCases('old rows of `output all` by group', [
  {
    name: 'are the first of the interval that pass having, also of an item that only passes through the window',
    rules: `create schema A(k int, v int);
      @Name('out') select irstream k, count(*) as n, sum(v) as s from A#sort(2, v desc)
      group by k having avg(v) < 6 output all every 2 seconds`,
    events: [
      [2000, 'A', { k: 1, v: 1 }],
      [5500, 'A', { k: 2, v: 0 }],
      [6000, 'A', { k: 0, v: 9 }],
      [8000, 'A', { k: 1, v: 2 }],
      [9000, 'A', { k: 0, v: 8 }],
      [9500, 'A', { k: 2, v: 4 }],
    ],
    until: 12_000,
    expected: [
      '4000 out {"k":1,"n":1,"s":1}',
      '6000 out {"k":1,"n":1,"s":1}',
      '6000 out {"k":2,"n":1,"s":0}',
      '6000 out - {"k":1,"n":1,"s":1}',
      '8000 out {"k":1,"n":1,"s":1}',
      '8000 out - {"k":1,"n":1,"s":1}',
      '8000 out - {"k":2,"n":1,"s":0}',
      '10000 out - {"k":1,"n":1,"s":1}',
      '10000 out - {"k":2,"n":1,"s":4}',
    ],
  },
  {
    name: 'with levels and `last` the old row of a group is the first of the interval that passes `having`',
    rules: `create schema P(k int, v int);
      @name('out') select irstream k, count(*) as n from P group by rollup(k) having count(*) > 1 output last every 3 events`,
    events: [
      [1, 'P', { k: 1, v: 1 }],
      [2, 'P', { k: 1, v: 1 }],
      [3, 'P', { k: 1, v: 1 }],
    ],
    expected: [
      '3 out {"k":1,"n":3}',
      '3 out {"k":null,"n":3}',
      '3 out - {"k":1,"n":2}',
      '3 out - {"k":null,"n":2}',
    ],
  },
]);
