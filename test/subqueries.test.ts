import { testStatementCases } from './support/statement-case.ts';

const SCHEMAS = `create schema A(id string, k int, v double, ts long) starttimestamp ts;
  create schema B(id string, k int, v double, ts long) starttimestamp ts;\n`;

type Sent = readonly [time: number, type: string, fields: Readonly<Record<string, unknown>>];

const a = (time: number, id: string, k: number | null, v: number | null = 0): Sent => [
  time,
  'A',
  { id, k, v, ts: time },
];
const b = (time: number, id: string, k: number | null, v: number | null = 0): Sent => [
  time,
  'B',
  { id, k, v, ts: time },
];

/** One row for each A, whose column x is the subquery. */
const column = (name: string, expression: string, events: readonly Sent[], xs: readonly string[]) => ({
  name,
  rules: `${SCHEMAS}@Name('out') select a.id as id, ${expression} as x from A as a;`,
  events,
  expected: events
    .filter(([, type]) => type === 'A')
    .map(([time, , { id }], i) => `${time} out {"id":"${id}","x":${xs[i]}}`),
});

const NULLS = [
  b(1, 'b1', 1, null),
  a(2, 'a1', 1, 5),
  b(3, 'b2', null, 3),
  a(4, 'a2', null, 1),
  a(5, 'a3', 2, null),
  b(6, 'b3', 2, 7),
  a(7, 'a4', 2, 6),
];

testStatementCases('the value of a subquery', [
  column(
    'of the only row, null without one and with several',
    '(select id from B#keepall)',
    [a(1, 'a1', 1), b(2, 'b1', 1), a(3, 'a2', 1), b(4, 'b2', 1), a(5, 'a3', 1)],
    ['null', '"b1"', 'null'],
  ),
  column(
    'rows leave with their window, by the clock',
    '(select count(*) from B#time(2 sec))',
    [b(0, 'b1', 1), a(1000, 'a1', 1), b(1500, 'b2', 1), a(1999, 'a2', 1), a(2000, 'a3', 1), a(9000, 'a4', 1)],
    ['1', '2', '1', '0'],
  ),
  column(
    'found by an equality with the item around, where null equals null',
    '(select b.id from B#lastevent as b where b.k = a.k)',
    NULLS,
    ['"b1"', '"b2"', 'null', '"b3"'],
  ),
  column(
    'found by an ordering with the item around, where a null finds nothing',
    '(select b.id from B#lastevent as b where b.v > a.v)',
    NULLS,
    ['null', '"b2"', 'null', '"b3"'],
  ),
  column(
    'a condition that no index answers lets a row pass when it is null',
    '(select b.id from B#lastevent as b where b.k != a.k)',
    NULLS,
    ['null', '"b2"', '"b2"', 'null'],
  ),
  column(
    'an alternative of one field is looked up as a list',
    '(select b.id from B#lastevent as b where b.k = a.k or b.k = 3)',
    NULLS,
    ['"b1"', '"b2"', 'null', '"b3"'],
  ),
  column(
    'a whole event, of which a method takes one, and the properties of one row of aggregates',
    '(select * from B#keepall).lastOf().k + (select max(k) as most, min(k) as least from B#keepall).most',
    [a(1, 'a1', 1), b(2, 'b1', 4), a(3, 'a2', 1), b(4, 'b2', 3), a(5, 'a3', 1)],
    ['null', '8', '7'],
  ),
  column(
    'a range with both ends, in either order',
    '(select id from B#keepall as b where b.v between a.v and a.k)',
    [b(1, 'b1', 1, 2), b(2, 'b2', 1, 5), a(3, 'a1', 3, 1), a(4, 'a2', 4, 9), a(5, 'a3', null, 1)],
    ['"b1"', '"b2"', 'null'],
  ),
  column(
    'a row that its window refuses is none',
    '(select id from B#sort(1, v))',
    [b(1, 'b1', 1, 2), b(2, 'b2', 1, 3), a(3, 'a1', 1), b(4, 'b3', 1, 1), a(5, 'a2', 1)],
    ['"b1"', '"b3"'],
  ),
  column(
    'a row of several columns is never null as a column',
    '(select id, k as n from B#lastevent)',
    [a(1, 'a1', 1), b(2, 'b1', 4), a(3, 'a2', 1)],
    ['{"id":null,"n":null}', '{"id":"b1","n":4}'],
  ),
  column(
    'a method looks at all rows',
    '(select b.v from B#keepall as b where b.k = a.k).sumOf()',
    [a(1, 'a1', 1), b(2, 'b1', 1, 2), b(3, 'b2', 1, 3), b(4, 'b3', 2, 9), a(5, 'a2', 1), a(6, 'a3', 2)],
    ['null', '5', '9'],
  ),
  column(
    'prev and prior look into its own window',
    '(select prev(1, id) || prior(1, id) from B#length(2) where k = 2)',
    [b(1, 'b1', 1), b(2, 'b2', 2), a(3, 'a1', 1), b(4, 'b3', 3), a(5, 'a2', 1)],
    ['"b1b1"', '"b2b1"'],
  ),
]);

