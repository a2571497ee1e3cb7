import { testStatementCases } from './support/statement-case.ts';

/** Rules over these types; every answer is that of Esper. */
const SCHEMAS = ['A', 'B', 'C', 'D']
  .map((type) => `create schema ${type}(id string, k int, v double, ts long);`)
  .join('\n');

type Sent = readonly [time: number, type: string, id: string, k: number, v: number];

const events = (...sent: readonly Sent[]) =>
  sent.map(([time, type, id, k, v]) => [time, type, { id, k, v, ts: time }] as const);

testStatementCases('named windows and what triggers do to them', [
  {
    name: 'a window of a context has its rows in each partition; statements without the context read all of them',
    rules: `${SCHEMAS}
      create context C partition by k from A, k from B;
      @name('out0') context C create window W#length(2) as A;
      context C insert into W select * from A;
      @name('out1') context C on B select w.id as wi, B.id as bi from W as w where w.v < B.v order by w.id;
      @name('out2') select id, count(*) as n from W;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [2000, 'A', 'A2', 2, 6],
      [3000, 'B', 'B1', 1, 9],
      [4000, 'A', 'A3', 1, 7],
      [5000, 'A', 'A4', 1, 8],
      [6000, 'B', 'B2', 1, 9],
      [7000, 'B', 'B3', 2, 1],
      [8000, 'B', 'B4', 2, 8],
    ),
    expected: [
      '1000 out0 {"id":"A1","k":1,"v":5,"ts":1000}',
      '1000 out2 {"id":"A1","n":1}',
      '2000 out0 {"id":"A2","k":2,"v":6,"ts":2000}',
      '2000 out2 {"id":"A2","n":2}',
      '3000 out1 {"wi":"A1","bi":"B1"}',
      '4000 out0 {"id":"A3","k":1,"v":7,"ts":4000}',
      '4000 out2 {"id":"A3","n":3}',
      '5000 out0 {"id":"A4","k":1,"v":8,"ts":5000}',
      '5000 out0 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '5000 out2 {"id":"A4","n":3}',
      '6000 out1 {"wi":"A3","bi":"B2"}',
      '6000 out1 {"wi":"A4","bi":"B2"}',
      '8000 out1 {"wi":"A2","bi":"B4"}',
    ],
  },
  {
    name: 'the window of a partition ends with it',
    rules: `${SCHEMAS}
      create context C start @now end after 10 sec;
      @name('out0') context C create window W#keepall as A;
      context C insert into W select * from A;
      @name('out') context C select count(*) as n from W;
      @name('out2') context C on B delete from W where W.k = B.k;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [2000, 'A', 'A2', 2, 5],
      [3000, 'B', 'B1', 1, 5],
      [4000, 'A', 'A3', 1, 5],
      [12000, 'A', 'A4', 2, 5],
      [13000, 'B', 'B2', 2, 5],
    ),
    expected: [
      '1000 out0 {"id":"A1","k":1,"v":5,"ts":1000}',
      '1000 out {"n":1}',
      '2000 out0 {"id":"A2","k":2,"v":5,"ts":2000}',
      '2000 out {"n":2}',
      '3000 out0 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '3000 out2 {"id":"A1","k":1,"v":5,"ts":1000}',
      '3000 out {"n":1}',
      '4000 out0 {"id":"A3","k":1,"v":5,"ts":4000}',
      '4000 out {"n":2}',
      '12000 out0 {"id":"A4","k":2,"v":5,"ts":12000}',
      '12000 out {"n":1}',
      '13000 out0 - {"id":"A4","k":2,"v":5,"ts":12000}',
      '13000 out2 {"id":"A4","k":2,"v":5,"ts":12000}',
      '13000 out {"n":0}',
    ],
  },
  {
    name: 'a row comes to the windows of all partitions that overlap',
    rules: `${SCHEMAS}
      create context C initiated by B as b terminated after 5 sec;
      @name('out0') context C create window W#keepall as A;
      context C insert into W select * from A where k = context.b.k;
      @name('out') context C select context.b.id as b, count(*) as n from W;`,
    events: events(
      [1000, 'B', 'B1', 1, 5],
      [2000, 'B', 'B2', 2, 5],
      [3000, 'A', 'A1', 1, 5],
      [4000, 'A', 'A2', 2, 5],
      [7000, 'A', 'A3', 2, 5],
    ),
    expected: [
      '3000 out0 {"id":"A1","k":1,"v":5,"ts":3000}',
      '3000 out0 {"id":"A1","k":1,"v":5,"ts":3000}',
      '3000 out {"b":"B1","n":1}',
      '3000 out {"b":"B2","n":1}',
      '4000 out0 {"id":"A2","k":2,"v":5,"ts":4000}',
      '4000 out0 {"id":"A2","k":2,"v":5,"ts":4000}',
      '4000 out {"b":"B1","n":2}',
      '4000 out {"b":"B2","n":2}',
    ],
  },
  {
    name: 'a trigger that is the window itself: the statement sees the row that has entered',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out0') on W as w delete from W as x where x.k = w.k and x.v < w.v;
      @name('out1') select irstream id from W;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [2000, 'A', 'A2', 1, 6],
      [3000, 'A', 'A3', 2, 5],
      [4000, 'A', 'A4', 1, 7],
    ),
    expected: [
      '1000 out1 {"id":"A1"}',
      '2000 out0 {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out1 {"id":"A2"}',
      '2000 out1 - {"id":"A1"}',
      '3000 out1 {"id":"A3"}',
      '4000 out0 {"id":"A2","k":1,"v":6,"ts":2000}',
      '4000 out1 {"id":"A4"}',
      '4000 out1 - {"id":"A2"}',
    ],
  },
  {
    name: 'update istream changes events before they enter',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      update istream W set v = v + 1 where k = 1;
      @name('out1') select irstream id, v from W;`,
    events: events([1000, 'A', 'A1', 1, 5], [1000, 'A', 'A2', 2, 5]),
    expected: ['1000 out1 {"id":"A1","v":6}', '1000 out1 {"id":"A2","v":5}'],
  },
  {
    name: 'rows enter before other events made at the same time are processed',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') insert into S select id from W;
      @name('out2') select id, (select count(*) from W) as n from S;
      @name('out3') select id, (select count(*) from W) as n from A;`,
    events: events([1000, 'A', 'A1', 1, 5], [1000, 'A', 'A2', 2, 5]),
    expected: [
      '1000 out3 {"id":"A1","n":0}',
      '1000 out1 {"id":"A1"}',
      '1000 out2 {"id":"A1","n":1}',
      '1000 out3 {"id":"A2","n":1}',
      '1000 out1 {"id":"A2"}',
      '1000 out2 {"id":"A2","n":2}',
    ],
  },
  {
    name: 'patterns see what comes to a window; triggers that are patterns see their tags',
    rules: `${SCHEMAS}
      create window W#length(1) as A;
      insert into W select * from A;
      @name('out1') select a.id as a, b.id as b from pattern [every a=W -> b=W];
      @name('out2') on pattern [every x=B -> y=W(k = x.k)] select w.id as wi, x.id as xi, y.id as yi from W as w;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [1000, 'B', 'B1', 2, 5],
      [2000, 'A', 'A2', 2, 4],
      [3000, 'A', 'A3', 1, 4],
    ),
    expected: [
      '2000 out1 {"a":"A1","b":"A2"}',
      '2000 out2 {"wi":"A2","xi":"B1","yi":"A2"}',
      '3000 out1 {"a":"A2","b":"A3"}',
    ],
  },
  {
    name: 'set: fields set before are seen, initial is the row before',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') on B as b update W as w set v = w.v + b.v, k = cast(v, int), ts = cast(initial.v, long) where w.k = b.k;
      @name('out2') select irstream * from W;`,
    events: events([1000, 'A', 'A1', 1, 5], [1000, 'A', 'A2', 2, 5], [2000, 'B', 'B1', 1, 3]),
    expected: [
      '1000 out2 {"id":"A1","k":1,"v":5,"ts":1000}',
      '1000 out2 {"id":"A2","k":2,"v":5,"ts":1000}',
      '2000 out1 {"id":"A1","k":8,"v":8,"ts":5}',
      '2000 out1 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out2 {"id":"A1","k":8,"v":8,"ts":5}',
      '2000 out2 - {"id":"A1","k":1,"v":5,"ts":1000}',
    ],
  },
  {
    name: 'on select: groups, all rows as one, stars, aggregates of events',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') on B as b select w.k as k, count(*) as n, sum(w.v) as s, b.id as bi from W as w group by w.k having count(*) > 1 order by w.k;
      @name('out2') on B select count(*) as n from W where W.v > 100;
      @name('out3') on B select * from W as w;
      @name('out4') on B as b select w.* from W as w;
      @name('out5') on B as b select window(w.v) as vs, last(w.id) as l from W as w;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [1500, 'A', 'A2', 1, 6],
      [1600, 'A', 'A3', 2, 6],
      [2000, 'B', 'B1', 1, 3],
    ),
    expected: [
      '2000 out2 {"n":0}',
      '2000 out3 {"w":{"id":"A1","k":1,"v":5,"ts":1000},"stream_1":{"id":"B1","k":1,"v":3,"ts":2000}}',
      '2000 out3 {"w":{"id":"A2","k":1,"v":6,"ts":1500},"stream_1":{"id":"B1","k":1,"v":3,"ts":2000}}',
      '2000 out3 {"w":{"id":"A3","k":2,"v":6,"ts":1600},"stream_1":{"id":"B1","k":1,"v":3,"ts":2000}}',
      '2000 out4 {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out4 {"id":"A2","k":1,"v":6,"ts":1500}',
      '2000 out4 {"id":"A3","k":2,"v":6,"ts":1600}',
      '2000 out5 {"vs":[5,6,6],"l":"A3"}',
      '2000 out1 {"k":1,"n":2,"s":11,"bi":"B1"}',
      '2000 out1 {"k":1,"n":2,"s":11,"bi":"B1"}',
    ],
  },
  {
    name: 'what leaves a window comes to another',
    rules: `${SCHEMAS}
      create window W#length(1) as A;
      insert into W select * from A;
      create window V#keepall as A;
      insert rstream into V select rstream * from W;
      @name('out1') select * from V;
      @name('out2') select rstream id from W;
      @name('out3') insert irstream into S select irstream id from W;
      @name('out4') select * from S;`,
    events: events([1000, 'A', 'A1', 1, 5], [1500, 'A', 'A2', 1, 6]),
    expected: [
      '1000 out3 {"id":"A1"}',
      '1000 out4 {"id":"A1"}',
      '1500 out2 {"id":"A1"}',
      '1500 out3 {"id":"A2"}',
      '1500 out3 - {"id":"A1"}',
      '1500 out1 {"id":"A1","k":1,"v":5,"ts":1000}',
      '1500 out4 {"id":"A2"}',
      '1500 out4 {"id":"A1"}',
    ],
  },
  {
    name: 'merge: an event of another stream for each row that matches',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') on B as b merge W as w where w.k = b.k when matched then insert into S select w.id as wid, b.id as bid;
      @name('out3') select * from S;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [1500, 'A', 'A2', 1, 6],
      [2000, 'B', 'B1', 1, 3],
      [3000, 'B', 'B2', 5, 3],
    ),
    expected: ['2000 out3 {"wid":"A1","bid":"B1"}', '2000 out3 {"wid":"A2","bid":"B1"}'],
  },
  {
    name: 'merge: several actions, a new row is made of the trigger alone',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') on B as b merge W as w where w.k = b.k when matched then delete then insert select id, b.k as k, b.v as v, b.ts as ts then insert into S select b.id as bid when not matched then insert into S select 'none' as bid;
      @name('out2') select irstream * from W;
      @name('out3') select * from S;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [1500, 'A', 'A2', 1, 6],
      [2000, 'B', 'B1', 1, 3],
      [3000, 'B', 'B2', 5, 3],
    ),
    expected: [
      '1000 out2 {"id":"A1","k":1,"v":5,"ts":1000}',
      '1500 out2 {"id":"A2","k":1,"v":6,"ts":1500}',
      '2000 out1 {"id":"B1","k":1,"v":3,"ts":2000}',
      '2000 out1 {"id":"B1","k":1,"v":3,"ts":2000}',
      '2000 out1 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out1 - {"id":"A2","k":1,"v":6,"ts":1500}',
      '2000 out2 {"id":"B1","k":1,"v":3,"ts":2000}',
      '2000 out2 {"id":"B1","k":1,"v":3,"ts":2000}',
      '2000 out2 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out2 - {"id":"A2","k":1,"v":6,"ts":1500}',
      '2000 out3 {"bid":"B1"}',
      '2000 out3 {"bid":"B1"}',
      '3000 out3 {"bid":"none"}',
    ],
  },
  {
    name: 'merge: the conditions of later actions see the row as updated',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') on B as b merge W as w where w.k = b.k when matched then update set v = 1, k = 2 then update set v = w.v + 1 then delete where w.v > 4;
      @name('out2') select irstream * from W;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [1500, 'A', 'A2', 1, 3],
      [2000, 'B', 'B1', 1, 3],
      [3000, 'B', 'B2', 1, 9],
    ),
    expected: [
      '1000 out2 {"id":"A1","k":1,"v":5,"ts":1000}',
      '1500 out2 {"id":"A2","k":1,"v":3,"ts":1500}',
      '2000 out1 {"id":"A1","k":2,"v":1,"ts":1000}',
      '2000 out1 {"id":"A1","k":1,"v":6,"ts":1000}',
      '2000 out1 {"id":"A2","k":2,"v":1,"ts":1500}',
      '2000 out1 {"id":"A2","k":1,"v":4,"ts":1500}',
      '2000 out1 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out1 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out1 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out1 - {"id":"A2","k":1,"v":3,"ts":1500}',
      '2000 out1 - {"id":"A2","k":1,"v":3,"ts":1500}',
      '2000 out2 {"id":"A1","k":2,"v":1,"ts":1000}',
      '2000 out2 {"id":"A1","k":1,"v":6,"ts":1000}',
      '2000 out2 {"id":"A2","k":2,"v":1,"ts":1500}',
      '2000 out2 {"id":"A2","k":1,"v":4,"ts":1500}',
      '2000 out2 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out2 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out2 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '2000 out2 - {"id":"A2","k":1,"v":3,"ts":1500}',
      '2000 out2 - {"id":"A2","k":1,"v":3,"ts":1500}',
      '3000 out1 {"id":"A1","k":2,"v":1,"ts":1000}',
      '3000 out1 {"id":"A1","k":1,"v":7,"ts":1000}',
      '3000 out1 {"id":"A2","k":2,"v":1,"ts":1500}',
      '3000 out1 {"id":"A2","k":1,"v":5,"ts":1500}',
      '3000 out1 - {"id":"A1","k":1,"v":6,"ts":1000}',
      '3000 out1 - {"id":"A1","k":1,"v":6,"ts":1000}',
      '3000 out1 - {"id":"A1","k":1,"v":6,"ts":1000}',
      '3000 out1 - {"id":"A2","k":1,"v":4,"ts":1500}',
      '3000 out1 - {"id":"A2","k":1,"v":4,"ts":1500}',
      '3000 out1 - {"id":"A2","k":1,"v":4,"ts":1500}',
      '3000 out2 {"id":"A1","k":2,"v":1,"ts":1000}',
      '3000 out2 {"id":"A1","k":1,"v":7,"ts":1000}',
      '3000 out2 {"id":"A2","k":2,"v":1,"ts":1500}',
      '3000 out2 {"id":"A2","k":1,"v":5,"ts":1500}',
      '3000 out2 - {"id":"A1","k":1,"v":6,"ts":1000}',
      '3000 out2 - {"id":"A1","k":1,"v":6,"ts":1000}',
      '3000 out2 - {"id":"A1","k":1,"v":6,"ts":1000}',
      '3000 out2 - {"id":"A2","k":1,"v":4,"ts":1500}',
      '3000 out2 - {"id":"A2","k":1,"v":4,"ts":1500}',
      '3000 out2 - {"id":"A2","k":1,"v":4,"ts":1500}',
    ],
  },
  {
    name: 'merge: insert into the window itself',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      @name('out1') on B as b merge W as w where w.k = b.k when not matched then insert into W select id, 9 as k, v;
      @name('out2') select irstream * from W;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [1500, 'A', 'A2', 1, 3],
      [2000, 'B', 'B1', 1, 3],
      [3000, 'B', 'B2', 1, 9],
    ),
    expected: [
      '2000 out1 {"id":"B1","k":9,"v":3,"ts":null}',
      '2000 out2 {"id":"B1","k":9,"v":3,"ts":null}',
      '3000 out1 {"id":"B2","k":9,"v":9,"ts":null}',
      '3000 out2 {"id":"B2","k":9,"v":9,"ts":null}',
    ],
  },
  {
    name: 'update: the row as changed replaces the row',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') on B as b update W as w set k = k + 10 where w.v > 4;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [1500, 'A', 'A2', 1, 3],
      [2000, 'B', 'B1', 1, 3],
      [3000, 'B', 'B2', 1, 9],
    ),
    expected: [
      '2000 out1 {"id":"A1","k":11,"v":5,"ts":1000}',
      '2000 out1 - {"id":"A1","k":1,"v":5,"ts":1000}',
      '3000 out1 {"id":"A1","k":21,"v":5,"ts":1000}',
      '3000 out1 - {"id":"A1","k":11,"v":5,"ts":1000}',
    ],
  },
  {
    name: 'on select: conditions without an index, groups by expressions, rollup',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') on B as b select w.id as wi from W as w where w.k = b.k or w.v = b.v;
      @name('out2') on B(v>1)  select W.id, B.id as bid, current_timestamp as t from W;
      @name('out3') on B as b select case when w.v > 2 then 'hi' else 'lo' end as c, count(*) as n from W as w group by case when w.v > 2 then 'hi' else 'lo' end;
      @name('out4') on B as b select max(w.v) as m, w.k as k from W as w group by rollup(w.k);`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [1500, 'A', 'A2', 2, 3],
      [2000, 'B', 'B1', 1, 3],
      [3000, 'B', 'B2', 1, 9],
    ),
    expected: [
      '2000 out2 {"W.id":"A1","bid":"B1","t":2000}',
      '2000 out2 {"W.id":"A2","bid":"B1","t":2000}',
      '2000 out1 {"wi":"A1"}',
      '2000 out1 {"wi":"A2"}',
      '2000 out3 {"c":"hi","n":2}',
      '2000 out4 {"m":5,"k":1}',
      '2000 out4 {"m":3,"k":2}',
      '2000 out4 {"m":5,"k":null}',
      '3000 out2 {"W.id":"A1","bid":"B2","t":3000}',
      '3000 out2 {"W.id":"A2","bid":"B2","t":3000}',
      '3000 out1 {"wi":"A1"}',
      '3000 out3 {"c":"hi","n":2}',
      '3000 out4 {"m":5,"k":1}',
      '3000 out4 {"m":3,"k":2}',
      '3000 out4 {"m":5,"k":null}',
    ],
  },
  {
    name: 'joins of windows: the rows of a window that is deleted from leave the join',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') select a.id as x, b.id as y from W as a, W as b where a.k = b.k and a.v < b.v;
      @name('out2') select irstream a.id as x from W as a, B#lastevent as b where a.k = b.k;
      @name('out3') on B as b delete from W as w where w.k = b.k;`,
    events: events(
      [1000, 'A', 'A1', 1, 5],
      [1500, 'A', 'A2', 2, 3],
      [2000, 'A', 'A3', 1, 3],
      [4000, 'B', 'B1', 1, 9],
      [6000, 'A', 'A4', 1, 1],
      [7000, 'B', 'B2', 1, 9],
    ),
    until: 9000,
    expected: [
      '2000 out1 {"x":"A3","y":"A1"}',
      '4000 out2 {"x":"A1"}',
      '4000 out2 {"x":"A3"}',
      '4000 out3 {"id":"A1","k":1,"v":5,"ts":1000}',
      '4000 out3 {"id":"A3","k":1,"v":3,"ts":2000}',
      '4000 out2 - {"x":"A1"}',
      '4000 out2 - {"x":"A3"}',
      '6000 out2 {"x":"A4"}',
      '7000 out2 {"x":"A4"}',
      '7000 out2 - {"x":"A4"}',
      '7000 out3 {"id":"A4","k":1,"v":1,"ts":6000}',
      '7000 out2 - {"x":"A4"}',
    ],
  },
]);
