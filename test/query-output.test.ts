import { type StatementCase, testStatementCases } from './support/statement-case.ts';

const A = 'create schema A(id string, k string, v int, ts long) starttimestamp ts;';

/** Events of A from `time k v`, with ids e1, e2, …. */
function events(
  ...list: readonly (readonly [ts: number, k: string, v: number | null])[]
): StatementCase['events'] {
  return list.map(([ts, k, v], i) => [ts, 'A', { id: `e${i + 1}`, k, v, ts }]);
}

testStatementCases('output of queries', [
  {
    name: 'every n events: all rows',
    rules: `${A} @name('out') select id from A output every 2 events;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 3]),
    expected: ['2 out {"id":"e1"}', '2 out {"id":"e2"}'],
  },
  {
    name: 'every period, counted from the first event',
    rules: `${A} @name('out') select id from A output every 2 sec;`,
    events: events([1500, 'x', 1], [2000, 'y', 2], [3600, 'x', 3]),
    until: 6000,
    expected: ['3500 out {"id":"e1"}', '3500 out {"id":"e2"}', '5500 out {"id":"e3"}'],
  },
  {
    name: 'last of each interval',
    rules: `${A} @name('out') select irstream id from A#length(1) output last every 3 events;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 3], [4, 'y', 4], [5, 'y', 5], [6, 'z', 6]),
    expected: ['3 out {"id":"e3"}', '3 out - {"id":"e2"}', '6 out {"id":"e6"}', '6 out - {"id":"e5"}'],
  },
  {
    name: 'last by group',
    rules: `${A} @name('out') select k, sum(v) as s from A group by k output last every 3 events;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 3], [4, 'y', 4], [5, 'y', 5], [6, 'y', 6]),
    expected: ['3 out {"k":"x","s":4}', '3 out {"k":"y","s":2}', '6 out {"k":"y","s":17}'],
  },
  {
    name: 'all by group: groups that did not change too',
    rules: `${A} @name('out') select k, sum(v) as s from A group by k output all every 3 events;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 3], [4, 'y', 4], [5, 'y', 5], [6, 'y', 6]),
    expected: [
      '3 out {"k":"x","s":4}',
      '3 out {"k":"y","s":2}',
      '6 out {"k":"x","s":4}',
      '6 out {"k":"y","s":17}',
    ],
  },
  {
    name: 'all with other fields: the last event of the other groups',
    rules: `${A} @name('out') select k, id, sum(v) as s from A group by k output all every 2 events;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'y', 3], [4, 'y', 4]),
    expected: [
      '2 out {"k":"x","id":"e1","s":1}',
      '2 out {"k":"y","id":"e2","s":2}',
      '4 out {"k":"y","id":"e3","s":5}',
      '4 out {"k":"y","id":"e4","s":9}',
      '4 out {"k":"x","id":"e1","s":1}',
    ],
  },
  {
    name: 'first, then quiet until the interval ends',
    rules: `${A} @name('out') select id from A output first every 2 sec;`,
    events: events([1000, 'x', 1], [1500, 'y', 2], [3000, 'x', 3], [3100, 'x', 4], [5500, 'x', 5]),
    until: 6000,
    expected: ['1000 out {"id":"e1"}', '3000 out {"id":"e3"}', '5500 out {"id":"e5"}'],
  },
  {
    name: 'first by group, each by its own time',
    rules: `${A} @name('out') select k, count(*) as c from A group by k output first every 2 sec;`,
    events: events(
      [1000, 'x', 1],
      [2000, 'y', 2],
      [2900, 'x', 3],
      [3000, 'x', 4],
      [3500, 'y', 5],
      [4000, 'y', 6],
    ),
    expected: [
      '1000 out {"k":"x","c":1}',
      '2000 out {"k":"y","c":1}',
      '3000 out {"k":"x","c":3}',
      '4000 out {"k":"y","c":3}',
    ],
  },
  {
    name: 'first by group with having',
    rules: `${A} @name('out') select k, id, sum(v) as s from A group by k having sum(v) > 2 output first every 2 events;`,
    events: events([1, 'x', 1], [2, 'x', 2], [3, 'x', 3], [4, 'x', 4]),
    expected: ['2 out {"k":"x","id":"e2","s":3}', '4 out {"k":"x","id":"e4","s":10}'],
  },
  {
    name: 'snapshot of a window',
    rules: `${A} @name('out') select id from A#length(2) output snapshot every 2 events;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 3], [4, 'z', 4]),
    expected: ['2 out {"id":"e1"}', '2 out {"id":"e2"}', '4 out {"id":"e3"}', '4 out {"id":"e4"}'],
  },
  {
    name: 'snapshot of groups without a window',
    rules: `${A} @name('out') select k, sum(v) as s from A group by k output snapshot every 3 events order by k;`,
    events: events([1, 'y', 1], [2, 'x', 2], [3, 'y', 3]),
    expected: ['3 out {"k":"x","s":2}', '3 out {"k":"y","s":4}'],
  },
  {
    name: 'aggregates alone show the present row in a quiet interval',
    rules: `${A} @name('out') select count(*) as c from A output every 2 sec;`,
    events: events([1000, 'x', 1]),
    until: 5000,
    expected: ['3000 out {"c":1}', '5000 out {"c":1}'],
  },
  {
    name: 'after a time',
    rules: `${A} @name('out') select id from A output after 2 sec every 2 events;`,
    events: events([1000, 'x', 1], [1900, 'y', 2], [2000, 'z', 3], [2100, 'z', 4]),
    expected: ['2100 out {"id":"e3"}', '2100 out {"id":"e4"}'],
  },
  {
    name: 'after a number of events',
    rules: `${A} @name('out') select id from A output after 2 events;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'z', 3], [4, 'z', 4]),
    expected: ['3 out {"id":"e3"}', '4 out {"id":"e4"}'],
  },
  {
    name: 'at a crontab',
    rules: `${A} @name('out') select id from A output at (*/1, *, *, *, *);`,
    events: events([1000, 'x', 1], [59000, 'y', 2], [61000, 'z', 3]),
    until: 130000,
    expected: ['60000 out {"id":"e1"}', '60000 out {"id":"e2"}', '120000 out {"id":"e3"}'],
  },
  {
    name: 'when a condition on the counts holds',
    rules: `${A} @name('out') select id from A output when count_insert >= 2 and last_output_timestamp < 5;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'z', 3], [4, 'z', 4], [5, 'z', 5], [6, 'z', 6]),
    expected: [
      '2 out {"id":"e1"}',
      '2 out {"id":"e2"}',
      '4 out {"id":"e3"}',
      '4 out {"id":"e4"}',
      '6 out {"id":"e5"}',
      '6 out {"id":"e6"}',
    ],
  },
  {
    name: 'when a variable is set',
    rules: `${A} create variable boolean go = false; on A(k='go') set go = true; @name('out2') select id from A(k!='go') output when go then set go = false;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'go', 3], [4, 'z', 4], [5, 'z', 4]),
    until: 6,
    expected: ['3 out2 {"id":"e1"}', '3 out2 {"id":"e2"}'],
  },
  {
    name: 'all of a rollup',
    rules: `${A} @name('out') select k, sum(v) as s from A group by rollup(k) output all every 2 events;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'y', 3], [4, 'y', 4]),
    expected: [
      '2 out {"k":"x","s":1}',
      '2 out {"k":"y","s":2}',
      '2 out {"k":null,"s":3}',
      '4 out {"k":"x","s":1}',
      '4 out {"k":"y","s":9}',
      '4 out {"k":null,"s":10}',
    ],
  },
  {
    name: 'order over an interval',
    rules: `${A} @name('out') select id, v from A output every 3 events order by v desc limit 2;`,
    events: events([1, 'x', 1], [2, 'y', 5], [3, 'z', 3]),
    expected: ['3 out {"id":"e2","v":5}', '3 out {"id":"e3","v":3}'],
  },
  {
    name: 'intervals of calendar months',
    rules: `${A} @name('out') select id from A output every 1 month;`,
    events: events([1000, 'x', 1], [2678401001, 'y', 2]),
    until: 6000000000,
    expected: ['2678401000 out {"id":"e1"}', '5097601000 out {"id":"e2"}'],
  },
]);