testStatementCases('comparisons with the rows of a subquery', [
  column(
    'exists needs a condition that is true',
    'exists (select * from B#lastevent as b where b.k = a.k)',
    NULLS,
    ['true', 'false', 'false', 'true'],
  ),
  column(
    'in: false without rows, null with a null on either side',
    'a.k in (select k from B#keepall)',
    [a(1, 'a0', null), ...NULLS],
    ['false', 'true', 'null', 'null', 'true'],
  ),
  column(
    'not in',
    'a.k not in (select k from B#lastevent)',
    [a(1, 'a0', null), ...NULLS],
    ['true', 'false', 'null', 'null', 'false'],
  ),
  column(
    '> any passes over nulls beside other values',
    'a.v > any (select v from B#keepall)',
    [a(1, 'a0', 1), ...NULLS],
    ['false', 'null', 'false', 'null', 'true'],
  ),
  column(
    '> all is null with a null that decides',
    'a.v > all (select v from B#keepall)',
    [a(1, 'a0', 1), ...NULLS],
    ['true', 'null', 'false', 'null', 'false'],
  ),
  column(
    '= all and != any',
    'case when a.k = all (select k from B#length(2)) then 1 when a.k != some (select k from B#length(2)) then 2 else 3 end',
    [a(1, 'a0', 1), b(2, 'b1', 1), a(3, 'a1', 1), b(4, 'b2', 2), a(5, 'a2', 1), a(6, 'a3', null)],
    ['1', '1', '2', '3'],
  ),
  column(
    'an aggregate is one value, null when having fails',
    'a.v < all (select sum(v) from B#keepall having count(*) > 1)',
    [b(1, 'b1', 1, 2), a(2, 'a1', 1, 1), b(3, 'b2', 1, 2), a(4, 'a2', 1, 3), a(5, 'a3', 1, 4)],
    ['null', 'true', 'false'],
  ),
  column(
    'groups are rows',
    'a.v in (select sum(v) from B#keepall group by k having count(*) > 1)',
    [
      b(1, 'b1', 1, 2),
      a(2, 'a1', 1, 2),
      b(3, 'b2', 1, 2),
      b(4, 'b3', 2, 7),
      a(5, 'a2', 1, 4),
      a(6, 'a3', 1, 7),
    ],
    ['false', 'true', 'false'],
  ),
]);

