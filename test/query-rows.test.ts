import { type StatementCase, testStatementCases } from './support/statement-case.ts';

const A = 'create schema A(id string, k string, v int, ts long) starttimestamp ts;';

/** Events of A from `time k v`, with ids e1, e2, …. */
function events(
  ...list: readonly (readonly [ts: number, k: string, v: number | null])[]
): StatementCase['events'] {
  return list.map(([ts, k, v], i) => [ts, 'A', { id: `e${i + 1}`, k, v, ts }]);
}

testStatementCases('rows of queries', [
  {
    name: 'the remove stream of a window',
    rules: `${A} @name('out') select irstream id from A#length(1);`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: ['1 out {"id":"e1"}', '2 out {"id":"e2"}', '2 out - {"id":"e1"}'],
  },
  {
    name: 'rstream gives what leaves as new rows',
    rules: `${A} @name('out') select rstream id from A#length(1);`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: ['2 out {"id":"e1"}'],
  },
  {
    name: 'istream() tells the streams apart',
    rules: `${A} @name('out') select irstream id, istream() as enters from A#length(1);`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: [
      '1 out {"id":"e1","enters":true}',
      '2 out {"id":"e2","enters":true}',
      '2 out - {"id":"e1","enters":false}',
    ],
  },
  {
    name: 'where holds for what enters and what leaves',
    rules: `${A} @name('out') select irstream id from A#length(1) where v > 1;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'z', 0]),
    expected: ['2 out {"id":"e2"}', '3 out - {"id":"e2"}'],
  },
  {
    name: 'distinct rows of one delivery',
    rules: `${A} @name('out') select distinct k from A#length_batch(3);`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 3]),
    expected: ['3 out {"k":"x"}', '3 out {"k":"y"}'],
  },
  {
    name: 'aggregates alone give one row an update',
    rules: `${A} @name('out') select irstream sum(v) as s from A#length(2);`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'z', 4]),
    expected: [
      '1 out {"s":1}',
      '1 out - {"s":null}',
      '2 out {"s":3}',
      '2 out - {"s":1}',
      '3 out {"s":6}',
      '3 out - {"s":3}',
    ],
  },
  {
    name: 'an expiring event gives a row of aggregates alone',
    rules: `${A} @name('out') select count(*) as c from A#time(5);`,
    events: events([1000, 'x', 1], [2000, 'y', 2]),
    until: 8000,
    expected: ['1000 out {"c":1}', '2000 out {"c":2}', '6000 out {"c":1}', '7000 out {"c":0}'],
  },
  {
    name: 'aggregates beside fields give a row an event',
    rules: `${A} @name('out') select irstream id, sum(v) as s from A#length(2);`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'z', 4]),
    expected: [
      '1 out {"id":"e1","s":1}',
      '2 out {"id":"e2","s":3}',
      '3 out {"id":"e3","s":6}',
      '3 out - {"id":"e1","s":6}',
    ],
  },
  {
    name: 'a row for each group an update touches',
    rules: `${A} @name('out') select irstream k, sum(v) as s from A#length(2) group by k;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 4]),
    expected: [
      '1 out {"k":"x","s":1}',
      '1 out - {"k":"x","s":null}',
      '2 out {"k":"y","s":2}',
      '2 out - {"k":"y","s":null}',
      '3 out {"k":"x","s":4}',
      '3 out - {"k":"x","s":1}',
    ],
  },
  {
    name: 'other fields beside groups give a row an event',
    rules: `${A} @name('out') select irstream k, id, sum(v) as s from A#length(2) group by k;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 4]),
    expected: [
      '1 out {"k":"x","id":"e1","s":1}',
      '2 out {"k":"y","id":"e2","s":2}',
      '3 out {"k":"x","id":"e3","s":4}',
      '3 out - {"k":"x","id":"e1","s":4}',
    ],
  },
  {
    name: 'having by group',
    rules: `${A} @name('out') select k, sum(v) as s from A#keepall group by k having sum(v) > 3;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 4]),
    expected: ['3 out {"k":"x","s":5}'],
  },
  {
    name: 'having over fields compares each event',
    rules: `${A} @name('out') select id from A#keepall having v > avg(v);`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 0], [4, 'x', 9]),
    expected: ['2 out {"id":"e2"}', '4 out {"id":"e4"}'],
  },
  {
    name: 'rollup ordered by a key that is no column',
    rules: `${A} @name('out') select grouping(k) as g, sum(v) as s from A group by rollup(k) order by k;`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: ['1 out {"g":1,"s":1}', '1 out {"g":0,"s":1}', '2 out {"g":1,"s":3}', '2 out {"g":0,"s":2}'],
  },
  {
    name: 'rollup sums up from right to left',
    rules: `${A} @name('out') select k, id, sum(v) as s from A#length_batch(3) group by rollup(k, id) order by k, id;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 4]),
    expected: [
      '3 out {"k":null,"id":null,"s":7}',
      '3 out {"k":"x","id":null,"s":5}',
      '3 out {"k":"x","id":"e1","s":1}',
      '3 out {"k":"x","id":"e3","s":4}',
      '3 out {"k":"y","id":null,"s":2}',
      '3 out {"k":"y","id":"e2","s":2}',
    ],
  },
  {
    name: 'cube with grouping functions',
    rules: `${A} @name('out') select k, v, count(*) as c, grouping(k) as gk, grouping_id(k, v) as g from A#length_batch(2) group by cube(k, v) order by k, v;`,
    events: events([1, 'x', 1], [2, 'y', 1]),
    expected: [
      '2 out {"k":null,"v":null,"c":2,"gk":1,"g":3}',
      '2 out {"k":null,"v":1,"c":2,"gk":1,"g":2}',
      '2 out {"k":"x","v":null,"c":1,"gk":0,"g":1}',
      '2 out {"k":"x","v":1,"c":1,"gk":0,"g":0}',
      '2 out {"k":"y","v":null,"c":1,"gk":0,"g":1}',
      '2 out {"k":"y","v":1,"c":1,"gk":0,"g":0}',
    ],
  },
  {
    name: 'grouping sets with a key of all',
    rules: `${A} @name('out') select k, v, count(*) as c from A group by k, grouping sets((v), ());`,
    events: events([1, 'x', 1], [2, 'x', 2]),
    expected: [
      '1 out {"k":"x","v":1,"c":1}',
      '1 out {"k":"x","v":null,"c":1}',
      '2 out {"k":"x","v":2,"c":1}',
      '2 out {"k":"x","v":null,"c":2}',
    ],
  },
  {
    name: 'a composed key is summed up by its fields',
    rules: `${A} @name('out') select v, sum(v) as s from A group by rollup(case when v > 1 then 1 else 0 end);`,
    events: events([1, 'x', 1], [2, 'x', 2]),
    expected: [
      '1 out {"v":1,"s":1}',
      '1 out {"v":null,"s":1}',
      '2 out {"v":2,"s":2}',
      '2 out {"v":null,"s":3}',
    ],
  },
  {
    name: 'order by a column name and an aggregate',
    rules: `${A} @name('out') select k, sum(v) as s from A#length_batch(4) group by k order by s desc, k;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'z', 5], [4, 'x', 4]),
    expected: ['4 out {"k":"x","s":5}', '4 out {"k":"z","s":5}', '4 out {"k":"y","s":2}'],
  },
  {
    name: 'nulls come first, last when descending',
    rules: `${A} @name('out') select id, v from A#length_batch(3) order by v;`,
    events: events([1, 'x', 1], [2, 'y', null], [3, 'z', 0]),
    expected: ['3 out {"id":"e2","v":null}', '3 out {"id":"e3","v":0}', '3 out {"id":"e1","v":1}'],
  },
  {
    name: 'limit with offset',
    rules: `${A} @name('out') select id from A#length_batch(4) order by v desc limit 2 offset 1;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'z', 5], [4, 'x', 4]),
    expected: ['4 out {"id":"e4"}', '4 out {"id":"e2"}'],
  },
  {
    name: 'limit in the other form, by variables',
    rules: `${A} create variable int n = 1; create variable int m = -1; @name('out2') select id from A#length_batch(3) order by id limit n, m;`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'z', 5]),
    expected: ['3 out2 {"id":"e2"}', '3 out2 {"id":"e3"}'],
  },
  {
    name: 'rows of the remove stream as events',
    rules: `${A} insert rstream into Gone select id from A#length(1); @name('out2') select * from Gone;`,
    events: events([1, 'x', 1], [2, 'y', 2]),
    expected: ['2 out2 {"id":"e1"}'],
  },
  {
    name: 'a window over the matches of a pattern',
    rules: `${A} @name('out') select count(*) as c from pattern [every a=A(k='x') -> b=A(k='y')]#length(2);`,
    events: events([1, 'x', 1], [2, 'y', 2], [3, 'x', 3], [4, 'x', 4], [5, 'y', 5]),
    expected: ['2 out {"c":1}', '5 out {"c":2}', '5 out {"c":2}'],
  },
]);
