import { testStatementCases } from './support/statement-case.ts';

const SCHEMAS = `
  create schema A(id string, k int, v double, ts long);
  create schema B(id string, k int, v double, ts long);
`;

testStatementCases('rows of named windows, found and changed', [
  {
    name: '`is` asks the index, as `=` does: in a batch window the rows of the last batch are found until the next one',
    rules: `${SCHEMAS}
      create window W#length_batch(2) as A;
      insert into W select * from A;
      @name('outis') on B as b select w.id as w from W as w where w.k is b.k;
      @name('out') on B as b select w.id as w from W as w where w.k = b.k;`,
    events: [
      [1, 'A', { id: 'A1', k: 1 }],
      [2, 'A', { id: 'A2', k: null }],
      [3, 'B', { k: 1 }],
      [4, 'B', { k: null }],
      [5, 'A', { id: 'A3', k: 1 }],
      [6, 'B', { k: 1 }],
    ],
    expected: [
      ...['3 outis {"w":"A1"}', '3 out {"w":"A1"}', '4 outis {"w":"A2"}'],
      ...['6 outis {"w":"A1"}', '6 outis {"w":"A3"}', '6 out {"w":"A1"}', '6 out {"w":"A3"}'],
    ],
  },
  {
    name: 'a row that leaves by its update and by the time of its update leaves once',
    rules: `${SCHEMAS}
      @name('out') create window W#ext_timed(ts, 4 sec) as A;
      insert into W select * from A;
      on B as b update W as w set ts = b.ts where w.k = b.k;`,
    events: [
      [1, 'A', { id: 'A1', k: 1, ts: 1000 }],
      [2, 'A', { id: 'A2', k: 2, ts: 2000 }],
      [3, 'B', { k: 1, ts: 9000 }],
    ],
    expected: [
      '1 out {"id":"A1","k":1,"v":null,"ts":1000}',
      '2 out {"id":"A2","k":2,"v":null,"ts":2000}',
      '3 out {"id":"A1","k":1,"v":null,"ts":9000}',
      '3 out - {"id":"A1","k":1,"v":null,"ts":1000}',
      '3 out - {"id":"A2","k":2,"v":null,"ts":2000}',
    ],
  },
]);

testStatementCases('lists that an index looks up, as in Esper', [
  {
    name: 'of a list with a value of the type of the field only such values are found, of another all',
    rules: `${SCHEMAS}
      create window W#keepall as A;
      insert into W select * from A;
      @name('out1') on B as b select w.id as w from W as w where w.v in (b.k, b.v);
      @name('out2') on B as b select w.id as w from W as w where w.v = b.k or w.v = b.v;
      @name('out3') on B as b select w.id as w from W as w where w.v in (b.k, 5);
      @name('out4') on B as b select w.id as w from W as w where w.v in (b.k, b.v) and w.k = b.k;
      @name('out5') select (select window(w.id) from A#keepall as w where w.v in (b.k, b.v)) as w from B as b;
      @name('out6') select (select window(w.id) from A#keepall as w where w.k in (b.v, 1.0)) as w from B as b;
      @name('out7') select w.id as w from A#keepall as w, B#keepall as b where w.v = b.k or w.v = b.v;`,
    events: [
      [1, 'A', { id: 'A1', k: 1, v: 1 }],
      [2, 'A', { id: 'A2', k: 2, v: 6 }],
      [3, 'B', { k: 1, v: 6 }],
    ],
    expected: [
      '3 out1 {"w":"A2"}',
      '3 out2 {"w":"A2"}',
      '3 out3 {"w":"A1"}',
      '3 out4 {"w":"A1"}',
      '3 out5 {"w":["A2"]}',
      '3 out6 {"w":["A1"]}',
      '3 out7 {"w":"A2"}',
    ],
  },
]);

testStatementCases('keys of a context', [
  {
    name: '`prior` of a key is the key of the partition, also of its first event',
    rules: `${SCHEMAS}
      create context C partition by k from A;
      @name('out') context C select prior(1, k) as k, prior(1, v) as v, prev(1, k) as p from A#keepall;`,
    events: [
      [1, 'A', { k: 7, v: 1 }],
      [2, 'A', { k: 8, v: 2 }],
      [3, 'A', { k: 7, v: 3 }],
    ],
    expected: [
      '1 out {"k":7,"v":null,"p":null}',
      '2 out {"k":8,"v":null,"p":null}',
      '3 out {"k":7,"v":1,"p":7}',
    ],
  },
]);

testStatementCases('aggregates of the rows of a match', [
  {
    name: '`first` and `last` pass over nulls',
    rules: `${SCHEMAS}
      @name('out') select * from A#keepall match_recognize (
        measures first(X.id) as f, last(X.id) as l, count(X.id) as n pattern (X{3} Y) define Y as Y.k = 2);`,
    events: [
      [1, 'A', { id: null, k: 1 }],
      [2, 'A', { id: 'A2', k: 1 }],
      [3, 'A', { id: null, k: 1 }],
      [4, 'A', { id: 'A4', k: 2 }],
    ],
    expected: ['4 out {"f":"A2","l":"A2","n":1}'],
  },
]);