testStatementCases('aggregates of a subquery', [
  column(
    'follow the stream without a window',
    '(select sum(v) from B)',
    [a(1, 'a1', 1), b(2, 'b1', 1, 2), b(3, 'b2', 1, 3), a(4, 'a2', 1)],
    ['null', '5'],
  ),
  column(
    'over the rows that go with the item around',
    '(select sum(v) from B#length(3) as b where b.k = a.k)',
    [
      b(1, 'b1', 1, 2),
      b(2, 'b2', 2, 3),
      b(3, 'b3', 1, 4),
      a(4, 'a1', 1),
      a(5, 'a2', 2),
      b(6, 'b4', 1, 8),
      a(7, 'a3', 1),
    ],
    ['6', '3', '12'],
  ),
  column(
    'one group is a row, several are none',
    '(select k, sum(v) as s from B#length(2) group by k)',
    [b(1, 'b1', 1, 2), a(2, 'a1', 1), b(3, 'b2', 2, 3), a(4, 'a2', 1), b(5, 'b3', 2, 4), a(6, 'a3', 1)],
    ['{"k":1,"s":2}', '{"k":null,"s":null}', '{"k":2,"s":7}'],
  ),
  column(
    'all groups as an array',
    '(select k, sum(v) as s from B#keepall group by k).selectFrom(x => x.s)',
    [b(1, 'b1', 1, 2), b(2, 'b2', 2, 3), b(3, 'b3', 1, 4), a(4, 'a1', 1)],
    ['[6,3]'],
  ),
  column(
    'the group of a null key is no match under having',
    '(select sum(v) from B#keepall group by k having sum(v) > 5)',
    [b(1, 'b1', null, 9), a(2, 'a1', 1), b(3, 'b2', 1, 2), a(4, 'a2', 1)],
    ['null', 'null'],
  ),
]);

testStatementCases('stores in subqueries', [
  {
    name: 'a table is looked at when it is asked, by its key and as a whole',
    rules: `${SCHEMAS}create table T(k int primary key, s sum(double)); into table T select sum(v) as s from A group by k;
      @Name('out') select id, (select s from T where T.k = b.k) as s, (select sum(s) from T) as total, (select * from T where k = 2) as row
      from B as b;`,
    events: [
      a(1, 'a1', 1, 2),
      b(2, 'b1', 1),
      a(3, 'a2', 2, 3),
      a(4, 'a3', 1, 4),
      b(5, 'b2', 1),
      b(6, 'b3', 3),
    ],
    expected: [
      '2 out {"id":"b1","s":2,"total":2,"row":null}',
      '5 out {"id":"b2","s":6,"total":9,"row":{"k":2,"s":3}}',
      '6 out {"id":"b3","s":null,"total":9,"row":{"k":2,"s":3}}',
    ],
  },
  {
    name: 'the rows of a named window for a method, all or those of a condition',
    rules: `${SCHEMAS}create window W#keepall as A; insert into W select * from A;
      create expression ofKey { x => W(W.k = x.k).selectFrom(w => w.id) };
      @Name('out') select W.lastOf().id as l, ofKey(b) as ids from B as b;`,
    events: [b(1, 'b1', 1), a(2, 'a1', 1), a(3, 'a2', 2), a(4, 'a3', 1), b(5, 'b2', 1)],
    expected: ['1 out {"l":null,"ids":null}', '5 out {"l":"a3","ids":["a1","a3"]}'],
  },
  {
    name: 'all rows fill a field of a declared stream',
    rules: `${SCHEMAS}create schema S(many B[], one B);
      insert into S select (select * from B#keepall) as many, (select * from B#lastevent) as one from A;
      @Name('out') select many.selectFrom(x => x.id) as ids, one.id as one from S;`,
    events: [b(1, 'b1', 1), b(2, 'b2', 1), a(3, 'a1', 1)],
    expected: ['3 out {"ids":["b1","b2"],"one":"b2"}'],
  },
]);

