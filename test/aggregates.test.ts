import { type StatementCase, testStatementCases } from './support/statement-case.ts';

const A = 'create schema A(id string, k int, v double, f float, n int, ts long);';

/** Events of A from `k v` pairs: ids e1, e2, …, one a second from 1 s on. */
function events(...pairs: readonly (readonly [k: number, v: number | null])[]): StatementCase['events'] {
  return pairs.map(([k, v], i) => {
    const ts = (i + 1) * 1000;
    return [ts, 'A', { id: `e${i + 1}`, k, v, f: v, n: v, ts }];
  });
}

const row = (time: number, values: string, sign = '') => `${time} out ${sign}{${values}}`;

testStatementCases('aggregates with a remove stream', [
  {
    name: 'count, distinct and filter',
    rules: `${A} @name('out') select count(*) as c, count(v) as cv, count(distinct v) as cd, count(*, v > 1) as cf from A#length(2);`,
    events: events([1, 1], [1, 1], [1, 2], [1, null]),
    expected: [
      row(1000, '"c":1,"cv":1,"cd":1,"cf":0'),
      row(2000, '"c":2,"cv":2,"cd":1,"cf":0'),
      row(3000, '"c":2,"cv":2,"cd":2,"cf":1'),
      row(4000, '"c":2,"cv":1,"cd":1,"cf":1'),
    ],
  },
  {
    name: 'sum, avg and the type of a sum',
    rules: `${A} @name('out') select sum(v) as s, avg(v) as a, sum(n) as i, sum(v, filter: k = 1) as one from A#length(2);`,
    events: events([1, 1], [2, 3], [1, null], [2, null]),
    expected: [
      row(1000, '"s":1,"a":1,"i":1,"one":1'),
      row(2000, '"s":4,"a":2,"i":4,"one":1'),
      row(3000, '"s":3,"a":3,"i":3,"one":null'),
      row(4000, '"s":null,"a":null,"i":null,"one":null'),
    ],
  },
  {
    name: 'an overflow of int wraps',
    rules: `${A} @name('out') select sum(n * 2000000000) as s from A;`,
    events: events([1, 1], [1, 1]),
    expected: [row(1000, '"s":2000000000'), row(2000, '"s":-294967296')],
  },
  {
    name: 'min and max, of text too, beside those of one event',
    rules: `${A} @name('out') select min(v) as a, max(v) as b, max(id) as c, max(v, 2) as d, fmax(v, k = 2) as e from A#length(2);`,
    events: events([1, 5], [2, 1], [1, 3]),
    expected: [
      row(1000, '"a":5,"b":5,"c":"e1","d":5,"e":null'),
      row(2000, '"a":1,"b":5,"c":"e2","d":2,"e":1'),
      row(3000, '"a":1,"b":3,"c":"e3","d":3,"e":1'),
    ],
  },
  {
    name: 'median, deviations',
    rules: `${A} @name('out') select median(v) as m, stddev(v) as s, avedev(v) as d from A#length(3);`,
    events: events([1, 1], [1, 3], [1, 8], [1, 5]),
    expected: [
      row(1000, '"m":1,"s":null,"d":0'),
      row(2000, `"m":2,"s":${Math.SQRT2},"d":1`),
      row(3000, '"m":3,"s":3.605551275463989,"d":2.6666666666666665'),
      row(4000, '"m":5,"s":2.5166114784235836,"d":1.7777777777777777'),
    ],
  },
  {
    name: 'ever',
    rules: `${A} @name('out') select countever(*) as c, firstever(v) as f, lastever(v) as l, maxever(v) as m, minever(v) as n, maxbyever(v).id as b from A#lastevent;`,
    events: events([1, null], [1, 3], [1, 1]),
    expected: [
      row(1000, '"c":1,"f":null,"l":null,"m":null,"n":null,"b":"e1"'),
      row(2000, '"c":2,"f":3,"l":3,"m":3,"n":3,"b":"e2"'),
      row(3000, '"c":3,"f":3,"l":1,"m":3,"n":1,"b":"e2"'),
    ],
  },
  {
    name: 'first, last and window over the events that are in',
    rules: `${A} @name('out') select first(v) as f, last(v, 1) as l, window(id) as w, last(*).id as e, window(*).countEvents() as c, window(*).first().id as g from A#length(2);`,
    events: events([1, 1], [1, 2], [1, 3]),
    expected: [
      row(1000, '"f":1,"l":null,"w":["e1"],"e":"e1","c":1,"g":"e1"'),
      row(2000, '"f":1,"l":1,"w":["e1","e2"],"e":"e2","c":2,"g":"e1"'),
      row(3000, '"f":2,"l":2,"w":["e2","e3"],"e":"e3","c":2,"g":"e2"'),
    ],
  },
  {
    name: 'sorted by several criteria, its methods, maxby and minby',
    rules: `${A} @name('out') select sorted(v desc, id).selectFrom(e => e.id) as s, sorted(v).floorKey(v - 1) as f, sorted(v).firstEvents().countOf() as n, maxby(v).id as a, minby(v).id as b from A#length(3);`,
    events: events([1, 2], [1, 3], [1, 2], [1, 5]),
    expected: [
      row(1000, '"s":["e1"],"f":null,"n":1,"a":"e1","b":"e1"'),
      row(2000, '"s":["e2","e1"],"f":2,"n":1,"a":"e2","b":"e1"'),
      row(3000, '"s":["e2","e1","e3"],"f":null,"n":2,"a":"e2","b":"e1"'),
      row(4000, '"s":["e4","e2","e3"],"f":3,"n":1,"a":"e4","b":"e3"'),
    ],
  },
  {
    name: 'rate of arrivals, of a window, and leaving',
    rules: `${A} @name('out') select rate(2) as r, rate(ts, v) as q, leaving() as l from A#length(2);`,
    events: events([1, 4], [1, 4], [1, 8]),
    expected: [
      row(1000, '"r":null,"q":null,"l":false'),
      row(2000, '"r":null,"q":null,"l":false'),
      row(3000, '"r":1,"q":6,"l":true'),
    ],
  },
  {
    name: 'an aggregate of an aggregate',
    rules: `${A} @name('out') select avg(count(*)) as a from A;`,
    events: events([1, 1], [1, 1], [1, 1]),
    expected: [row(1000, '"a":1'), row(2000, '"a":1.5'), row(3000, '"a":2')],
  },
  {
    name: 'approximate functions forget what has left',
    rules: `${A} @name('out') select approx_count_distinct(k) as c, approx_quantile(v, 1) > 900 as q from A#length(2);`,
    events: events([1, 1000], [2, 1], [2, 1], [2, 1]),
    expected: [
      row(1000, '"c":1,"q":true'),
      row(2000, '"c":2,"q":true'),
      row(3000, '"c":1,"q":false'),
      row(4000, '"c":1,"q":false'),
    ],
  },
]);

