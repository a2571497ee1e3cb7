import { testStatementCases } from './support/statement-case.ts';

const RULES = `create schema A(id string); create schema D(id string);
  @name('out') select a.id as a, current_timestamp as t from pattern`;

testStatementCases('timer:schedule without every', [
  {
    name: 'alone it comes as often as it says',
    rules: `${RULES} [timer:schedule(repetitions: 3, period: 2 sec) or a=A(id = 'never')]`,
    events: [[500, 'D', { id: 'd' }]],
    until: 10_000,
    expected: [
      '2000 out {"a":null,"t":2000}',
      '4000 out {"a":null,"t":4000}',
      '6000 out {"a":null,"t":6000}',
    ],
  },
  {
    name: 'its first time ends the other sides of an or',
    rules: `${RULES} [timer:schedule(repetitions: 2, date: '1970-01-01T00:00:10Z', period: 5 sec) or a=A]`,
    events: [
      [5000, 'D', { id: 'd' }],
      [11_000, 'A', { id: 'late' }],
    ],
    until: 30_000,
    expected: ['10000 out {"a":null,"t":10000}', '15000 out {"a":null,"t":15000}'],
  },
  {
    name: 'another side that comes first ends it',
    rules: `${RULES} [timer:schedule(repetitions: -1, period: 4 sec) or a=A]`,
    events: [
      [1000, 'A', { id: 'x' }],
      [9000, 'D', { id: 'd' }],
    ],
    expected: ['1000 out {"a":"x","t":1000}'],
  },
  {
    name: 'after a step it comes once',
    rules: `${RULES} [a=A -> timer:schedule(repetitions: 3, period: 2 sec)]`,
    events: [[1000, 'A', { id: 'x' }]],
    until: 10_000,
    expected: ['3000 out {"a":"x","t":3000}'],
  },
]);

testStatementCases('filters of a pattern that one event hits', [
  {
    name: 'a condition on earlier tags alone gives no precedence',
    rules: `create schema A(id string, k int); create schema B(k int);
      @name('out') select c.id as c, d.id as d from pattern [every (b=B -> (c=A or d=A(b.k = 1)))]`,
    events: [
      [1000, 'B', { k: 1 }],
      [2000, 'A', { id: 'x' }],
    ],
    expected: ['2000 out {"c":"x","d":null}'],
  },
  {
    name: 'beside one on the event it does',
    rules: `create schema A(id string, k int); create schema B(k int);
      @name('out') select c.id as c, d.id as d from pattern [every (b=B -> (c=A or d=A(b.k = 1, k >= 0)))]`,
    events: [
      [1000, 'B', { k: 1 }],
      [2000, 'A', { id: 'x', k: 0 }],
    ],
    expected: ['2000 out {"c":null,"d":"x"}'],
  },
]);
