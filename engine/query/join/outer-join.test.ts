import { testStatementCases } from '../../../test/support/statement-case.ts';

const RULES = `
  create schema A(id string, k int);
  create schema B(id string, k int);
  create schema C(id string, k int);
  @name('out') select irstream`;

const EVENTS = [
  [1, 'A', { id: 'A1', k: 1 }],
  [2, 'B', { id: 'B1', k: 1 }],
  [3, 'B', { id: 'B2', k: 2 }],
  [4, 'C', { id: 'C1', k: 1 }],
  [5, 'C', { id: 'C2', k: 3 }],
  [6, 'A', { id: 'A2', k: 2 }],
  [7, 'B', { id: 'B3', k: null }],
  [8, 'A', { id: 'A3', k: null }],
  [9, 'C', { id: 'C3', k: 2 }],
] as const;

testStatementCases('outer joins', [
  {
    name: 'left: a row without a partner is not taken back when one comes, and null keys are equal',
    rules: `${RULES} a.id as a, b.id as b from A#length(2) a left outer join B#length(2) b on a.k = b.k`,
    events: EVENTS,
    expected: [
      '1 out {"a":"A1","b":null}',
      '2 out {"a":"A1","b":"B1"}',
      '6 out {"a":"A2","b":"B2"}',
      '7 out - {"a":"A1","b":"B1"}',
      '8 out {"a":"A3","b":"B3"}',
      '8 out - {"a":"A1","b":null}',
    ],
  },
  {
    name: 'right is left with the sides exchanged',
    rules: `${RULES} a.id as a, b.id as b from B#length(2) b right outer join A#length(2) a on a.k = b.k`,
    events: EVENTS.slice(0, 6),
    expected: ['1 out {"a":"A1","b":null}', '2 out {"a":"A1","b":"B1"}', '6 out {"a":"A2","b":"B2"}'],
  },
  {
    name: 'full: both sides are kept',
    rules: `${RULES} a.id as a, b.id as b from A#length(1) a full outer join B#length(1) b on a.k = b.k`,
    events: EVENTS,
    expected: [
      '1 out {"a":"A1","b":null}',
      '2 out {"a":"A1","b":"B1"}',
      '3 out {"a":null,"b":"B2"}',
      '3 out - {"a":"A1","b":"B1"}',
      '6 out {"a":"A2","b":"B2"}',
      '6 out - {"a":"A1","b":null}',
      '7 out {"a":null,"b":"B3"}',
      '7 out - {"a":"A2","b":"B2"}',
      '8 out {"a":"A3","b":"B3"}',
      '8 out - {"a":"A2","b":null}',
    ],
  },
  {
    name: 'where is a condition on the whole row',
    rules: `${RULES} a.id as a, b.id as b from A#length(2) a left outer join B#length(2) b on a.k = b.k where b.id is null`,
    events: EVENTS,
    expected: ['1 out {"a":"A1","b":null}', '8 out - {"a":"A1","b":null}'],
  },
  {
    name: 'a chain of left joins',
    rules: `${RULES} a.id as a, b.id as b, c.id as c from A#length(2) a left outer join B#length(2) b on a.k = b.k
      left outer join C#length(2) c on b.k = c.k`,
    events: EVENTS,
    expected: [
      '1 out {"a":"A1","b":null,"c":null}',
      '2 out {"a":"A1","b":"B1","c":null}',
      '4 out {"a":"A1","b":"B1","c":"C1"}',
      '6 out {"a":"A2","b":"B2","c":null}',
      '7 out - {"a":"A1","b":"B1","c":"C1"}',
      '8 out {"a":"A3","b":"B3","c":null}',
      '8 out - {"a":"A1","b":null,"c":null}',
      '9 out {"a":"A2","b":"B2","c":"C3"}',
    ],
  },
  {
    name: 'an inner join with an optional stream beside it',
    rules: `${RULES} a.id as a, b.id as b, c.id as c from A#length(2) a inner join B#length(2) b on a.k = b.k
      left outer join C#length(1) c on a.k = c.k`,
    events: EVENTS,
    expected: [
      '2 out {"a":"A1","b":"B1","c":null}',
      '4 out {"a":"A1","b":"B1","c":"C1"}',
      '5 out - {"a":"A1","b":"B1","c":"C1"}',
      '6 out {"a":"A2","b":"B2","c":null}',
      '7 out - {"a":"A1","b":"B1","c":null}',
      '8 out {"a":"A3","b":"B3","c":null}',
      '9 out {"a":"A2","b":"B2","c":"C3"}',
    ],
  },
  {
    name: 'without on, stream by stream',
    rules: `${RULES} a.id as a, b.id as b, c.id as c from A#keepall a full outer join B#keepall b full outer join C#keepall c`,
    events: EVENTS.slice(0, 5),
    expected: [
      '1 out {"a":"A1","b":null,"c":null}',
      '2 out {"a":"A1","b":"B1","c":null}',
      '3 out {"a":"A1","b":"B2","c":null}',
      '4 out {"a":"A1","b":"B1","c":"C1"}',
      '4 out {"a":"A1","b":"B2","c":"C1"}',
      '5 out {"a":"A1","b":"B1","c":"C2"}',
      '5 out {"a":"A1","b":"B2","c":"C2"}',
    ],
  },
  {
    name: 'aggregates over the rows of an outer join',
    rules: `${RULES} a.k as k, count(*) as n, count(b.id) as m from A#keepall a left outer join B#length(1) b on a.k = b.k group by a.k`,
    events: EVENTS.slice(0, 6),
    expected: [
      '1 out {"k":1,"n":1,"m":0}',
      '1 out - {"k":1,"n":0,"m":0}',
      '2 out {"k":1,"n":2,"m":1}',
      '2 out - {"k":1,"n":1,"m":0}',
      '3 out {"k":1,"n":1,"m":0}',
      '3 out - {"k":1,"n":2,"m":1}',
      '6 out {"k":2,"n":1,"m":1}',
      '6 out - {"k":2,"n":0,"m":0}',
    ],
  },
]);

