import { testStatementCases } from './support/statement-case.ts';

const SCHEMAS = `
  create schema A(k string, v int);
  create schema B(k string, v int);
`;

testStatementCases('what the partitions of a context share', [
  {
    name: 'no row of an update that fails leaves with the next, in any partition',
    rules: `${SCHEMAS}
      create context Ctx partition by k from A;
      @Name('out0') context Ctx select k, 10 % v as r from A#length_batch(2);
      @Name('out1') select k, 10 % v as r from A#length_batch(2);`,
    events: [
      [1, 'A', { k: 'x', v: 3 }],
      [2, 'A', { k: 'x', v: 0 }],
      [3, 'A', { k: 'y', v: 4 }],
      [4, 'A', { k: 'y', v: 6 }],
    ],
    expected: [
      '4 out0 {"k":"y","r":2}',
      '4 out0 {"k":"y","r":4}',
      '4 out1 {"k":"y","r":2}',
      '4 out1 {"k":"y","r":4}',
    ],
  },
  {
    name: 'groups of a partition that is over are free for others, which begin with none',
    rules: `${SCHEMAS}
      create context Ctx partition by k from A terminated by A(v < 0);
      @Name('out0') context Ctx select k, v, count(*) as n, sum(v) as s from A group by v;
      @Name('out1') context Ctx select k, max(v) as m, count(*) as n from A#length(2);`,
    events: [
      [1, 'A', { k: 'x', v: 1 }],
      [2, 'A', { k: 'y', v: 1 }],
      [3, 'A', { k: 'x', v: 1 }],
      [4, 'A', { k: 'x', v: -1 }],
      [5, 'A', { k: 'z', v: 1 }],
      [6, 'A', { k: 'y', v: 1 }],
      [7, 'A', { k: 'x', v: 2 }],
    ],
    expected: [
      '1 out0 {"k":"x","v":1,"n":1,"s":1}',
      '1 out1 {"k":"x","m":1,"n":1}',
      '2 out0 {"k":"y","v":1,"n":1,"s":1}',
      '2 out1 {"k":"y","m":1,"n":1}',
      '3 out0 {"k":"x","v":1,"n":2,"s":2}',
      '3 out1 {"k":"x","m":1,"n":2}',
      '5 out0 {"k":"z","v":1,"n":1,"s":1}',
      '5 out1 {"k":"z","m":1,"n":1}',
      '6 out0 {"k":"y","v":1,"n":2,"s":2}',
      '6 out1 {"k":"y","m":1,"n":2}',
      '7 out0 {"k":"x","v":2,"n":1,"s":2}',
      '7 out1 {"k":"x","m":2,"n":1}',
    ],
  },
  {
    name: 'what differs: lengths of windows that the partition tells, intervals of the output, values of variables',
    rules: `${SCHEMAS}
      create context Ctx initiated by A as a terminated after 100 msec;
      @Name('out0') context Ctx select context.a.k as k, count(*) as n from B#length(context.a.v);
      @Name('out1') context Ctx select context.a.k as k, count(*) as n from B output last every 10 msec;
      context Ctx create variable int own = 1;
      context Ctx on B as b set own = own + b.v + context.id;
      @Name('out2') context Ctx select context.a.k as k, own from B having count(*) > 2;`,
    events: [
      [1, 'A', { k: 'x', v: 1 }],
      [5, 'A', { k: 'y', v: 3 }],
      [6, 'B', { k: 'b', v: 1 }],
      [7, 'B', { k: 'b', v: 2 }],
      [8, 'B', { k: 'b', v: 3 }],
    ],
    until: 30,
    expected: [
      '6 out0 {"k":"x","n":1}',
      '6 out0 {"k":"y","n":1}',
      '7 out0 {"k":"x","n":1}',
      '7 out0 {"k":"y","n":2}',
      '8 out0 {"k":"x","n":1}',
      '8 out0 {"k":"y","n":3}',
      '8 out2 {"k":"x","own":7}',
      '8 out2 {"k":"y","own":10}',
      '16 out1 {"k":"x","n":3}',
      '16 out1 {"k":"y","n":3}',
      '26 out1 {"k":"x","n":3}',
      '26 out1 {"k":"y","n":3}',
    ],
  },

  {
    name: 'nested: what an event begins before it ends the partition around it ends with that one, with the event',
    rules: `${SCHEMAS}
      create context Ctx context X partition by k from A, k from B terminated by B,
        context Y partition by v from A, v from B;
      @Name('out0') context Ctx select context.Y.key1 as y, count(*) as n from B output snapshot when terminated;`,
    events: [
      [1, 'A', { k: 'x', v: 1 }],
      [2, 'B', { k: 'x', v: 2 }],
      [3, 'A', { k: 'x', v: 3 }],
    ],
    expected: ['2 out0 {"y":1,"n":0}', '2 out0 {"y":2,"n":1}'],
  },
]);
