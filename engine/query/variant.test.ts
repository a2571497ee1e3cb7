import { expect, test } from 'vitest';
import { compileRules } from '../../rules/index.ts';
import { testStatementCases } from '../../test/support/statement-case.ts';

const SCHEMAS = `create schema A(id int, x int, only string); create schema B(x long, id int); create schema C(y int);
create schema Sub(z int) inherits A;`;

testStatementCases('variant streams', [
  {
    name: 'hold events of several types, seen by the fields they share; others are read by name',
    rules: `${SCHEMAS}create variant schema V as A, B;
      insert into V select * from A; insert into V select * from B;
      @Name('out') select *, typeof(v) as t, only? as only from V as v`,
    events: [
      [1, 'A', { id: 1, x: 2, only: 'o' }],
      [2, 'B', { id: 3, x: 4 }],
    ],
    expected: ['1 out {"id":1,"x":2,"t":"A","only":"o"}', '2 out {"id":3,"x":4,"t":"B","only":null}'],
  },
  {
    name: 'a subtype of one of its types may enter, and windows and patterns hold such events',
    rules: `${SCHEMAS}create variant schema V as A, B;
      insert into V select * from Sub; insert into V select * from B;
      @Name('out') select typeof(a) as t, b.id as id from pattern [every a=V(id = 1) -> b=V(id > a.id)];
      @Name('out-sum') select sum(x) as s from V#length(2)`,
    events: [
      [1, 'Sub', { id: 1, x: 2, z: 5 }],
      [2, 'B', { id: 3, x: 4 }],
    ],
    expected: ['1 out-sum {"s":2}', '2 out-sum {"s":6}', '2 out {"t":"Sub","id":3}'],
  },
  {
    name: 'with a star of any type, also of rows of columns',
    rules: `${SCHEMAS}create variant schema V as *;
      insert into V select * from A; insert into V select y as q from C;
      @Name('out') select id, v.q as q from V as v; @Name('out-all') select * from V#length(3)`,
    events: [
      [1, 'A', { id: 1, x: 2 }],
      [2, 'C', { y: 7 }],
    ],
    expected: [
      '1 out {"id":1,"q":null}',
      '1 out-all {"id":1,"x":2,"only":null}',
      '2 out {"id":null,"q":7}',
      '2 out-all {"q":7}',
    ],
  },
]);

test('a variant stream takes only events of its types', () => {
  const text = `${SCHEMAS}create variant schema V as A, B; insert into V select * from C;`;
  const { diagnostics } = compileRules([{ file: 'v.epl', text }]);
  expect(diagnostics.map(({ code }) => code)).toEqual(['E0406']);
});
