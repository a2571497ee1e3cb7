import { expect, test } from 'vitest';
import type { Plan } from '../engine/plan/plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { testStatementCases } from './support/statement-case.ts';

const SCHEMAS = `
  create schema A(k string, v int);
  create schema B(k string, v int);
`;

testStatementCases('variables of contexts', [
  {
    name: 'each partition has its own value, which ends with it; filters, conditions and output read it',
    rules: `${SCHEMAS}
      create variable int total = 0;
      create context Ctx initiated by A(v = 0) as a terminated by B(k = a.k, v < 0);
      @Name('out0') context Ctx create variable int n = 5;
      context Ctx on B(k = context.a.k) set n = n + v, total = total + 1;
      @Name('out1') context Ctx select context.a.k as k, n, total from A(v = 1);
      @Name('out2') context Ctx select context.a.k as k, n from A(v = 2, n > 6);`,
    events: [
      [0, 'A', { k: 'x', v: 0 }],
      [1, 'A', { k: 'y', v: 0 }],
      [2, 'B', { k: 'x', v: 2 }],
      [3, 'A', { k: '', v: 1 }],
      [4, 'A', { k: '', v: 2 }],
      [5, 'B', { k: 'x', v: -9 }],
      [6, 'A', { k: 'x', v: 0 }],
      [7, 'A', { k: '', v: 1 }],
    ],
    expected: [
      '2 out0 {"n":7}',
      '2 out0 - {"n":5}',
      '3 out1 {"k":"x","n":7,"total":1}',
      '3 out1 {"k":"y","n":5,"total":1}',
      '4 out2 {"k":"x","n":7}',
      '7 out1 {"k":"y","n":5,"total":1}',
      '7 out1 {"k":"x","n":5,"total":1}',
    ],
  },
  {
    name: 'a window keeps the length that its variable had as its partition began',
    rules: `${SCHEMAS}
      create variable int n = 1;
      on B set n = v;
      create context Ctx initiated by A(v = 0) as a terminated after 1 hour;
      @Name('out') context Ctx select irstream context.a.k as k, v from A(v > 0)#length(n);`,
    events: [
      [0, 'A', { k: 'x', v: 0 }],
      [1, 'B', { k: '', v: 2 }],
      [2, 'A', { k: 'y', v: 0 }],
      [3, 'A', { k: '', v: 1 }],
      [4, 'A', { k: '', v: 2 }],
      [5, 'B', { k: '', v: 9 }],
      [6, 'A', { k: '', v: 3 }],
    ],
    expected: [
      '3 out {"k":"x","v":1}',
      '3 out {"k":"y","v":1}',
      '4 out {"k":"x","v":2}',
      '4 out - {"k":"x","v":1}',
      '4 out {"k":"y","v":2}',
      '6 out {"k":"x","v":3}',
      '6 out - {"k":"x","v":2}',
      '6 out {"k":"y","v":3}',
      '6 out - {"k":"y","v":1}',
    ],
  },
  {
    name: 'windows of a variable keep their length outside of contexts, too: of a statement, a subquery, a named window',
    rules: `${SCHEMAS}
      create variable int n = 1;
      on B set n = v;
      create window W#length(n) as A;
      insert into W select * from A;
      @Name('out0') select sum(v) as s from A#length(n);
      @Name('out1') select v, (select count(*) from A#length(n)) as c, (select count(*) from W) as w from A;`,
    events: [
      [0, 'A', { k: '', v: 1 }],
      [1, 'B', { k: '', v: 3 }],
      [2, 'A', { k: '', v: 2 }],
      [3, 'A', { k: '', v: 4 }],
    ],
    expected: [
      '0 out0 {"s":1}',
      '0 out1 {"v":1,"c":1,"w":0}',
      '2 out0 {"s":2}',
      '2 out1 {"v":2,"c":1,"w":1}',
      '3 out0 {"s":4}',
      '3 out1 {"v":4,"c":1,"w":1}',
    ],
  },
  {
    name: 'a window of a variable of the partition keeps its length',
    rules: `${SCHEMAS}
      create context Ctx partition by k from A, k from B;
      context Ctx create variable int n = 1;
      context Ctx on B set n = v;
      @Name('out') context Ctx select irstream v from A#length(n);`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'B', { k: 'x', v: 3 }],
      [2, 'A', { k: 'x', v: 2 }],
    ],
    expected: ['0 out {"v":1}', '2 out {"v":2}', '2 out - {"v":1}'],
  },
  {
    name: 'a statement may stand before the variable it reads; a pattern without an event is complete as a partition begins',
    rules: `${SCHEMAS}
      create context Ctx partition by k from A;
      @Name('out') context Ctx select key, v from A;
      context Ctx create variable string key = 'none';
      context Ctx on pattern [timer:interval(0)] set key = context.key1;`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'A', { k: 'y', v: 2 }],
      [2, 'A', { k: 'x', v: 3 }],
    ],
    expected: ['0 out {"key":"x","v":1}', '1 out {"key":"y","v":2}', '2 out {"key":"x","v":3}'],
  },
]);

test('what reads a context that is in error is not told of again', () => {
  const text = `${SCHEMAS} create context Ctx partition by q from A; context Ctx select context.key1 as k from A;`;
  const { diagnostics } = compileRules([{ file: 'rules.epl', text }]);
  expect(diagnostics.map(({ code }) => code)).toEqual(['E0204']);
});

test('a context cannot be taken away while statements run in it', () => {
  const text = `${SCHEMAS} create context Ctx partition by k from A terminated by A(v = 0); @Name('n') context Ctx select v from A;`;
  const { plan } = compileRules([{ file: 'rules.epl', text }]);
  const shard = new Shard({ plan: plan as Plan, startTime: 0, onRow() {} });
  expect(() => shard.undeploy([0])).toThrow('`Ctx` cannot be taken away: the statement `n` uses it');
  shard.undeploy([1]);
  shard.undeploy([0]);
});
