import { testStatementCases } from './support/statement-case.ts';

const SCHEMA = 'create schema N(a int, b string); create schema P(n N, k int);\n';

testStatementCases('events inside events', [
  {
    name: 'become events of their own by transpose',
    rules: `${SCHEMA}create window W#keepall as N;
      insert into N select transpose(n) from P(k > 1);
      on N as x merge W insert select transpose(x);
      @Name('out-n') select * from N; @Name('out-w') select b, count(*) as c from W group by b`,
    events: [
      [0, 'P', { k: 1, n: { a: 1, b: 'x' } }],
      [1, 'P', { k: 2, n: { a: 1, b: 'x' } }],
      [2, 'P', { k: 3, n: { a: 2, b: 'x' } }],
    ],
    expected: [
      '1 out-n {"a":1,"b":"x"}',
      '1 out-w {"b":"x","c":1}',
      '2 out-n {"a":2,"b":"x"}',
      '2 out-w {"b":"x","c":2}',
    ],
  },
  {
    name: 'are equal when their fields are: in patterns, joins, groups, windows and distinct rows',
    rules: `${SCHEMA}@Name('out-pattern') select x.k as x, y.k as y from pattern [every x=P(k = 1) -> y=P(n = x.n)];
      @Name('out-join') select x.k as x, y.k as y from P(k = 1)#keepall as x, P(k > 1)#keepall as y where x.n = y.n;
      @Name('out-group') select count(*) as c from P group by n;
      @Name('out-unique') select irstream k from P#unique(n);
      @Name('out-distinct') select distinct n.a as a, n from P#length_batch(3)`,
    events: [
      [0, 'P', { k: 1, n: { a: 1, b: 'x' } }],
      [1, 'P', { k: 2, n: { a: 1, b: 'x' } }],
      [2, 'P', { k: 3, n: { a: 1, b: 'y' } }],
    ],
    expected: [
      '0 out-group {"c":1}',
      '0 out-unique {"k":1}',
      '1 out-group {"c":2}',
      '1 out-unique {"k":2}',
      '1 out-unique - {"k":1}',
      '1 out-pattern {"x":1,"y":2}',
      '1 out-join {"x":1,"y":2}',
      '2 out-group {"c":1}',
      '2 out-unique {"k":3}',
      '2 out-distinct {"a":1,"n":{"a":1,"b":"x"}}',
      '2 out-distinct {"a":1,"n":{"a":1,"b":"y"}}',
    ],
  },
]);
