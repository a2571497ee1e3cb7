import { testStatementCases } from './support/statement-case.ts';

const SCHEMAS = `
  create schema A(id string, k int, v int);
  create schema B(id string, k int, v int);
`;

testStatementCases('indexes of a context', [
  {
    name: 'each partition has its own: a key is unique there, and a row that breaks the rule takes its key, as in Esper',
    rules: `${SCHEMAS}
      create context C partition by id from A, id from B;
      context C create window W#keepall as A;
      context C insert into W select * from A;
      context C create unique index I on W(k);
      @Name('out0') context C on B as b select w.v as v from W as w where w.k = b.k;
      create window X#keepall as A;
      insert into X select * from A;
      create unique index J on X(id, k);
      @Name('out1') on B as b select x.v as v from X as x where x.id = b.id and x.k = b.k;`,
    events: [
      [1, 'A', { id: 'x', k: 1, v: 1 }],
      [2, 'A', { id: 'y', k: 1, v: 2 }],
      [3, 'A', { id: 'x', k: 1, v: 3 }],
      [4, 'B', { id: 'x', k: 1, v: 0 }],
      [5, 'B', { id: 'y', k: 1, v: 0 }],
    ],
    expected: ['4 out0 {"v":3}', '4 out1 {"v":3}', '5 out0 {"v":2}', '5 out1 {"v":2}'],
  },
  {
    name: 'of tables, and of windows whose partition is over',
    rules: `${SCHEMAS}
      create context C initiated by A as a terminated by B(v = 0);
      context C create table T(k int primary key, v int);
      context C create index I on T(v btree);
      context C on A as a merge T as t where t.k = a.k when matched then update set v = a.v
        when not matched then insert select a.k as k, a.v as v;
      @Name('out0') context C on B(v > 0) as b select context.id as i, t.k as k from T as t where t.v >= b.v order by t.k;`,
    events: [
      [1, 'A', { id: 'x', k: 1, v: 5 }],
      [2, 'A', { id: 'y', k: 2, v: 7 }],
      [3, 'B', { id: 'x', k: 0, v: 6 }],
      [4, 'B', { id: 'x', k: 0, v: 0 }],
      [5, 'A', { id: 'x', k: 3, v: 9 }],
      [6, 'B', { id: 'x', k: 0, v: 1 }],
    ],
    expected: ['3 out0 {"i":0,"k":2}', '3 out0 {"i":1,"k":2}', '6 out0 {"i":2,"k":3}'],
  },
]);