testStatementCases('unidirectional joins', [
  {
    name: 'only the events of one stream make rows, and aggregates are over those of one event',
    rules: `${RULES} a.id as a, b.id as b from A a unidirectional, B#keepall b where a.k = b.k;
      @name('out2') select irstream count(*) as n from A a unidirectional, B#keepall b;
      @name('out3') select a.id as a, b.id as b from A a unidirectional left outer join B#length(1) b on a.k = b.k`,
    events: EVENTS,
    expected: [
      '1 out3 {"a":"A1","b":null}',
      '6 out {"a":"A2","b":"B2"}',
      '6 out2 {"n":2}',
      '6 out2 - {"n":0}',
      '6 out3 {"a":"A2","b":"B2"}',
      '8 out2 {"n":3}',
      '8 out2 - {"n":0}',
      '8 out3 {"a":"A3","b":"B3"}',
    ],
  },
  {
    name: 'a merge of streams',
    rules: `${RULES} a.id as a, b.id as b, c.id as c from A a unidirectional full outer join B b unidirectional
      full outer join C c unidirectional where c.k is null or c.k > 1`,
    events: EVENTS.slice(0, 5),
    expected: [
      '1 out {"a":"A1","b":null,"c":null}',
      '2 out {"a":null,"b":"B1","c":null}',
      '3 out {"a":null,"b":"B2","c":null}',
      '5 out {"a":null,"b":null,"c":"C2"}',
    ],
  },
]);

testStatementCases('unidirectional joins with output', [
  {
    name: 'aggregates begin anew with each event where rows are kept as they came, not where groups are followed',
    rules: `${RULES} count(*) as n from A a unidirectional, B#keepall b output every 4 events;
      @name('out2') select count(*) as n from A a unidirectional, B#keepall b output last every 4 events;
      @name('out3') select a.k as k, count(*) as n from A a unidirectional, B#keepall b group by a.k having count(*) > 1
        output first every 10 events`,
    events: EVENTS,
    expected: [
      '6 out3 {"k":2,"n":2}',
      '8 out {"n":2}',
      '8 out {"n":3}',
      '8 out - {"n":0}',
      '8 out - {"n":0}',
      '8 out2 {"n":5}',
      '8 out3 {"k":null,"n":3}',
    ],
  },
]);

testStatementCases('unique windows', [
  {
    name: 'a window by unique keys is looked up by these alone',
    rules: `create schema P(id string, k int, v int); create schema Q(id string, k int, v int);
      @name('out') select p.id as p, q.id as q from P#keepall p left outer join Q#unique(k) q on p.k = q.k and p.v = q.v;
      @name('out2') select p.id as p, q.id as q from P#keepall p left outer join Q#unique(k, v) q on p.k = q.k and p.v = q.v`,
    events: [
      [1, 'Q', { id: 'Q1', k: 1, v: 2 }],
      [2, 'P', { id: 'P1', k: 1, v: 3 }],
      [3, 'Q', { id: 'Q2', k: 1, v: 4 }],
    ],
    expected: ['2 out {"p":"P1","q":"Q1"}', '2 out2 {"p":"P1","q":null}'],
  },
]);

