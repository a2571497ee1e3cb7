import { testStatementCases } from './support/statement-case.ts';

const SCHEMAS = `
  create schema A(k string, v int);
  create schema B(k string, v int);
  create schema C(k string, v int);
`;

testStatementCases('contexts', [
  {
    name: 'partition by: a state for each key, null among them; types that are not listed go to all',
    rules: `${SCHEMAS}
      create context Ctx partition by k from A;
      @Name('out0') context Ctx select context.key1 as k, context.id as id, count(*) as n, sum(v) as s from A;
      @Name('out1') context Ctx select a.v as a, c.v as c from pattern [every a=A -> c=C];`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'A', { k: null, v: 2 }],
      [2, 'A', { k: 'x', v: 3 }],
      [3, 'A', { k: null, v: 4 }],
      [4, 'C', { k: 'y', v: 9 }],
    ],
    expected: [
      '0 out0 {"k":"x","id":0,"n":1,"s":1}',
      '1 out0 {"k":null,"id":1,"n":1,"s":2}',
      '2 out0 {"k":"x","id":0,"n":2,"s":4}',
      '3 out0 {"k":null,"id":1,"n":2,"s":6}',
      '4 out1 {"a":1,"c":9}',
      '4 out1 {"a":3,"c":9}',
      '4 out1 {"a":2,"c":9}',
      '4 out1 {"a":4,"c":9}',
    ],
  },
  {
    name: 'partition by: a key is a value of the partition, not of an event, so beside aggregates there is one row',
    rules: `${SCHEMAS}
      create context Ctx partition by k from A, k from B;
      @Name('out0') context Ctx select irstream k, count(*) as n from A#time(3 msec);
      @Name('out1') context Ctx select k, v, count(*) as n, prev(1, k) as p from A#time(3 msec);
      @Name('out2') context Ctx select k, count(*) as n from A#time(3 msec) group by v;
      @Name('out3') context Ctx select b.k as k, b.v as v from A#time(3 msec) as a left outer join B#keepall as b on a.k = b.k;
      create context Two context X partition by k from A, context Y partition by v from A;
      @Name('out4') context Two select k, count(*) as n from A#time(3 msec);`,
    events: [
      [1, 'A', { k: 'x', v: 1 }],
      [3, 'B', { k: 'x', v: 7 }],
    ],
    until: 9,
    expected: [
      '1 out0 {"k":"x","n":1}',
      '1 out0 - {"k":"x","n":0}',
      '1 out1 {"k":"x","v":1,"n":1,"p":null}',
      '1 out2 {"k":"x","n":1}',
      '1 out3 {"k":"x","v":null}',
      '1 out4 {"k":"x","n":1}',
      '3 out3 {"k":"x","v":7}',
      '4 out0 {"k":"x","n":0}',
      '4 out0 - {"k":"x","n":1}',
      '4 out2 {"k":"x","n":0}',
    ],
  },
  {
    name: 'labels tell apart the events of every type, by the fields of the same name; a condition after `from` does not',
    rules: `${SCHEMAS}
      create schema D(k string);
      create context Ctx group v < 5 as low, group v >= 5 as high from A(k = 'x');
      @Name('out0') context Ctx select a.v as a, b.v as b from A#keepall as a, B#keepall as b;
      @Name('out1') context Ctx select v, (select count(*) from B#keepall) as b, (select count(*) from D#keepall) as d from A;`,
    events: [
      [1, 'B', { k: 'x', v: 1 }],
      [2, 'B', { k: 'x', v: 7 }],
      [3, 'D', { k: 'x' }],
      [4, 'A', { k: 'y', v: 8 }],
      [5, 'A', { k: 'x', v: 2 }],
    ],
    expected: [
      '4 out0 {"a":8,"b":7}',
      '4 out1 {"v":8,"b":1,"d":0}',
      '5 out0 {"a":2,"b":1}',
      '5 out1 {"v":2,"b":1,"d":0}',
    ],
  },
  {
    name: 'a condition after the type of a key holds for statements, not for what begins and ends below',
    rules: `${SCHEMAS}
      create context Ctx context X partition by k from A(v > 2), context Y start A as s end B;
      @Name('out') context Ctx select context.Y.s.v as s, v, count(*) as n from A;`,
    events: [
      [1, 'A', { k: 'x', v: 5 }],
      [2, 'B', { k: 'x', v: 0 }],
      [3, 'A', { k: 'x', v: 1 }],
      [4, 'A', { k: 'x', v: 6 }],
    ],
    expected: ['1 out {"s":5,"v":5,"n":1}', '4 out {"s":1,"v":6,"n":1}'],
  },
  {
    name: 'partition by several keys of several types, with filters; begun and ended by events of the key',
    rules: `${SCHEMAS}
      create context Ctx partition by k and v from A(v > 0), k and v from B
        initiated by A as a terminated by B as b;
      @Name('out') context Ctx select context.key1 || ':' || cast(context.key2, string) as key, context.a.v as a,
        count(*) as n from A;`,
    events: [
      [0, 'B', { k: 'x', v: 1 }],
      [1, 'A', { k: 'x', v: 1 }],
      [2, 'A', { k: 'x', v: 0 }],
      [3, 'A', { k: 'x', v: 1 }],
      [4, 'B', { k: 'x', v: 1 }],
      [5, 'A', { k: 'x', v: 1 }],
    ],
    expected: [
      '1 out {"key":"x:1","a":1,"n":1}',
      '3 out {"key":"x:1","a":1,"n":2}',
      '5 out {"key":"x:1","a":1,"n":1}',
    ],
  },
  {
    name: 'partition by, ended after a time or by a pattern with the event that began it',
    rules: `${SCHEMAS}
      create context T partition by k from A terminated after 10 msec;
      @Name('out0') context T select k, count(*) as n from A;
      create context P partition by k from A as a terminated by pattern [B(v = a.v) -> timer:interval(3 msec)];
      @Name('out1') context P select k, count(*) as n from A;`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [5, 'A', { k: 'x', v: 2 }],
      [6, 'B', { k: 'y', v: 2 }],
      [7, 'B', { k: 'y', v: 1 }],
      [9, 'A', { k: 'x', v: 3 }],
      [10, 'A', { k: 'x', v: 4 }],
    ],
    expected: [
      '0 out0 {"k":"x","n":1}',
      '0 out1 {"k":"x","n":1}',
      '5 out0 {"k":"x","n":2}',
      '5 out1 {"k":"x","n":2}',
      '9 out0 {"k":"x","n":3}',
      '9 out1 {"k":"x","n":3}',
      '10 out0 {"k":"x","n":1}',
      '10 out1 {"k":"x","n":1}',
    ],
  },
  {
    name: 'coalesce: keys with one hash share a partition',
    rules: `${SCHEMAS}
      create context Ctx coalesce by hash_code(k) from A granularity 2;
      @Name('out0') context Ctx select k, count(*) as n from A;
      create context Pre coalesce by consistent_hash_crc32(k) from A(v > 0) granularity 2 preallocate;
      @Name('out1') context Pre select context.id as id, count(*) as n from A;`,
    events: [
      [0, 'A', { k: 'a', v: 1 }],
      [1, 'A', { k: 'b', v: 1 }],
      [2, 'A', { k: 'c', v: 0 }],
    ],
    expected: [
      '0 out0 {"k":"a","n":1}',
      '0 out1 {"id":1,"n":1}',
      '1 out0 {"k":"b","n":1}',
      '1 out1 {"id":1,"n":2}',
      '2 out0 {"k":"c","n":2}',
    ],
  },
  {
    name: 'categories: an event may be in several or in none',
    rules: `${SCHEMAS}
      create context Ctx group by v > 0 as some, group by v > 10 as many from A;
      @Name('out') context Ctx select context.label as l, context.name as name, sum(v) as s from A;`,
    events: [
      [0, 'A', { k: 'a', v: 1 }],
      [1, 'A', { k: 'a', v: 0 }],
      [2, 'A', { k: 'a', v: 11 }],
    ],
    expected: [
      '0 out {"l":"some","name":"Ctx","s":1}',
      '2 out {"l":"some","name":"Ctx","s":12}',
      '2 out {"l":"many","name":"Ctx","s":11}',
    ],
  },
  {
    name: 'start and end: the starting event is seen, the ending one is not; then it waits for the next start',
    rules: `${SCHEMAS}
      create context Ctx start A(v > 0) as a end A(v < 0);
      @Name('out') context Ctx select context.a.k as a, context.startTime as t, context.endTime as e, count(*) as n from A;`,
    events: [
      [0, 'A', { k: 'x', v: 0 }],
      [1, 'A', { k: 'y', v: 1 }],
      [2, 'A', { k: 'z', v: 2 }],
      [3, 'A', { k: 'z', v: -1 }],
      [4, 'A', { k: 'z', v: 0 }],
      [5, 'A', { k: 'z', v: 1 }],
    ],
    expected: [
      '1 out {"a":"y","t":1,"e":null,"n":1}',
      '2 out {"a":"y","t":1,"e":null,"n":2}',
      '5 out {"a":"z","t":5,"e":null,"n":1}',
    ],
  },
  {
    name: 'start and end at times: crontabs, periods, @now',
    rules: `${SCHEMAS}
      create context Cron start (0, 1, *, *, *) end (0, 2, *, *, *);
      create context Period start after 5 sec end after 10 sec;
      create context Now start @now end after 10 sec;
      @Name('out0') context Cron select v, context.startTime as s, context.endTime as e from A;
      @Name('out1') context Period select v, context.startTime as s, context.endTime as e from A;
      @Name('out2') context Now select v, context.startTime as s, context.endTime as e, context.id as id from A;`,
    events: [
      [4999, 'A', { k: 'x', v: 1 }],
      [5000, 'A', { k: 'x', v: 2 }],
      [15_000, 'A', { k: 'x', v: 3 }],
      [3_600_000, 'A', { k: 'x', v: 4 }],
      [7_200_000, 'A', { k: 'x', v: 5 }],
    ],
    expected: [
      '4999 out2 {"v":1,"s":0,"e":10000,"id":0}',
      '5000 out1 {"v":2,"s":5000,"e":15000}',
      '5000 out2 {"v":2,"s":0,"e":10000,"id":0}',
      '15000 out2 {"v":3,"s":10000,"e":20000,"id":1}',
      '3600000 out0 {"v":4,"s":3600000,"e":7200000}',
      '3600000 out2 {"v":4,"s":3600000,"e":3610000,"id":360}',
      '7200000 out2 {"v":5,"s":7200000,"e":7210000,"id":720}',
    ],
  },
  {
    name: 'initiated: a partition for each such event, found by the key of its end',
    rules: `${SCHEMAS}
      create context Ctx initiated by A as a terminated by B(k = a.k);
      @Name('out0') context Ctx select context.a.v as a, count(*) as n from C;
      @Name('out1') context Ctx select v from A(k = context.a.k, v > context.a.v);`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'A', { k: 'y', v: 2 }],
      [2, 'C', { k: '', v: 0 }],
      [3, 'A', { k: 'x', v: 3 }],
      [4, 'B', { k: 'x', v: 0 }],
      [5, 'C', { k: '', v: 0 }],
    ],
    expected: ['2 out0 {"a":1,"n":1}', '2 out0 {"a":2,"n":1}', '3 out1 {"v":3}', '5 out0 {"a":2,"n":2}'],
  },
  {
    name: 'initiated distinct: while there is a partition of the key, none begins; @now; patterns, always inclusive',
    rules: `${SCHEMAS}
      create context D initiated by distinct(a.k) A as a terminated after 4 msec;
      @Name('out0') context D select context.a.v as a, v from A(k = context.a.k);
      create context P initiated by pattern [every a=A -> b=B] terminated by C;
      @Name('out1') context P select context.a.v as a, context.b.v as b, v from B;
      create context I initiated by pattern [every a=A -> b=B] @inclusive terminated by C;
      @Name('out2') context I select context.a.v as a, context.b.v as b, v from B;
      create context N initiated @now and pattern [every timer:interval(4 msec)] terminated after 4 msec;
      @Name('out3') context N select context.id as id, v from C;`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'A', { k: 'x', v: 2 }],
      [2, 'B', { k: 'x', v: 3 }],
      [3, 'B', { k: 'x', v: 4 }],
      [4, 'A', { k: 'x', v: 5 }],
      [4, 'C', { k: 'x', v: 6 }],
      [5, 'B', { k: 'x', v: 7 }],
    ],
    expected: [
      '0 out0 {"a":1,"v":1}',
      '1 out0 {"a":1,"v":2}',
      '2 out1 {"a":1,"b":3,"v":3}',
      '2 out1 {"a":2,"b":3,"v":3}',
      '2 out2 {"a":1,"b":3,"v":3}',
      '2 out2 {"a":2,"b":3,"v":3}',
      '3 out1 {"a":1,"b":3,"v":4}',
      '3 out1 {"a":2,"b":3,"v":4}',
      '3 out2 {"a":1,"b":3,"v":4}',
      '3 out2 {"a":2,"b":3,"v":4}',
      '4 out0 {"a":5,"v":5}',
      '4 out3 {"id":1,"v":6}',
      '5 out1 {"a":5,"b":7,"v":7}',
      '5 out2 {"a":5,"b":7,"v":7}',
    ],
  },
  {
    name: 'output when a partition ends: the rows so far, with the event that ended it; then set; a condition on counts',
    rules: `${SCHEMAS}
      create context Ctx start A end B as b;
      create variable int ends = 0;
      @Name('out0') context Ctx select context.b.v as b, count(*) as n from C output snapshot when terminated;
      @Name('out1') context Ctx select v from C output last every 2 events and when terminated;
      @Name('out2') context Ctx select v from C
        output when terminated and count_insert > 1 then set ends = ends + 1;
      @Name('out3') select ends from C;`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'C', { k: 'x', v: 2 }],
      [2, 'B', { k: 'x', v: 3 }],
      [3, 'A', { k: 'x', v: 4 }],
      [4, 'C', { k: 'x', v: 5 }],
      [5, 'C', { k: 'x', v: 6 }],
      [6, 'C', { k: 'x', v: 7 }],
      [7, 'B', { k: 'x', v: 8 }],
      [8, 'C', { k: 'x', v: 9 }],
    ],
    expected: [
      '1 out3 {"ends":0}',
      '2 out1 {"v":2}',
      '2 out0 {"b":3,"n":1}',
      '4 out3 {"ends":1}',
      '5 out1 {"v":6}',
      '5 out3 {"ends":1}',
      '6 out3 {"ends":1}',
      '7 out2 {"v":5}',
      '7 out2 {"v":6}',
      '7 out2 {"v":7}',
      '7 out1 {"v":7}',
      '7 out0 {"b":8,"n":3}',
      '8 out3 {"ends":2}',
    ],
  },
  {
    name: 'the ending event: seen by filters with more conditions, missed by others, and the start of the next one',
    rules: `${SCHEMAS}
      create context Ctx start A end A(v > 3);
      @Name('out0') context Ctx select context.id as id, v, count(*) as n from A;
      @Name('out1') context Ctx select context.id as id, v from A(v > 3, k = 'x');
      @Name('out2') context Ctx select context.id as id, a.v as v from pattern [every a=A];`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'A', { k: 'x', v: 4 }],
      [2, 'A', { k: 'y', v: 2 }],
    ],
    expected: [
      '0 out0 {"id":0,"v":1,"n":1}',
      '0 out2 {"id":0,"v":1}',
      '1 out1 {"id":0,"v":4}',
      '1 out0 {"id":1,"v":4,"n":1}',
      '1 out1 {"id":1,"v":4}',
      '1 out2 {"id":1,"v":4}',
      '2 out0 {"id":1,"v":2,"n":2}',
      '2 out2 {"id":1,"v":2}',
    ],
  },
  {
    name: 'keys of the context are there without an event: rows of aggregates alone, outer joins',
    rules: `${SCHEMAS}
      create context Ctx partition by k from A, k from B;
      @Name('out0') context Ctx select irstream k, count(*) as n from A#length(1);
      @Name('out1') context Ctx select a.v as v, b.k as k from A#keepall as a left outer join B#keepall as b on a.v = b.v;`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'A', { k: 'x', v: 2 }],
    ],
    expected: [
      '0 out0 {"k":"x","n":1}',
      '0 out0 - {"k":"x","n":0}',
      '0 out1 {"v":1,"k":"x"}',
      '1 out0 {"k":"x","n":1}',
      '1 out0 - {"k":"x","n":1}',
      '1 out1 {"v":2,"k":"x"}',
    ],
  },
  {
    name: 'a filter that equals a value of the partition: numbers of any type, null equals nothing, in the order of partitions',
    rules: `${SCHEMAS}
      create schema D(k string, d double);
      create context Ctx initiated by A as a terminated by C(v = a.v);
      @Name('out0') context Ctx select context.id as id, count(*) as n from D(d = context.a.v);
      @Name('out1') context Ctx select context.id as id, v from B(context.a.k = k, v > context.a.v);`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'A', { k: null, v: 2 }],
      [2, 'A', { k: 'x', v: 2 }],
      [3, 'D', { k: '', d: 2 }],
      [4, 'D', { k: '', d: 1.5 }],
      [5, 'B', { k: null, v: 9 }],
      [6, 'B', { k: 'x', v: 2 }],
      [7, 'B', { k: 'x', v: 3 }],
      [8, 'C', { k: '', v: 2 }],
      [9, 'D', { k: '', d: 2 }],
      [10, 'D', { k: '', d: 1 }],
    ],
    expected: [
      '3 out0 {"id":1,"n":1}',
      '3 out0 {"id":2,"n":1}',
      '6 out1 {"id":0,"v":2}',
      '7 out1 {"id":0,"v":3}',
      '7 out1 {"id":2,"v":3}',
      '10 out0 {"id":0,"n":1}',
    ],
  },
  {
    name: 'nested: every partition of the outer has its own inner ones',
    rules: `${SCHEMAS}
      create context Ctx
        context Kind group by v < 10 as low, group by v >= 10 as high from A,
        context Key partition by k from A,
        context Span start A as a end B(k = a.k);
      @Name('out') context Ctx select context.Kind.label as l, context.Key.key1 as k, context.Span.a.v as a,
        context.id as id, count(*) as n from A;`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'A', { k: 'x', v: 10 }],
      [2, 'A', { k: 'y', v: 2 }],
      [3, 'A', { k: 'x', v: 3 }],
      [4, 'B', { k: 'x', v: 0 }],
      [5, 'A', { k: 'x', v: 4 }],
      [6, 'A', { k: 'y', v: 5 }],
    ],
    expected: [
      '0 out {"l":"low","k":"x","a":1,"id":0,"n":1}',
      '1 out {"l":"high","k":"x","a":10,"id":1,"n":1}',
      '2 out {"l":"low","k":"y","a":2,"id":2,"n":1}',
      '3 out {"l":"low","k":"x","a":1,"id":0,"n":2}',
      '5 out {"l":"low","k":"x","a":4,"id":3,"n":1}',
      '6 out {"l":"low","k":"y","a":2,"id":2,"n":2}',
    ],
  },
]);
