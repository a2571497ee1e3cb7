import { expect, test } from 'vitest';
import { compileRules } from '../rules/index.ts';
import { testStatementCases } from './support/statement-case.ts';

const SCHEMAS = `
  create schema A(k string, n int, v double);
  create schema B(k string, n int);
`;

testStatementCases('tables', [
  {
    name: 'a row that breaks a unique index is not in the table, and one that would after an update stays as it was',
    rules: `${SCHEMAS} create table T(k string primary key, n int, v double); create unique index I on T(n);
      insert into T select k, n, v from A;
      @Name('out-update') on B(n > 0) as b update T as t set n = b.n where t.k = b.k;
      @Name('out') on B(n < 0) as b select t.k as k, t.n as n from T as t where t.k = b.k or b.k = '*'`,
    events: [
      [0, 'A', { k: 'x', n: 1, v: 1 }],
      [1, 'A', { k: 'y', n: 1, v: 2 }],
      [2, 'A', { k: 'y', n: 2, v: 3 }],
      [3, 'A', { k: 'z', n: null, v: 4 }],
      [4, 'A', { k: 'u', n: null, v: 5 }],
      [5, 'B', { k: '*', n: -1 }],
      [6, 'B', { k: 'y', n: 1 }],
      [7, 'B', { k: 'y', n: -1 }],
      [8, 'B', { k: 'y', n: 2 }],
      [9, 'B', { k: 'y', n: 7 }],
      [10, 'A', { k: 'w', n: 2, v: 6 }],
      [11, 'B', { k: '*', n: -1 }],
    ],
    expected: [
      '5 out {"k":"x","n":1}',
      '5 out {"k":"y","n":2}',
      '5 out {"k":"z","n":null}',
      '7 out {"k":"y","n":2}',
      '8 out-update {"k":"y","n":2,"v":3}',
      '8 out-update - {"k":"y","n":2,"v":3}',
      '9 out-update {"k":"y","n":7,"v":3}',
      '9 out-update - {"k":"y","n":2,"v":3}',
      '11 out {"k":"x","n":1}',
      '11 out {"k":"y","n":7}',
      '11 out {"k":"z","n":null}',
      '11 out {"k":"w","n":2}',
    ],
  },
  {
    name: 'aggregates of several statements are columns of one row, read by key',
    rules: `${SCHEMAS}
      create table T(k string primary key, total sum(double), c count(*), low min(double), b count(*));
      @Name('out1') into table T select k, sum(v) as total, count(*) as c, min(v) as low from A#length(2) group by k;
      into table T select count(*) as b from B group by k;
      @Name('out2') select T[B.k].total as total, T[k].c as c, T[k].low as low, T[k].b as b, T.keys() as keys from B;`,
    events: [
      [0, 'B', { k: 'y', n: 0 }],
      [1, 'A', { k: 'x', n: 1, v: 1.5 }],
      [2, 'A', { k: 'x', n: 2, v: 2.5 }],
      [3, 'B', { k: 'x', n: 0 }],
      [4, 'A', { k: 'y', n: 3, v: 4 }],
      [5, 'A', { k: 'y', n: 3, v: 5 }],
      [6, 'B', { k: 'x', n: 0 }],
      [7, 'B', { k: 'z', n: 0 }],
    ],
    expected: [
      '0 out2 {"total":null,"c":0,"low":null,"b":1,"keys":["y"]}',
      '1 out1 {"k":"x","total":1.5,"c":1,"low":1.5}',
      '2 out1 {"k":"x","total":4,"c":2,"low":1.5}',
      '3 out2 {"total":4,"c":2,"low":1.5,"b":1,"keys":["y","x"]}',
      '4 out1 {"k":"y","total":4,"c":1,"low":4}',
      '4 out1 {"k":"x","total":2.5,"c":1,"low":2.5}',
      '5 out1 {"k":"y","total":9,"c":2,"low":4}',
      '5 out1 {"k":"x","total":null,"c":0,"low":null}',
      '6 out2 {"total":null,"c":0,"low":null,"b":2,"keys":["y","x"]}',
      '7 out2 {"total":null,"c":0,"low":null,"b":1,"keys":["y","x","z"]}',
    ],
  },
  {
    name: 'what is not there is null; a column that shows a whole row has one without values',
    rules: `${SCHEMAS}
      create table T(c count(*), note string);
      create table K(k string primary key, n int primary key, c count(*));
      into table T select count(*) as c from A;
      into table K select count(*) as c from A group by k, n;
      @Name('out') select T.c as c, T as t, K[k, n].c as kc, K[k, n] is null as none, K[k, n] as row from B;`,
    events: [
      [0, 'B', { k: 'x', n: 1 }],
      [1, 'A', { k: 'x', n: 1, v: 1 }],
      [2, 'B', { k: 'x', n: 1 }],
      [3, 'B', { k: 'x', n: 2 }],
    ],
    expected: [
      '0 out {"c":null,"t":{"c":null,"note":null},"kc":null,"none":true,"row":{"k":null,"n":null,"c":null}}',
      '2 out {"c":1,"t":{"c":1,"note":null},"kc":1,"none":false,"row":{"k":"x","n":1,"c":1}}',
      '3 out {"c":1,"t":{"c":1,"note":null},"kc":null,"none":true,"row":{"k":null,"n":null,"c":null}}',
    ],
  },
  {
    name: 'a change shows to statements after it, and to filters of the next event; null is a key',
    rules: `${SCHEMAS}
      create table T(k string primary key, c count(*));
      @Name('out1') select T[k].c as before from A;
      into table T select count(*) as c from A group by k;
      @Name('out2') select T[k].c as after from A;
      @Name('out3') select n from A(T[k].c > 1);`,
    events: [
      [0, 'A', { k: 'x', n: 1, v: 0 }],
      [1, 'A', { k: 'x', n: 2, v: 0 }],
      [2, 'A', { k: null, n: 3, v: 0 }],
      [3, 'A', { k: 'x', n: 4, v: 0 }],
      [4, 'A', { k: null, n: 5, v: 0 }],
    ],
    expected: [
      '0 out1 {"before":null}',
      '0 out2 {"after":1}',
      '1 out1 {"before":1}',
      '1 out2 {"after":2}',
      '2 out1 {"before":null}',
      '2 out2 {"after":1}',
      '3 out3 {"n":4}',
      '3 out1 {"before":2}',
      '3 out2 {"after":3}',
      '4 out1 {"before":1}',
      '4 out2 {"after":2}',
    ],
  },
  {
    name: 'functions of events and of values, with filters, and the methods on what they hold',
    rules: `${SCHEMAS}
      create table T(w window(*) @type(A), s sorted(v desc) @type(A), d count(distinct string), f sum(double, boolean),
        e lastever(*) @type(A), x nth(int, 1));
      into table T select window(*) as w, sorted() as s, count(distinct k) as d, sum(v, n > 1) as f,
        lastever(*) as e, nth(n, 1) as x from A#length(2);
      @Name('out') select T.w.first(v) as first, T.w.last(*).n as last, T.w.countEvents() as size, T.s.firstKey() as top,
        T.s.minBy().n as least, T.w.window(n) as ns, T.w.sumOf(a => a.v) as sum, T.d as d, T.f as f, T.e.n as e, T.x as x from B;`,
    events: [
      [0, 'A', { k: 'x', n: 1, v: 5 }],
      [1, 'A', { k: 'x', n: 2, v: 7 }],
      [2, 'B', { k: '', n: 0 }],
      [3, 'A', { k: 'y', n: 3, v: 6 }],
      [4, 'B', { k: '', n: 0 }],
    ],
    expected: [
      '2 out {"first":5,"last":2,"size":2,"top":7,"least":2,"ns":[1,2],"sum":12,"d":1,"f":7,"e":2,"x":1}',
      '4 out {"first":7,"last":3,"size":2,"top":7,"least":2,"ns":[2,3],"sum":13,"d":2,"f":13,"e":3,"x":2}',
    ],
  },
  {
    name: 'rows of plain columns are inserted at once; a key that is taken makes no row',
    rules: `${SCHEMAS}
      create table T(k string primary key, n int);
      @Name('out1') insert into T select k, n from A;
      @Name('out2') select T[k].n as n from A;`,
    events: [
      [0, 'A', { k: 'x', n: 1, v: 0 }],
      [1, 'A', { k: 'x', n: 2, v: 0 }],
      [2, 'A', { k: 'y', n: 3, v: 0 }],
    ],
    expected: [
      '0 out1 {"k":"x","n":1}',
      '0 out2 {"n":1}',
      '1 out2 {"n":1}',
      '2 out1 {"k":"y","n":3}',
      '2 out2 {"n":3}',
    ],
  },
  {
    name: 'the keys that rollup sums up are null in the row; having and output as anywhere',
    rules: `${SCHEMAS}
      create table T(k string primary key, n int primary key, c sum(double));
      @Name('out1') into table T select k, n, sum(v) as c from A group by rollup(k, n) having sum(v) > 2;
      @Name('out2') select T[k, n].c as both, T[k, null].c as one, T[null, null].c as whole from B;`,
    events: [
      [0, 'A', { k: 'x', n: 1, v: 1 }],
      [1, 'A', { k: 'x', n: 2, v: 2 }],
      [2, 'A', { k: 'y', n: 1, v: 4 }],
      [3, 'B', { k: 'x', n: 2 }],
    ],
    expected: [
      '1 out1 {"k":"x","n":null,"c":3}',
      '1 out1 {"k":null,"n":null,"c":3}',
      '2 out1 {"k":"y","n":1,"c":4}',
      '2 out1 {"k":"y","n":null,"c":4}',
      '2 out1 {"k":null,"n":null,"c":7}',
      '3 out2 {"both":2,"one":3,"whole":7}',
    ],
  },
  {
    name: 'a table of a context has rows of its own in each partition',
    rules: `${SCHEMAS}
      create context C partition by k from A, k from B;
      context C create table T(total sum(int), note string);
      context C into table T select sum(n) as total from A;
      @Name('out1') context C select k, T.total as total, (select total from T) as again from B;
      @Name('out2') context C select A.n as n, T.total as total from A, T;`,
    events: [
      [0, 'A', { k: 'x', n: 1, v: 0 }],
      [1, 'A', { k: 'y', n: 5, v: 0 }],
      [2, 'A', { k: 'x', n: 2, v: 0 }],
      [3, 'B', { k: 'x', n: 0 }],
      [4, 'B', { k: 'z', n: 0 }],
    ],
    expected: [
      '0 out2 {"n":1,"total":1}',
      '1 out2 {"n":5,"total":5}',
      '2 out2 {"n":2,"total":3}',
      '3 out1 {"k":"x","total":3,"again":3}',
      '4 out1 {"k":"z","total":null,"again":null}',
    ],
  },
  {
    name: 'triggers change and reset rows; joins look them up by key',
    rules: `${SCHEMAS}
      create table T(k string primary key, n int, total sum(double), w window(*) @type(A));
      into table T select sum(v) as total, window(*) as w from A#keepall group by k;
      @Name('out1') on B(n = 1) merge T where T.k = B.k
        when matched then update set n = B.n, total.reset() when not matched then insert select B.k as k, 7 as n;
      @Name('out2') on B(n = 2) delete from T where T.k = B.k;
      @Name('out3') select B.n as b, T.n as n, total, w.last(*).v as v from B, T where T.k = B.k;`,
    events: [
      [0, 'A', { k: 'x', n: 0, v: 1.5 }],
      [1, 'B', { k: 'x', n: 0 }],
      [2, 'B', { k: 'x', n: 1 }],
      [3, 'A', { k: 'x', n: 0, v: 2.5 }],
      [4, 'B', { k: 'y', n: 1 }],
      [5, 'B', { k: 'x', n: 2 }],
      [6, 'B', { k: 'x', n: 0 }],
    ],
    expected: [
      '1 out3 {"b":0,"n":null,"total":1.5,"v":1.5}',
      '2 out1 {"k":"x","n":1,"total":null,"w":[{"k":"x","n":0,"v":1.5}]}',
      '2 out1 - {"k":"x","n":null,"total":1.5,"w":[{"k":"x","n":0,"v":1.5}]}',
      '2 out3 {"b":1,"n":1,"total":null,"v":1.5}',
      '4 out1 {"k":"y","n":7,"total":null,"w":null}',
      '4 out3 {"b":1,"n":7,"total":null,"v":null}',
      '5 out2 {"k":"x","n":1,"total":2.5,"w":[{"k":"x","n":0,"v":1.5},{"k":"x","n":0,"v":2.5}]}',
    ],
  },
  {
    name: 'a snapshot of a table leaves by the clock',
    rules: `${SCHEMAS}
      create table T(k string primary key, c count(*));
      into table T select count(*) as c from A group by k;
      @Name('out1') select k, c from T where c > 1 output snapshot every 10 msec;
      @Name('out2') select count(*) as rows, sum(c) as total from T output snapshot every 20 msec;`,
    events: [
      [1, 'A', { k: 'x', n: 1, v: 0 }],
      [2, 'A', { k: 'x', n: 1, v: 0 }],
      [3, 'A', { k: 'y', n: 1, v: 0 }],
      [15, 'A', { k: 'y', n: 1, v: 0 }],
    ],
    until: 20,
    expected: [
      '10 out1 {"k":"x","c":2}',
      '20 out1 {"k":"x","c":2}',
      '20 out1 {"k":"y","c":2}',
      '20 out2 {"rows":2,"total":4}',
    ],
  },
  {
    name: 'a sketch counts texts, knows the most frequent, and takes nothing back',
    rules: `${SCHEMAS}
      create table T(c countMinSketch({epsOfTotalCount: 0.002, topk: 2}), few countMinSketch({epsOfTotalCount: 0.9, confidence: 0.5}));
      into table T select countMinSketchAdd(k, filter: n > 0) as c, countMinSketchAdd(k) as few from A#length(1);
      @Name('out1') select T.c.countMinSketchFrequency(k) as f, T.c.countMinSketchTopk() as top from B;
      @Name('out2') select T.few.countMinSketchTopk().countOf() as none, T.few.countMinSketchFrequency('x') >= n as atLeast from B;`,
    events: [
      [0, 'B', { k: 'x', n: 0 }],
      [1, 'A', { k: 'x', n: 0, v: 0 }],
      [2, 'A', { k: 'x', n: 1, v: 0 }],
      [3, 'A', { k: 'y', n: 1, v: 0 }],
      [4, 'A', { k: 'z', n: 1, v: 0 }],
      [5, 'B', { k: 'x', n: 2 }],
      [6, 'A', { k: 'z', n: 1, v: 0 }],
      [7, 'A', { k: null, n: 1, v: 0 }],
      [8, 'B', { k: 'z', n: 2 }],
      [9, 'B', { k: 'other', n: 2 }],
    ],
    expected: [
      '0 out1 {"f":null,"top":null}',
      '0 out2 {"none":null,"atLeast":null}',
      '5 out1 {"f":1,"top":[{"value":"x","frequency":1},{"value":"y","frequency":1}]}',
      '5 out2 {"none":0,"atLeast":true}',
      '8 out1 {"f":2,"top":[{"value":"z","frequency":2},{"value":"x","frequency":1}]}',
      '8 out2 {"none":0,"atLeast":true}',
      '9 out1 {"f":0,"top":[{"value":"z","frequency":2},{"value":"x","frequency":1}]}',
      '9 out2 {"none":0,"atLeast":true}',
    ],
  },
  {
    name: 'counts of a deleted row go below zero when what was counted leaves, and count everything',
    rules: `${SCHEMAS}
      create table T(k string primary key, c count(*), e countever(*), x count(double), d count(distinct double), total sum(double));
      into table T select count(*) as c, countever(*) as e, count(v) as x, count(distinct v) as d, sum(v) as total
        from A#length(2) group by k;
      on B(n = 1) as b delete from T where T.k = b.k;
      @Name('out') select T[k].c as c, T[k].e as e, T[k].x as x, T[k].d as d, T[k].total as total from B(n = 0);`,
    events: [
      [0, 'A', { k: 'x', n: 0, v: 3 }],
      [1, 'A', { k: 'x', n: 0, v: null }],
      [2, 'B', { k: 'x', n: 0 }],
      [3, 'B', { k: 'x', n: 1 }],
      [4, 'B', { k: 'x', n: 0 }],
      [5, 'A', { k: 'y', n: 0, v: 1 }],
      [6, 'B', { k: 'x', n: 0 }],
      [7, 'A', { k: 'x', n: 0, v: 5 }],
      [8, 'B', { k: 'x', n: 0 }],
    ],
    expected: [
      '2 out {"c":2,"e":2,"x":2,"d":2,"total":3}',
      '4 out {"c":null,"e":null,"x":null,"d":null,"total":null}',
      '6 out {"c":-1,"e":-1,"x":-1,"d":-1,"total":null}',
      '8 out {"c":-1,"e":-1,"x":-1,"d":-1,"total":5}',
    ],
  },
]);

test.each([
  ['on T select * from T', 'T'],
  ['create variable int x; on T set x = 1', 'T'],
  ['select * from pattern [T]', 'T'],
  ["update istream T set note = 'a'", 'T'],
])('a table triggers nothing: %s', (rule, place) => {
  const text = `create table T(k string primary key, note string); ${rule};`;
  const { diagnostics } = compileRules([{ file: 'rules.epl', text }]);
  const found = diagnostics.map(({ code, labels: [label] }) => [
    code,
    text.slice(label?.span.start, label?.span.end),
  ]);
  expect(found).toEqual([['E0472', place]]);
});
