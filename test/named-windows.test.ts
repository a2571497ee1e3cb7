import { expect, test } from 'vitest';
import { Admission, isRejection } from '../engine/event/admission.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { testStatementCases } from './support/statement-case.ts';

const SCHEMAS = `
  create schema A(k string, v int);
  create schema B(k string, v int);
`;

testStatementCases('named windows', [
  {
    name: 'a row that breaks a unique index, in which null equals null, stays unknown to what is told',
    rules: `${SCHEMAS} create window W#keepall as (k string, v int); insert into W select k, v from A;
      create unique index I on W(k); @Name('out-w') select k, v from W;
      @Name('out-on') on B as b select w.v as v from W as w where w.v > b.v`,
    events: [
      [0, 'A', { k: 'x', v: 1 }],
      [1, 'A', { k: null, v: 2 }],
      [2, 'A', { k: null, v: 3 }],
      [3, 'A', { k: 'x', v: 4 }],
      [4, 'A', { k: 'y', v: 5 }],
      [5, 'B', { v: 0 }],
    ],
    expected: [
      '0 out-w {"k":"x","v":1}',
      '1 out-w {"k":null,"v":2}',
      '4 out-w {"k":"y","v":5}',
      '5 out-on {"v":1}',
      '5 out-on {"v":2}',
      '5 out-on {"v":3}',
      '5 out-on {"v":4}',
      '5 out-on {"v":5}',
    ],
  },
  {
    name: 'consumers see what enters and leaves; the statement itself shows it too',
    rules: `${SCHEMAS}
      @Name('out0') create window W#length(2) as A;
      insert into W select * from A;
      @Name('out1') select irstream k, sum(v) as s from W;
      @Name('out2') select irstream * from W(v > 1);`,
    events: [
      [0, 'A', { k: 'a', v: 1 }],
      [1, 'A', { k: 'b', v: 2 }],
      [2, 'A', { k: 'c', v: 3 }],
      [3, 'A', { k: 'd', v: 4 }],
    ],
    expected: [
      '0 out0 {"k":"a","v":1}',
      '0 out1 {"k":"a","s":1}',
      '1 out0 {"k":"b","v":2}',
      '1 out1 {"k":"b","s":3}',
      '1 out2 {"k":"b","v":2}',
      '2 out0 {"k":"c","v":3}',
      '2 out0 - {"k":"a","v":1}',
      '2 out1 {"k":"c","s":5}',
      '2 out1 - {"k":"a","s":5}',
      '2 out2 {"k":"c","v":3}',
      '3 out0 {"k":"d","v":4}',
      '3 out0 - {"k":"b","v":2}',
      '3 out1 {"k":"d","s":7}',
      '3 out1 - {"k":"b","s":7}',
      '3 out2 {"k":"d","v":4}',
      '3 out2 - {"k":"b","v":2}',
    ],
  },
  {
    name: 'the row of a fill shows a stream as a column that the window lacks',
    rules: `${SCHEMAS}
      create window W#keepall (v int);
      @Name('out0') @Alert insert into W select v, a.* as whole from A as a;
      @Name('out1') select * from W;`,
    events: [[0, 'A', { k: 'a', v: 1 }]],
    expected: ['0 out0 {"v":1,"whole":{"k":"a","v":1}}', '0 out1 {"v":1}'],
  },
  {
    name: 'rows leave by time; several statements feed one window, also before its text',
    rules: `${SCHEMAS}
      insert into W select k, v from B(v > 10);
      @Name('out') select irstream count(*) as n from W;
      create window W#time(10 msec) (k string, v int);
      insert into W select k from A;`,
    events: [
      [0, 'A', { k: 'a', v: 1 }],
      [5, 'B', { k: 'b', v: 11 }],
      [6, 'B', { k: 'b', v: 1 }],
    ],
    until: 20,
    expected: [
      '0 out {"n":1}',
      '0 out - {"n":0}',
      '5 out {"n":2}',
      '5 out - {"n":1}',
      '10 out {"n":1}',
      '10 out - {"n":2}',
      '15 out {"n":0}',
      '15 out - {"n":1}',
    ],
  },
  {
    name: 'the events inside the rows of a window enter and leave with them',
    rules: `create schema Review(rid string);
      create schema Book(id string, reviews Review[]);
      create window W#length(1) as Book;
      insert into W select * from Book;
      @Name('out1') select irstream rid, count(*) as n from W[reviews];
      @Name('out3') on W[reviews] as r select r.rid as rid, w.id as id from W as w;`,
    events: [
      [1, 'Book', { id: 'b1', reviews: [{ rid: 'r1' }, { rid: 'r2' }] }],
      [2, 'Book', { id: 'b2', reviews: [{ rid: 'r3' }] }],
    ],
    expected: [
      '1 out1 {"rid":"r1","n":2}',
      '1 out1 {"rid":"r2","n":2}',
      '1 out3 {"rid":"r1","id":"b1"}',
      '1 out3 {"rid":"r2","id":"b1"}',
      '2 out1 {"rid":"r3","n":1}',
      '2 out1 - {"rid":"r1","n":1}',
      '2 out1 - {"rid":"r2","n":1}',
      '2 out3 {"rid":"r3","id":"b2"}',
    ],
  },
  {
    name: 'a window as the trigger of set and of a split stream: each row that enters',
    rules: `${SCHEMAS}
      create window W#length(1) as A;
      insert into W select * from A;
      create variable int latest = 0;
      @Name('out1') on W(v > 1) as w set latest = w.v;
      @Name('out2') on W insert into Big select k where v > 2 insert into Small select k;
      @Name('out3') select k as big, latest from Big;
      @Name('out4') select k as small, latest from Small;`,
    events: [
      [0, 'A', { k: 'a', v: 1 }],
      [1, 'A', { k: 'b', v: 2 }],
      [2, 'A', { k: 'c', v: 3 }],
    ],
    expected: [
      '0 out4 {"small":"a","latest":0}',
      '1 out1 {"latest":2}',
      '1 out4 {"small":"b","latest":2}',
      '2 out1 {"latest":3}',
      '2 out3 {"big":"c","latest":3}',
    ],
  },
]);

test('what creates a window stays while others use it', () => {
  const text = `${SCHEMAS} create window W#keepall as A; insert into W select * from A; select * from W;`;
  const { plan } = compileRules([{ file: 'w.epl', text }]);
  if (plan === null) throw new Error('the rules do not compile');
  const shard = new Shard({ plan, startTime: 0, onRow() {} });
  expect(() => shard.undeploy([0])).toThrow('`W` cannot be taken away: the statement `w#4` uses it');
  shard.undeploy([1, 2]);
  shard.undeploy([0]);
  expect(shard.rows(0)).toBeNull();
});

test('the present rows count prior ones from the newest, as Esper does', () => {
  const text = `${SCHEMAS} create window W#keepall as A; insert into W select * from A; select k, prior(1, k) as p from W;`;
  const { plan } = compileRules([{ file: 'w.epl', text }]);
  if (plan === null) throw new Error('the rules do not compile');
  const shard = new Shard({ plan, startTime: 0, onRow() {} });
  const admission = new Admission(plan);
  for (const [i, k] of ['a', 'b', 'c'].entries()) {
    const event = admission.admit(admission.typeIndex('A'), { k, v: i }, 0, i, i);
    if (isRejection(event)) throw new Error(event.reason);
    shard.onEvent(event);
  }
  expect(shard.rows(plan.statements.length - 1)).toEqual([
    ['a', 'b'],
    ['b', 'b'],
    ['c', 'b'],
  ]);
});
