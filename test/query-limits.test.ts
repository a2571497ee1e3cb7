import { type StatementCase, testStatementCases } from './support/statement-case.ts';

const A = 'create schema A(id string, k string, v int, ts long) starttimestamp ts;';

/** Events of A from `time k v`, with ids e1, e2, …. */
function events(
  ...list: readonly (readonly [ts: number, k: string, v: number | null])[]
): StatementCase['events'] {
  return list.map(([ts, k, v], i) => [ts, 'A', { id: `e${i + 1}`, k, v, ts }]);
}

// What Esper answers: the row of one item, or of all, is not cut.
testStatementCases('what `limit` does not cut', [
  {
    name: 'aggregates only',
    rules: `${A} @name('out') select count(*) as n from A#length_batch(2) limit 0;`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: ['2 out {"n":2}'],
  },
  {
    name: 'aggregates only, output last',
    rules: `${A} @name('out') select count(*) as n from A output last every 2 events order by n limit 2 offset 1;`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: ['2 out {"n":2}'],
  },
  {
    name: 'aggregates only, output snapshot',
    rules: `${A} @name('out') select count(*) as n from A#keepall output snapshot every 2 events limit 0;`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: ['2 out {"n":2}'],
  },
  {
    name: 'the group of one event, but that of one that leaves',
    rules: `${A} @name('out') select k, count(*) as n from A#time(5 sec) group by k limit 2 offset 1;`,
    events: events([1000, 'x', 1]),
    until: 9000,
    expected: ['1000 out {"k":"x","n":1}'],
  },
  {
    name: 'two groups of an event that replaces another: the offset',
    rules: `${A} @name('out') select k, count(*) as n from A#lastevent group by k limit 2 offset 1;`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: ['1 out {"k":"x","n":1}', '2 out {"k":"y","n":1}', '2 out {"k":"x","n":0}'],
  },
  {
    name: 'an event with the aggregates of its group, also in the place of another',
    rules: `${A} @name('out') select irstream id, count(*) as n from A#lastevent group by k limit 0;`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: ['1 out {"id":"e1","n":1}', '2 out {"id":"e2","n":1}', '2 out - {"id":"e1","n":0}'],
  },
]);

testStatementCases('what `limit` cuts', [
  {
    name: 'the row of one event beside the aggregates of all',
    rules: `${A} @name('out') select id, count(*) as n from A limit 2 offset 1;
      @name('out2') select k, count(*) as n from A group by k limit 1;`,
    events: events([1, 'x', 1]),
    expected: ['1 out2 {"k":"x","n":1}'],
  },
  {
    name: 'groups of a join',
    rules: `${A} @name('out') select a.k as k, count(*) as n from A#lastevent as a, A#lastevent as b group by a.k limit 0;
      @name('out2') select count(*) as n from A#lastevent as a, A#lastevent as b limit 0;`,
    events: events([1, 'x', 1]),
    expected: ['1 out2 {"n":1}'],
  },
]);

testStatementCases('an interval of the output that has no value', [
  {
    name: 'the last one counts, then nothing leaves until it has one again',
    rules: `${A} create variable int n = 2; on A(k = 'none') set n = null; on A(k = 'one') set n = 1;
      @name('out') select id from A(k = 'x') output every n sec;`,
    events: events([0, 'x', 1], [1000, 'none', 1], [3000, 'x', 2], [4000, 'one', 3], [4500, 'x', 4]),
    until: 5500,
    expected: ['2000 out {"id":"e1"}', '5000 out {"id":"e3"}', '5000 out {"id":"e5"}'],
  },
  {
    name: 'a group shows nothing until it has one again',
    rules: `${A} create variable int n = 2; on A(k = 'none') set n = null; on A(k = 'one') set n = 1;
      @name('out') select k, count(*) as c from A(k = 'x') group by k output first every n sec;`,
    events: events([0, 'x', 1], [1000, 'none', 1], [3000, 'x', 2], [4000, 'one', 3], [4500, 'x', 4]),
    until: 5500,
    expected: ['0 out {"k":"x","c":1}', '4500 out {"k":"x","c":3}'],
  },
]);

// What Esper answers: only without aggregates the items before the end of `after` are forgotten.
testStatementCases('items that come before `output after` is over', [
  {
    name: 'no aggregates',
    rules: `${A} @name('out') select id from A output after 2 events every 1 events;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 3]),
    expected: ['3 out {"id":"e3"}'],
  },
  {
    name: 'aggregates only: all rows',
    rules: `${A} @name('out') select sum(v) as s from A output after 2 sec every 2 sec;`,
    events: events([1000, 'x', 1], [3000, 'y', 2]),
    until: 6000,
    expected: ['5000 out {"s":1}', '5000 out {"s":3}'],
  },
  {
    name: 'last of each group, in order',
    rules: `${A} @name('out') select k, sum(v) as s from A group by k output after 2 events last every 1 events order by k;`,
    events: events([1, 'y', 1], [2, 'x', 2], [3, 'x', 3]),
    expected: ['3 out {"k":"x","s":5}', '3 out {"k":"y","s":1}'],
  },
  {
    name: 'first of each group',
    rules: `${A} @name('out') select k, sum(v) as s from A group by k output after 2 events first every 5 events;`,
    events: events([1, 'y', 1], [2, 'x', 2], [3, 'x', 3], [4, 'y', 3]),
    expected: ['3 out {"k":"y","s":1}', '3 out {"k":"x","s":5}'],
  },
  {
    name: 'first of each group with other fields: each event shows those chosen so far',
    rules: `${A} @name('out') select id, sum(v) as s from A group by k output after 1 events first every 5 events;`,
    events: events([1, 'y', 1], [2, 'x', 2], [3, 'x', 3]),
    expected: ['2 out {"id":"e1","s":1}', '2 out {"id":"e1","s":1}', '2 out {"id":"e2","s":2}'],
  },
]);
