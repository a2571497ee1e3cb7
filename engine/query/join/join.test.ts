import { testStatementCases } from '../../../test/support/statement-case.ts';

const SCHEMAS = `
  create schema A(id string, k int, v double);
  create schema B(id string, k long, v double);
  create schema C(id string, k string, v double);
`;

testStatementCases('inner joins', [
  {
    name: 'an event is joined with the present ones of the other stream, by keys of different number types',
    rules: `${SCHEMAS} @name('out') select irstream a.id as ai, b.id as bi from A#length(1) as a, B#time(2 sec) as b where a.k = b.k`,
    events: [
      [1000, 'A', { id: 'A1', k: 1 }],
      [1100, 'B', { id: 'B1', k: 1 }],
      [1200, 'B', { id: 'B2', k: 2 }],
      [1300, 'B', { id: 'B3', k: 1 }],
      [1400, 'A', { id: 'A2', k: 2 }],
      [1500, 'A', { id: 'A3', k: null }],
      [1600, 'B', { id: 'B4', k: null }],
      [1700, 'A', { id: 'A4', k: 1 }],
    ],
    until: 4000,
    expected: [
      '1100 out {"ai":"A1","bi":"B1"}',
      '1300 out {"ai":"A1","bi":"B3"}',
      '1400 out {"ai":"A2","bi":"B2"}',
      '1400 out - {"ai":"A1","bi":"B1"}',
      '1400 out - {"ai":"A1","bi":"B3"}',
      '1500 out - {"ai":"A2","bi":"B2"}',
      '1700 out {"ai":"A4","bi":"B1"}',
      '1700 out {"ai":"A4","bi":"B3"}',
      '3100 out - {"ai":"A4","bi":"B1"}',
      '3300 out - {"ai":"A4","bi":"B3"}',
    ],
  },
  {
    name: 'an event that enters two windows is joined with itself once',
    rules: `${SCHEMAS} @name('out') select a.id as x, b.id as y from A#keepall as a, A(v > 1)#lastevent as b where a.k = b.k`,
    events: [
      [1, 'A', { id: 'A1', k: 1, v: 1 }],
      [2, 'A', { id: 'A2', k: 1, v: 2 }],
      [3, 'A', { id: 'A3', k: 1, v: 1 }],
    ],
    expected: ['2 out {"x":"A2","y":"A2"}', '2 out {"x":"A1","y":"A2"}', '3 out {"x":"A3","y":"A2"}'],
  },
  {
    name: 'a stream without window is joined with itself, event by event',
    rules: `${SCHEMAS} @name('out') select a.id as x, b.id as y from A as a, A as b`,
    events: [
      [1, 'A', { id: 'A1' }],
      [2, 'A', { id: 'A2' }],
    ],
    expected: ['1 out {"x":"A1","y":"A1"}', '2 out {"x":"A2","y":"A2"}'],
  },
  {
    name: 'several equalities, three streams, and what no index finds',
    rules: `${SCHEMAS} @name('out') select a.id || b.id || c.id as ids from
      A#keepall as a inner join B#keepall as b on a.k = b.k and a.v = b.v inner join C#keepall as c on c.id = b.id where c.v > a.v`,
    events: [
      [1, 'A', { id: 'x', k: 1, v: 1 }],
      [2, 'B', { id: 'y', k: 1, v: 1 }],
      [3, 'C', { id: 'y', k: 'c', v: 1 }],
      [4, 'C', { id: 'y', k: 'c', v: 2 }],
      [5, 'B', { id: 'y', k: 1, v: 2 }],
      [6, 'A', { id: 'z', k: 1, v: 1.5 }],
      [7, 'A', { id: 'w', k: 1, v: 2 }],
      [8, 'C', { id: 'y', k: 'd', v: 3 }],
    ],
    expected: ['4 out {"ids":"xyy"}', '8 out {"ids":"xyy"}', '8 out {"ids":"wyy"}'],
  },
  {
    name: 'all columns of a join are the events of its streams',
    rules: `${SCHEMAS} @name('out') select * from A#lastevent as a, B#lastevent`,
    events: [
      [1, 'A', { id: 'A1', k: 1, v: 1 }],
      [2, 'B', { id: 'B1', k: 2, v: 2 }],
    ],
    expected: ['2 out {"a":{"id":"A1","k":1,"v":1},"stream_1":{"id":"B1","k":2,"v":2}}'],
  },
  {
    name: 'what many events of one key hold is found and forgotten in order',
    rules: `${SCHEMAS} @name('out') select a.id as x, b.id as y from A#length(20) as a, B#lastevent as b where a.k = b.k`,
    events: [
      ...Array.from({ length: 24 }, (_, i) => [i, 'A', { id: `A${i}`, k: i === 7 ? 2 : 1 }] as const),
      [30, 'B', { id: 'B1', k: 1 }],
    ],
    expected: Array.from({ length: 20 }, (_, i) => i + 4)
      .filter((i) => i !== 7)
      .map((i) => `30 out {"x":"A${i}","y":"B1"}`),
  },
  {
    name: 'matches of a pattern, and events inside events, are streams of a join',
    rules: `${SCHEMAS} create schema Order_(id string, items A[]);
      @name('out') select p.x.id as xi, p.y.id as yi, i.id as item from
        pattern [every x=A -> y=B]#lastevent as p, Order_[items]#keepall as i where i.k = p.y.k;
      @name('out2') select x.id as xi, p, p.* from pattern [every x=A]#length(1) as p, B#lastevent as b`,
    events: [
      [
        1,
        'Order_',
        {
          id: 'o',
          items: [
            { id: 'i1', k: 5 },
            { id: 'i2', k: 6 },
            { id: 'i3', k: 5 },
          ],
        },
      ],
      [2, 'A', { id: 'A1', k: 1, v: 1 }],
      [3, 'B', { id: 'B1', k: 5, v: 1 }],
    ],
    expected: [
      '3 out {"xi":"A1","yi":"B1","item":"i1"}',
      '3 out {"xi":"A1","yi":"B1","item":"i3"}',
      '3 out2 {"xi":"A1","p":{"x":{"id":"A1","k":1,"v":1}},"x":{"id":"A1","k":1,"v":1}}',
    ],
  },
]);

