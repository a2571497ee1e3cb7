import { testStatementCases } from '../../test/support/statement-case.ts';

const SCHEMAS =
  'create schema A(n int); create schema Part(m int); create schema Whole(id int, parts Part[]);';

testStatementCases('split streams', [
  {
    name: 'the first branch whose condition is true takes the event; the rest are rows',
    rules: `${SCHEMAS}
      @Name('out') on A insert into Low select n where n < 3 insert into Mid(v) select n * 10 where n < 6;
      @Name('out-low') select * from Low; @Name('out-mid') select * from Mid`,
    events: [
      [1, 'A', { n: 2 }],
      [2, 'A', { n: 5 }],
      [3, 'A', { n: 9 }],
    ],
    expected: ['1 out-low {"n":2}', '2 out-mid {"v":50}', '3 out {"n":9}'],
  },
  {
    name: 'with output all every branch takes it',
    rules: `${SCHEMAS}
      @Name('out') on A as a insert into Low select a.n as n where n < 3 insert into Any select n output all;
      @Name('out-low') select * from Low; @Name('out-any') select * from Any`,
    events: [
      [1, 'A', { n: 2 }],
      [2, 'A', { n: 5 }],
    ],
    expected: ['1 out-low {"n":2}', '1 out-any {"n":2}', '2 out-any {"n":5}'],
  },
  {
    name: 'a pattern and the events inside an event may be split',
    rules: `${SCHEMAS}
      on pattern [every a=A(n = 1) -> b=A(n > 1)] insert into Pairs select a.n as x, b.n as y;
      on Whole insert into Ids select id insert into Parts select m from [parts] where m > 1 output all;
      @Name('out-pairs') select * from Pairs; @Name('out-parts') select * from Parts; @Name('out-ids') select * from Ids`,
    events: [
      [1, 'A', { n: 1 }],
      [2, 'A', { n: 4 }],
      [3, 'Whole', { id: 7, parts: [{ m: 1 }, { m: 2 }] }],
    ],
    expected: ['2 out-pairs {"x":1,"y":4}', '3 out-ids {"id":7}', '3 out-parts {"m":2}'],
  },
]);

testStatementCases('order of processing', [
  {
    name: 'events of higher precedence come first, those of the same in the order they were made',
    rules: `${SCHEMAS}create schema S(id int);
      insert into S event-precedence(2) select 2 as id from A; insert into S select 0 as id from A;
      insert into S event-precedence(id) select 3 as id from A; insert into S select 1 as id from A;
      @Name('out') select id from S`,
    events: [[1, 'A', { n: 1 }]],
    expected: ['1 out {"id":3}', '1 out {"id":2}', '1 out {"id":0}', '1 out {"id":1}'],
  },
  {
    name: 'statements of higher priority go first, and one that drops an event is the last',
    rules: `${SCHEMAS}@Name('out-1') @Priority(1) select n from A; @Name('out-3') @Priority(3) select n from A;
      @Name('out-2') @Priority(2) @Drop select n from A(n > 5)`,
    events: [
      [1, 'A', { n: 1 }],
      [2, 'A', { n: 9 }],
    ],
    expected: ['1 out-3 {"n":1}', '1 out-1 {"n":1}', '2 out-3 {"n":9}', '2 out-2 {"n":9}'],
  },
]);

testStatementCases('update istream', [
  {
    name: 'statements see events as changed, one change after the other; values come from before the change',
    rules: `create schema E(a int, b int, list int[]);
      @Name('out-1') update istream E as e set a = e.b, b = a where a > 0;
      update istream E set list[0] = b, list[5] = 1;
      @Name('out') select * from E`,
    events: [
      [1, 'E', { a: 1, b: 2, list: [7, 8] }],
      [2, 'E', { a: 0, b: 2, list: null }],
    ],
    expected: [
      '1 out-1 {"a":2,"b":1,"list":[7,8]}',
      '1 out-1 - {"a":1,"b":2,"list":[7,8]}',
      '1 out {"a":2,"b":1,"list":[1,8]}',
      '2 out {"a":0,"b":2,"list":null}',
    ],
  },
  {
    name: 'a subtype is changed too, and one that drops what it changes keeps it from the others',
    rules: `create schema Base(x int); create schema Other(y int); create schema Sub(z int) inherits Other, Base;
      @Priority(1) update istream Base set x = x + 1; @Drop update istream Sub set z = 0 where z < 0;
      @Name('out') select * from Sub; @Name('out-base') select * from Base`,
    events: [
      [1, 'Sub', { x: 1, y: 2, z: 3 }],
      [2, 'Sub', { x: 1, y: 2, z: -3 }],
    ],
    expected: ['1 out {"y":2,"x":2,"z":3}', '1 out-base {"x":2}'],
  },
]);