testStatementCases('where subqueries stand', [
  {
    name: 'the event is among the rows of its own subquery in where, but not in a filter',
    rules: `${SCHEMAS}@Name('out-where') select id from A where k in (select k from A#keepall);
      @Name('out-filter') select id from A(k in (select k from A#keepall));
      @Name('out-not') select id from A where v not in (select v from A#unique(v));`,
    events: [a(1, 'a1', 1), a(2, 'a2', 1), a(3, 'a3', 2)],
    expected: [
      '1 out-where {"id":"a1"}',
      '2 out-where {"id":"a2"}',
      '2 out-filter {"id":"a2"}',
      '3 out-where {"id":"a3"}',
    ],
  },
  {
    name: 'in the filters of a pattern, with the tags',
    rules: `${SCHEMAS}@Name('out') select x.id as x, y.id as y
      from pattern [every x=A(exists (select * from B#lastevent)) -> y=A(v > (select max(v) from B#keepall as b where b.k = x.k))];`,
    events: [
      a(1, 'a1', 1, 9),
      b(2, 'b1', 1, 5),
      a(3, 'a2', 1, 1),
      a(4, 'a3', 1, 4),
      b(5, 'b2', 1, 2),
      a(6, 'a4', 1, 6),
    ],
    expected: ['6 out {"x":"a2","y":"a4"}', '6 out {"x":"a3","y":"a4"}'],
  },
  {
    name: 'in having, beside the aggregates of the query',
    rules: `${SCHEMAS}@Name('out') select k, sum(v) as s from A#keepall as a group by k
      having sum(v) > (select b.v from B#unique(k) as b where b.k = a.k);`,
    events: [b(1, 'b1', 1, 5), b(2, 'b2', 2, 1), a(3, 'a1', 1, 3), a(4, 'a2', 2, 2), a(5, 'a3', 1, 3)],
    expected: ['4 out {"k":2,"s":2}', '5 out {"k":1,"s":6}'],
  },
  {
    name: 'in a declared expression, for its parameter',
    rules: `${SCHEMAS}create expression last { x => (select b.id from B#unique(k) as b where b.k = x.k) };
      @Name('out') select last(a) as l, last(a) || 'z' as z from A#length(2) as a;`,
    events: [b(1, 'b1', 1), b(2, 'b2', 2), a(3, 'a1', 2)],
    expected: ['3 out {"l":"b2","z":"b2z"}'],
  },
  {
    name: 'of statements that go on by the clock',
    rules: `${SCHEMAS}@Name('out') select rstream id, (select count(*) from B#time(3 sec)) as n from A#time(2 sec);`,
    events: [a(0, 'a1', 1), b(500, 'b1', 1), a(1500, 'a2', 1), b(1600, 'b2', 1)],
    until: 5000,
    expected: ['2000 out {"id":"a1","n":2}', '3500 out {"id":"a2","n":2}'],
  },
  {
    name: 'beside aggregates of which the last row is let out, computed as it leaves',
    rules: `${SCHEMAS}@Name('out') select irstream sum(v) as s, (select count(*) from B#keepall) as n from A output last every 2 sec;`,
    events: [a(0, 'a1', 1, 5), b(500, 'b1', 1), a(1000, 'a2', 1, 3), b(1500, 'b2', 1)],
    until: 2500,
    expected: ['2000 out {"s":8,"n":2}', '2000 out - {"s":null,"n":0}'],
  },
  {
    name: 'on a named window, with the rows it has',
    rules: `${SCHEMAS}create window W#length(2) as A; insert into W select * from A;
      @Name('out') select id, (select sum(w.v) from W as w where w.k = b.k) as s, (select count(*) from W) as n from B as b;`,
    events: [
      a(1, 'a1', 1, 2),
      a(2, 'a2', 2, 3),
      b(3, 'b1', 1),
      a(4, 'a3', 2, 4),
      b(5, 'b2', 1),
      b(6, 'b3', 2),
    ],
    expected: [
      '3 out {"id":"b1","s":2,"n":2}',
      '5 out {"id":"b2","s":null,"n":2}',
      '6 out {"id":"b3","s":7,"n":2}',
    ],
  },
  {
    name: 'on a named window of which one event changes a row twice',
    rules: `${SCHEMAS}create schema C(id string, k int, ts long) starttimestamp ts;
      create window W#keepall as A; insert into W select * from A;
      on B as b update W as w set v = 20 where w.k = b.k;
      on B as b update W as w set v = v + 1;
      @Name('out') select id, (select sum(w.v) from W as w where w.v > c.k) as s, (select w.v from W as w where w.k = c.k) as v
        from C as c;`,
    events: [a(1, 'a1', 1, 9), b(2, 'b1', 1), [3, 'C', { id: 'c1', k: 1, ts: 3 }]],
    expected: ['3 out {"id":"c1","s":21,"v":21}'],
  },
  {
    name: 'in split streams, variables, updates of events and their precedence',
    rules: `${SCHEMAS}create variable string last = 'none';
      update istream A set id = (select id from B#lastevent) where exists (select * from B#lastevent as b where b.k = A.k);
      @Name('set') on A set last = (select id || '!' from B#lastevent);
      on A insert into Low select id as id where v < (select v from B#lastevent) insert into High select (select id from B#lastevent) as id;
      @Name('out-low') select id, last from Low; @Name('out-high') select id, last from High;`,
    events: [b(1, 'b1', 1, 5), a(2, 'a1', 1, 4), a(3, 'a2', 2, 4), a(4, 'a3', 2, 6)],
    expected: [
      '2 out-low {"id":"b1","last":"b1!"}',
      '3 out-low {"id":"a2","last":"b1!"}',
      '4 out-high {"id":"b1","last":"b1!"}',
    ],
  },
  {
    name: 'in what triggers do to a named window',
    rules: `${SCHEMAS}create window W#keepall as (id string, v double); @Name('out-w') select istream id, v from W;
      on A as a merge W as w where w.id = a.id
        when matched and (select k from B#lastevent) > 1 then update set v = (select v from B#lastevent)
        when not matched then insert select a.id as id, (select b.v from B#unique(k) as b where b.k = a.k) as v;`,
    events: [b(1, 'b1', 1, 5), a(2, 'a1', 1), a(3, 'a1', 1), b(4, 'b2', 2, 7), a(5, 'a1', 1), a(6, 'a2', 2)],
    expected: ['2 out-w {"id":"a1","v":5}', '5 out-w {"id":"a1","v":7}', '6 out-w {"id":"a2","v":7}'],
  },
  {
    name: 'a trigger from a named window finds its row in the window',
    rules: `${SCHEMAS}create window W#length(1) as (n long); insert into W select k as n from A; create variable long seen = 0;
      @Name('out') on W set seen = (select n from W);`,
    events: [a(1, 'a1', 4), a(2, 'a2', 7)],
    expected: ['1 out {"seen":4}', '2 out {"seen":7}'],
  },
  {
    name: 'at one time the windows of the statement let go first, then those of its subqueries, then rows leave',
    rules: `${SCHEMAS}@Name('out') select count(*) as n, (select count(*) from B#time(2 sec)) as x from A#time(1 sec);
      @Name('out-snapshot') select id, (select count(*) from B#time(2 sec)) as x from A#time(2 sec) output snapshot every 2 sec;`,
    events: [b(1000, 'b1', 1), a(2000, 'a1', 1)],
    until: 3000,
    expected: ['2000 out {"n":1,"x":1}', '3000 out {"n":0,"x":1}'],
  },
  {
    name: 'columns without a name are called by the column of the subquery, or by its number',
    rules: `${SCHEMAS}@Name('out') select (select id from B#lastevent), (select k as n from B#lastevent), exists (select * from B#lastevent),
      not exists (select b.* from B#lastevent as b) from A;`,
    events: [b(1, 'b1', 3), a(2, 'a1', 1)],
    expected: ['2 out {"id":"b1","n":3,"subselect_3":true,"not subselect_4":false}'],
  },
]);