/** Of the events P40 … P99 those with a value below 20, in the order of their values. */
const BELOW_20 = ['P73', 'P46', 'P92', 'P84', 'P57', 'P76', 'P49', 'P68', 'P41', 'P87'];

testStatementCases('what Esper makes of joins', [
  {
    name: 'where a list alone ties two streams, only the items of the type are looked for, and only fields from the other side',
    rules: `create schema P(id string, k int); create schema Q(id string, n int, v double);
      @name('out') select p.id as p, q.id as q from P#keepall p, Q#keepall q where p.k in (q.n, 1);
      @name('out2') select p.id as p, q.id as q from P#keepall p, Q#keepall q where p.k in (q.n, q.v)`,
    events: [
      [1, 'P', { id: 'P1', k: 1 }],
      [2, 'Q', { id: 'Q1', n: 2, v: 1 }],
      [3, 'P', { id: 'P2', k: 1 }],
      [4, 'P', { id: 'P3', k: 2 }],
    ],
    expected: [
      '2 out {"p":"P1","q":"Q1"}',
      '3 out2 {"p":"P2","q":"Q1"}',
      '4 out {"p":"P3","q":"Q1"}',
      '4 out2 {"p":"P3","q":"Q1"}',
    ],
  },
  {
    name: 'a stream without a name is stream_0; ends of a range in two streams are not reversed; a size is 0 first',
    rules: `create schema P(id string, v int); create schema Q(id string, v int); create schema R(v int);
      @name('out') select stream_0, stream_1.id as q from P#lastevent, Q#lastevent;
      @name('out2') select p.id as p from P#keepall p, Q#lastevent q, R#lastevent r where p.v between q.v and r.v;
      @name('out3') select p.id as p, s.size as n from P as p unidirectional, Q#length(3)#size as s;
      insert rstream into S select p.id as p from P#length(1) p, Q#length(1) q;
      @name('out4') select * from S`,
    events: [
      [1, 'P', { id: 'P1', v: 5 }],
      [2, 'Q', { id: 'Q1', v: 9 }],
      [3, 'R', { v: 1 }],
      [4, 'Q', { id: 'Q2', v: 1 }],
      [5, 'R', { v: 9 }],
      [6, 'P', { id: 'P2', v: 3 }],
    ],
    expected: [
      '1 out3 {"p":"P1","n":0}',
      '2 out {"stream_0":{"id":"P1","v":5},"q":"Q1"}',
      '4 out {"stream_0":{"id":"P1","v":5},"q":"Q2"}',
      '5 out2 {"p":"P1"}',
      '6 out {"stream_0":{"id":"P2","v":3},"q":"Q2"}',
      '6 out2 {"p":"P2"}',
      '6 out3 {"p":"P2","n":0}',
      '6 out3 {"p":"P2","n":2}',
    ],
  },
]);

testStatementCases('ranges over many events', [
  {
    name: 'are found by a sorted index, also within equal keys',
    rules: `create schema P(id string, k int, v int); create schema Q(k int, low int, high int);
      @name('out') select p.id as p from P#length(60) p, Q#lastevent q where p.v between q.low and q.high;
      @name('out2') select p.id as p from P#length(60) p, Q#lastevent q where p.k = q.k and p.v > q.low and q.high >= p.v;
      @name('out3') select p.id as p from Q#lastevent q, P#length(60) p where p.v < q.low`,
    events: [
      ...Array.from(
        { length: 100 },
        (_, i) => [i, 'P', { id: `P${i}`, k: i % 2, v: i % 10 === 5 ? null : (i * 37) % 100 }] as const,
      ),
      [200, 'Q', { k: 1, low: 20, high: 26 }],
      [201, 'Q', { k: 0, low: 26, high: 20 }],
      [202, 'Q', { k: 1, low: null, high: 20 }],
    ],
    expected: [
      ...['P60', 'P79', 'P52', 'P98'].map((p) => `200 out {"p":"${p}"}`),
      '200 out2 {"p":"P79"}',
      ...BELOW_20.map((p) => `200 out3 {"p":"${p}"}`),
      ...['P60', 'P79', 'P52', 'P98'].map((p) => `201 out {"p":"${p}"}`),
      ...[...BELOW_20, 'P60', 'P79', 'P52'].map((p) => `201 out3 {"p":"${p}"}`),
    ],
  },
  {
    name: 'events that enter both streams are joined from either, as in Esper, which finds reversed ends from one only',
    rules: `create schema P(id string, k int, v int);
      @name('out') select p.id as p, q.id as q from P#keepall p, P#keepall q where p.v between q.k and q.v;
      @name('out2') select p.id as p, q.id as q from P as p, P as q where p.v between q.k and q.v`,
    events: [
      [1, 'P', { id: 'P1', k: 1, v: 0 }],
      [2, 'P', { id: 'P2', k: 0, v: 1 }],
    ],
    expected: [
      '1 out {"p":"P1","q":"P1"}',
      '2 out {"p":"P2","q":"P2"}',
      '2 out {"p":"P1","q":"P2"}',
      '2 out2 {"p":"P2","q":"P2"}',
    ],
  },
]);