testStatementCases('rows that end without having begun', [
  {
    name: 'take a value off distinct aggregates all the same',
    rules: `${RULES} count(distinct b.k) as n from A#length(1) a full outer join B#length(2) b on a.k = b.k`,
    events: [
      [1, 'A', { id: 'A1', k: 1 }],
      [2, 'B', { id: 'B1', k: 1 }],
      [3, 'B', { id: 'B2', k: 2 }],
      [4, 'A', { id: 'A2', k: 3 }],
      [5, 'B', { id: 'B3', k: 5 }],
    ],
    expected: [
      '1 out {"n":0}',
      '1 out - {"n":0}',
      '2 out {"n":1}',
      '2 out - {"n":0}',
      '3 out {"n":2}',
      '3 out - {"n":1}',
      '4 out {"n":1}',
      '4 out - {"n":2}',
      '5 out {"n":1}',
      '5 out - {"n":1}',
    ],
  },
]);

testStatementCases('ranges', [
  {
    name: 'of where give the rows in the order of their values, as in Esper',
    rules: `create schema P(id string); create schema Q(id string, v int);
      @name('out') select p.id as p, q.id as q from P#keepall p full outer join Q#keepall q where q.v < 5;
      @name('out2') select p.id as p, q.id as q from P#keepall p, Q#keepall q where q.v < 5`,
    events: [
      [1, 'Q', { id: 'Q1', v: 4 }],
      [2, 'Q', { id: 'Q2', v: 4 }],
      [3, 'Q', { id: 'Q3', v: 7 }],
      [4, 'Q', { id: 'Q4', v: 3 }],
      [5, 'P', { id: 'P1' }],
    ],
    expected: [
      '1 out {"p":null,"q":"Q1"}',
      '2 out {"p":null,"q":"Q2"}',
      '4 out {"p":null,"q":"Q4"}',
      ...['out', 'out2'].flatMap((out) => ['Q4', 'Q1', 'Q2'].map((q) => `5 ${out} {"p":"P1","q":"${q}"}`)),
    ],
  },
  {
    name: 'between the fields of a stream that is looked up takes no reversed ends, as in Esper',
    rules: `create schema R(lo int, hi int); create schema S(x int);
      @name('out') select x, lo, hi from S#keepall s, R#lastevent r where x between lo and hi;
      @name('out2') select x, lo, hi from S#lastevent s, R#keepall r where x not in [lo:hi]`,
    events: [
      [1, 'R', { lo: 10, hi: 0 }],
      [2, 'S', { x: 5 }],
      [3, 'R', { lo: 10, hi: 0 }],
      [4, 'R', { lo: 0, hi: 10 }],
      [5, 'S', { x: 20 }],
      [6, 'R', { lo: 0, hi: 10 }],
    ],
    expected: [
      '3 out {"x":5,"lo":10,"hi":0}',
      '4 out {"x":5,"lo":0,"hi":10}',
      '6 out {"x":5,"lo":0,"hi":10}',
      '6 out2 {"x":20,"lo":0,"hi":10}',
    ],
  },
  {
    name: 'of several equalities with one field of the stream looked up the first counts, as in Esper',
    rules: `create schema P(id string, k int, v int); create schema Q(id string, v int);
      @name('out1') select p.id as p, q.id as q from P#keepall p left outer join Q#keepall q on p.k = q.v and p.v = q.v;
      @name('out2') select p.id as p, q.id as q from P as p unidirectional inner join Q#keepall q on p.v = q.v and p.k = q.v;
      @name('out3') select p.id as p, q.id as q from P#keepall p inner join Q#keepall q on p.v = q.v and p.k = q.v`,
    events: [
      [1, 'Q', { id: 'Q1', v: 1 }],
      [2, 'Q', { id: 'Q2', v: 2 }],
      [3, 'P', { id: 'P1', k: 1, v: 2 }],
      [4, 'P', { id: 'P2', k: 2, v: 2 }],
    ],
    expected: [
      '3 out1 {"p":"P1","q":"Q1"}',
      '3 out2 {"p":"P1","q":"Q2"}',
      '4 out1 {"p":"P2","q":"Q2"}',
      '4 out2 {"p":"P2","q":"Q2"}',
      '4 out3 {"p":"P2","q":"Q2"}',
    ],
  },
  {
    name: '`prev` looks into the window of a stream also where a row has no event of it',
    rules: `create schema P(id string, k int); create schema Q(id string, k int);
      @name('out') select p.id as p, q.id as q, prev(1, q.id) as x, prevcount(q.id) as n, prior(1, q.id) as y
        from P#lastevent p left outer join Q#length(2) q on p.k = q.k`,
    events: [
      [1, 'P', { id: 'P1', k: 1 }],
      [2, 'Q', { id: 'Q1', k: 2 }],
      [3, 'Q', { id: 'Q2', k: 2 }],
      [4, 'P', { id: 'P2', k: 1 }],
    ],
    expected: [
      '1 out {"p":"P1","q":null,"x":null,"n":null,"y":null}',
      '4 out {"p":"P2","q":null,"x":"Q1","n":2,"y":null}',
    ],
  },
]);