testStatementCases('groups of aggregates', [
  {
    name: 'a group without events is forgotten with all it has seen',
    rules: `${A} @name('out') select k, maxever(v) as m, count(*) as c from A#length(1) group by k;`,
    events: events([1, 9], [2, 1], [1, 3]),
    expected: [
      row(1000, '"k":1,"m":9,"c":1'),
      row(2000, '"k":2,"m":1,"c":1'),
      row(2000, '"k":1,"m":9,"c":0'),
      row(3000, '"k":1,"m":3,"c":1'),
      row(3000, '"k":2,"m":1,"c":0'),
    ],
  },
  {
    name: 'the hint keeps it',
    rules: `${A} @name('out') @Hint('disable_reclaim_group') select k, maxever(v) as m from A#length(1) group by k;`,
    events: events([1, 9], [2, 1], [1, 3]),
    expected: [
      row(1000, '"k":1,"m":9'),
      row(2000, '"k":2,"m":1'),
      row(2000, '"k":1,"m":9'),
      row(3000, '"k":1,"m":9'),
      row(3000, '"k":2,"m":1'),
    ],
  },
  {
    name: 'another hint forgets groups unchanged for some time',
    rules: `${A} @name('out') @Hint('reclaim_group_aged=2,reclaim_group_freq=1') select k, sum(v) as s from A group by k;`,
    events: events([1, 1], [1, 1], [2, 1], [2, 1], [2, 1], [1, 1]),
    expected: [
      row(1000, '"k":1,"s":1'),
      row(2000, '"k":1,"s":2'),
      row(3000, '"k":2,"s":1'),
      row(4000, '"k":2,"s":2'),
      row(5000, '"k":2,"s":3'),
      row(6000, '"k":1,"s":1'),
    ],
  },
  {
    name: 'group_by: has groups of its own',
    rules: `${A} @name('out') select k, sum(v) as total, sum(v, group_by:(k)) as own, sum(v, group_by:(), filter: k = 2) as two from A#keepall;`,
    events: events([1, 1], [2, 2], [1, 4]),
    expected: [
      row(1000, '"k":1,"total":1,"own":1,"two":null'),
      row(2000, '"k":2,"total":3,"own":2,"two":2'),
      row(3000, '"k":1,"total":7,"own":5,"two":2'),
    ],
  },
  {
    name: 'an event as key is itself, also after a restore',
    rules:
      `${A} @name('out') select a.id as a, count(*) as c ` +
      'from pattern [every a=A(k = 1) -> every b=A(k = 2)]#keepall group by a;',
    events: events([1, 1], [1, 1], [2, 1], [2, 1], [2, 1]),
    expected: [1, 2, 3].flatMap((c) => ['e1', 'e2'].map((id) => row((c + 2) * 1000, `"a":"${id}","c":${c}`))),
  },
  {
    name: 'keys of several values, arrays and nulls are compared by value',
    rules: `${A} @name('out') select k, v, count(*) as c from A group by {k, 1}, v;`,
    events: events([1, null], [1, null], [1, 0], [2, null]),
    expected: [
      row(1000, '"k":1,"v":null,"c":1'),
      row(2000, '"k":1,"v":null,"c":2'),
      row(3000, '"k":1,"v":0,"c":1'),
      row(4000, '"k":2,"v":null,"c":1'),
    ],
  },
]);
