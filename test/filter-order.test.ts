import { expect, test } from 'vitest';
import { FilterTree } from '../engine/runtime/filter-tree.ts';
import { type StatementCase, testStatementCases } from './support/statement-case.ts';

const A = 'create schema A(id string, k int, v int, ts long) starttimestamp ts;';
const EVENTS: StatementCase['events'] = [[1, 'A', { id: 'e1', k: 1, v: 2, ts: 1 }]];

/** Statements that name themselves to a stream; the rows tell who came after whom. */
function turns(...froms: readonly string[]): string {
  const parts = froms.map((from, i) => `insert into S select '${i}' as w from ${from};`);
  return `${A} ${parts.join('\n')} @name('out') select w, prior(1, w) as before from S;`;
}

/** The rows of `turns` when the statements come in this order. */
function order(...who: readonly string[]): string[] {
  return who.map((w, i) => {
    const before = i === 0 ? 'null' : `"${who[i - 1]}"`;
    return `1 out {"w":"${w}","before":${before}}`;
  });
}

// What Esper answers.
testStatementCases('the order of statements for one event', [
  {
    name: 'conditions first, in the filter or in where of a stream without windows',
    rules: turns('A', 'A#keepall where v > 1', 'A(k = 1)', 'A where v > 1'),
    events: EVENTS,
    expected: order('2', '3', '0', '1'),
  },
  {
    name: 'subqueries on another type, also several on one, and on a subtype keep the turn; on the type itself lose it',
    rules: `${A} create schema B(n int); create schema A2() inherits A;
      @name('out0') select (select count(*) from B#keepall) as c, (select count(*) from B#lastevent) as d from A;
      @name('out1') select (select count(*) from A2#keepall) as c from A;
      @name('out2') select (select count(*) from A#keepall) as c from A;
      @name('out3') select (select count(*) from B#lastevent) as c from A#lastevent, B#lastevent;
      @name('out4') select k from A;`,
    events: [
      [1, 'B', { n: 1 }],
      [2, 'A', { id: 'e1', k: 1, v: 1, ts: 2 }],
    ],
    expected: [
      '2 out0 {"c":1,"d":1}',
      '2 out1 {"c":0}',
      '2 out4 {"k":1}',
      '2 out2 {"c":1}',
      '2 out3 {"c":1}',
    ],
  },
  {
    name: 'where of a stream without windows is tested with the filters, before a statement sets a variable',
    rules: `${A}
      create variable int least = 0;
      on A set least = v;
      @name('out1') select v, least from A where v > least;
      @name('out2') select v from A where v > least order by v;
      @name('out3') select v from A#length(3) where v > least;`,
    events: [
      [1, 'A', { id: 'e1', k: 1, v: 1, ts: 1 }],
      [2, 'A', { id: 'e2', k: 1, v: 2, ts: 2 }],
      [3, 'A', { id: 'e3', k: 1, v: 1, ts: 3 }],
    ],
    expected: ['1 out1 {"v":1,"least":0}', '1 out2 {"v":1}', '2 out1 {"v":2,"least":1}', '2 out2 {"v":2}'],
  },
  {
    name: 'more conditions before fewer of the same, a lower bound before a higher one',
    rules: turns('A(v > 1)', 'A(k = 1)', 'A(v > 0)', 'A(k = 1, v > 1)'),
    events: EVENTS,
    expected: order('2', '3', '0', '1'),
  },
  {
    name: 'patterns after all streams',
    rules: turns('pattern [every a=A(k = 1)]', 'A', 'A(v > 1)'),
    events: EVENTS,
    expected: order('2', '1', '0'),
  },
  {
    name: 'joins with itself, and filters with or, after all streams',
    rules: turns('A#lastevent as a, A#lastevent as b', 'A', 'A(k > 0)'),
    events: EVENTS,
    expected: order('2', '1', '0'),
  },
  {
    name: 'filters with or after all other streams',
    rules: turns('A(k = 1 or v < 0)', 'A'),
    events: EVENTS,
    expected: order('1', '0'),
  },
  {
    name: 'a statement with conditions sees a variable before one without sets it',
    rules: `${A} create variable int x = 0; on A set x = x + 1; @name('out') select x from A(k = 1);
      @name('out2') select x from A;`,
    events: EVENTS,
    expected: ['1 out {"x":0}', '1 out2 {"x":1}'],
  },
  {
    name: 'priority counts more than conditions',
    rules: `${A} create variable int x = 0; @Priority(1) on A set x = x + 1; @name('out') select x from A(k = 1);`,
    events: EVENTS,
    expected: ['1 out {"x":1}'],
  },
]);

test('a filter goes down the first index that answers one of its conditions', () => {
  const field = (at: number) => ({ op: 'field', slot: -1, field: at }) as never;
  const above = (at: number, value: number) =>
    ({ op: 'compare', operator: '>', left: field(at), right: { op: 'literal', value } }) as never;
  const tree = new FilterTree<string>();
  tree.add(null, 'none');
  tree.add(above(0, 5), 'high');
  tree.add(above(1, 1), 'other');
  tree.add({ op: 'and', operands: [above(1, 1), above(0, 3)] } as never, 'both');
  expect(tree.inOrder()).toEqual(['both', 'high', 'other', 'none']);
});

testStatementCases('windows that release as Esper does', [
  {
    name: 'an empty batch is released',
    rules: `${A} create schema B(ts long) starttimestamp ts; create variable boolean go = false; on B set go = true;
      @name('out') select count(*) as n from A#expr_batch(go); @name('out2') select id from A#expr_batch(go);`,
    events: [[5, 'B', { ts: 5 }]],
    until: 10,
    expected: ['5 out {"n":0}'],
  },
  {
    name: 'a window that lets go of nothing tells it',
    rules: `${A} create schema B(ts long) starttimestamp ts; create variable int n = 3; on B set n = 2;
      @name('out') select count(*) as c from A#expr(current_count <= n);`,
    events: [...EVENTS, [5, 'B', { ts: 5 }]],
    until: 10,
    expected: ['1 out {"c":1}', '5 out {"c":1}'],
  },
  {
    name: 'of a batch without the event that releases it the aggregates let go of the first event only',
    rules: `${A} @name('out') select id from A#expr_batch(sum(v) > 12, false);`,
    events: [3, 9, 5, 4].map((v, i) => [i, 'A', { id: `e${i}`, k: 1, v, ts: i }]),
    expected: ['2 out {"id":"e0"}', '2 out {"id":"e1"}', '3 out {"id":"e2"}'],
  },
  {
    name: 'START_EAGER passes over the reference time',
    rules: `${A} @name('out') select count(*) as c from A#time_batch(1 sec, 400, "START_EAGER");`,
    events: [[100, 'A', { id: 'e1', k: 1, v: 2, ts: 100 }]],
    until: 2500,
    expected: ['1000 out {"c":1}', '2000 out {"c":0}'],
  },
]);

testStatementCases('a condition that reads a table', [
  {
    name: 'does not bring a statement before the one that feeds the table',
    rules: `${A} create table T(k int primary key, n count(*)); into table T select count(*) as n from A group by k;
      @name('out') select id from A where T[k].n > 0;`,
    events: EVENTS,
    expected: ['1 out {"id":"e1"}'],
  },
]);
