import { describe, expect, test } from 'vitest';
import { Admission, isRejection } from '../engine/event/admission.ts';
import { rowToJson } from '../engine/event/to-json.ts';
import type { EventType } from '../engine/event/types.ts';
import type { Backend } from '../engine/expr/evaluate.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileQuery, compileRules, renderDiagnostics } from '../rules/index.ts';

const RULES = `
  create schema A(k string, n int);
  create window W#keepall as (k string, n int);
  insert into W select k, n from A;
  create table T(k string primary key, total sum(int), c count(*), note string);
  into table T select sum(n) as total, count(*) as c from A group by k;
  @Name('out') select irstream k, n from W;
`;

const EVENTS: readonly (readonly [string, number])[] = [
  ['a', 1],
  ['b', 2],
  ['a', 3],
];

/** A shard with rows in `W` and `T`, and what its statement `out` has given since. */
function prepared(backend: Backend, rules = RULES): { shard: Shard; plan: Plan; rows: string[] } {
  const { plan } = compileRules([{ file: 'rules.epl', text: rules }]);
  if (plan === null) throw new Error('the rules do not compile');
  const rows: string[] = [];
  const shard = new Shard({
    plan,
    startTime: 0,
    backend,
    onRow({ statement, kind, values }) {
      if (plan.statements[statement]?.name === 'out') rows.push(`${kind} ${values.join(' ')}`);
    },
  });
  const admission = new Admission(plan);
  for (const [i, [k, n]] of EVENTS.entries()) {
    const event = admission.admit(admission.typeIndex('A'), { k, n }, 0, i, i);
    if (isRejection(event)) throw new Error(event.reason);
    shard.onEvent(event);
  }
  rows.length = 0;
  return { shard, plan, rows };
}

/** The rows of a query as texts. */
function ask(
  { shard, plan }: { shard: Shard; plan: Plan },
  text: string,
  params: readonly number[] = [],
): string[] {
  const { query, diagnostics } = compileQuery(text, plan, { params });
  if (query === null) throw new Error(renderDiagnostics(diagnostics, () => text, { color: false }));
  return shard.query(query).map((values) => JSON.stringify(rowToJson({ values }, query, plan)));
}

describe.each<Backend>(['codegen', 'interpreter'])('queries (%s)', (backend) => {
  test.each<[string, readonly string[]]>([
    ['select * from W', ['{"k":"a","n":1}', '{"k":"b","n":2}', '{"k":"a","n":3}']],
    ["select n from W(k = 'a') where n > 1", ['{"n":3}']],
    ['select count(*) as c, sum(n) as s from W where n > 5', ['{"c":0,"s":null}']],
    ['select k, count(*) as c from W group by k having count(*) > 1 order by k desc', ['{"k":"a","c":2}']],
    ['select k, n from W order by n desc limit 2', ['{"k":"a","n":3}', '{"k":"b","n":2}']],
    ['select irstream n from W limit 1', ['{"n":1}']],
    ['select sum(2) as s', ['{"s":2}']],
    ['select sum(2) as s where 1 = 2', []],
    ['select distinct k from W', ['{"k":"a"}', '{"k":"b"}']],
    ['select * from T', ['{"k":"a","total":4,"c":2,"note":null}', '{"k":"b","total":2,"c":1,"note":null}']],
    ["select T['b'].total as t, n from W as w where w.k = 'b'", ['{"t":2,"n":2}']],
    ['select k, (select max(n) from W) as top from T', ['{"k":"a","top":3}', '{"k":"b","top":3}']],
    ['select x.n as a, y.n as b from W as x, W as y where x.k = y.k and x.n < y.n', ['{"a":1,"b":3}']],
  ])('%s', (text, expected) => {
    expect(ask(prepared(backend), text)).toEqual(expected);
  });

  test('rows of a named window change, and those who read it see that', () => {
    const one = prepared(backend);
    expect(ask(one, "insert into W values ('c', 4), ('d', ?)", [5])).toEqual([
      '{"k":"c","n":4}',
      '{"k":"d","n":5}',
    ]);
    expect(ask(one, "update W as w set n = w.n + 10 where k = 'b'")).toEqual(['{"k":"b","n":12}']);
    expect(ask(one, 'delete from W where n < 4')).toEqual(['{"k":"a","n":1}', '{"k":"a","n":3}']);
    expect(ask(one, "insert into W select 'e' as k")).toEqual(['{"k":"e","n":null}']);
    expect(one.rows).toEqual([
      'insert c 4',
      'insert d 5',
      'insert b 12',
      'remove b 2',
      'remove a 1',
      'remove a 3',
      'insert e ',
    ]);
  });

  test('the rows that a batch window gathers are joined, as they are selected', () => {
    const rules = `${RULES} create window V#length_batch(2) as A; insert into V select * from A;`;
    const given = prepared(backend, rules);
    expect(ask(given, 'select n from V')).toEqual(['{"n":3}']);
    expect(ask(given, 'select v.n as v, w.n as w from V as v, W as w where v.k = w.k')).toEqual([
      '{"v":3,"w":1}',
      '{"v":3,"w":3}',
    ]);
    expect(ask(given, 'select w.n as w, v.n as v from W as w left outer join V as v on v.n = w.n')).toContain(
      '{"w":3,"v":3}',
    );
  });

  test('rows of a table change; a key that is taken leaves it as it was', () => {
    const one = prepared(backend);
    expect(ask(one, "insert into T(k, note) values ('c', 'x')")).toEqual([]);
    expect(ask(one, "update T set note = k || '!' where total > 3")).toEqual([]);
    expect(ask(one, "delete from T where k = 'b'")).toEqual([]);
    const rows = ['{"k":"a","total":4,"c":2,"note":"a!"}', '{"k":"c","total":null,"c":0,"note":"x"}'];
    expect(ask(one, 'select * from T')).toEqual(rows);
    expect(() => ask(one, "insert into T(k) values ('d'), ('a')")).toThrow('primary key');
    expect(ask(one, 'select * from T')).toEqual(rows);
  });
});

describe('queries look rows up in an index, which a refused row may have missed', () => {
  const unique = 'create unique index ByKey on W(k);';
  const plain = 'create index ByN on W(n);';
  test.each<[string, string, readonly number[], readonly number[]]>([
    ['that stands before the unique one', `${plain} ${unique}`, [1, 3], [1, 3]],
    ['that stands behind it', `${unique} ${plain}`, [1], [1, 3]],
    ['of an on-select', `${unique} on A as a select * from W as w where w.n = a.n;`, [1, 3], [1, 3]],
    ['by the order of a field', `${unique} create index ByN on W(n btree);`, [1, 3], [1]],
    ['of more fields', `${unique} create index Both on W(k, n);`, [1, 3], [1, 3]],
  ])('%s', (_, indexes, equal, below) => {
    const rules = `
      create schema A(k string, n int);
      create window W#keepall as (k string, n int, v int);
      insert into W select k, 1 as n, n as v from A;
      ${indexes}`;
    const one = prepared('codegen', rules);
    const rows = (text: string) => ask(one, text).map((row) => JSON.parse(row).v);
    expect(rows('select v from W')).toEqual([1, 2, 3]);
    expect(rows("select v from W where k = 'a'")).toEqual([3]);
    expect(rows("select v from W where n = 1 and k != 'b'")).toEqual(equal);
    expect(rows("select v from W where n <= 1 and k != 'b'")).toEqual(below);
    expect(
      rows('select w.v as v from W as w, W as x where w.n = 1 and x.n = 1 and x.v = 2 and w.v != 2'),
    ).toEqual(equal);
    expect(rows("delete from W where n = 1 and k != 'b'")).toEqual(equal);
  });
});

test.each<[string, string, string]>([
  ['select * from A', 'E0490', 'A'],
  ['select * from pattern [A]', 'E0490', 'pattern [A]'],
  ['select * from W#length(2)', 'E0490', 'W#length(2)'],
  ['select * from W output every 2 events', 'E0490', 'output every 2 events'],
  ['create schema C(n int)', 'E0490', 'create schema C(n int)'],
  ['select k from W; select k from T', 'E0490', 'select k from T'],
  ['insert into W select k from T', 'E0490', 'T'],
  ["insert into W values ('a')", 'E0405', "'a'"],
  ["insert into T(k, total) values ('a', 1)", 'E0472', '1'],
  ['delete from X', 'E0231', 'X'],
  ['update W set x = 1', 'E0204', 'x'],
  ['update T set total = 1', 'E0472', 'total = 1'],
])('refused: %s', (text, code, place) => {
  const { plan } = compileRules([{ file: 'rules.epl', text: RULES }]);
  const { query, diagnostics } = compileQuery(text, plan as Plan);
  const [first] = diagnostics;
  const span = first?.labels[0]?.span ?? { start: 0, end: 0 };
  expect([query, diagnostics.length, first?.code, text.slice(span.start, span.end)]).toEqual([
    null,
    1,
    code,
    place,
  ]);
});

test('a hint with `bust` demands an index that finds the rows', () => {
  const { plan } = compileRules([
    { file: 'rules.epl', text: `${RULES} create index ByKey on W(k); create index ByBoth on W(k, n btree);` },
  ]);
  const codes = (text: string) => compileQuery(text, plan as Plan).diagnostics.map(({ code }) => code);
  expect(codes("@Hint('index(ByKey, bust)') select * from W where k = 'a'")).toEqual([]);
  expect(codes("@Hint('index(ByBoth, bust)') select * from W where n < 5 and k is null")).toEqual([]);
  expect(codes("@Hint('index(explicit, bust)') delete from W where k = 'a'")).toEqual([]);
  expect(codes("@Hint('index(ByBoth, bust)') select * from W where k = 'a'")).toEqual(['E0453']);
  expect(codes("@Hint('index(explicit, bust)') select * from W where n = 1")).toEqual(['E0453']);
  expect(codes("@Hint('index(ByBoth)') select * from W where k = 'a'")).toEqual([]);
  expect(codes("@Hint('index(ByBoth, bust)') select * from W as w, T as t where w.k = t.k")).toEqual([]);
  const rule = (where: string) =>
    compileRules(
      [
        {
          file: 'more.epl',
          text: `@Hint('index(ByKey, bust)') select (select max(n) from W where ${where}) as n from A as a;`,
        },
      ],
      { base: plan as Plan },
    ).diagnostics.map(({ code }) => code);
  expect(rule('W.k = a.k')).toEqual([]);
  expect(rule('W.n = a.n')).toEqual(['E0453']);
});

const IN_CONTEXT = `
  create schema A(k string, n int);
  create context C partition by k from A;
  context C create window W#keepall as A;
  context C insert into W select * from A;
  context C create table T(c count(*), note string);
  context C into table T select count(*) as c from A;
`;

describe.each<Backend>(['codegen', 'interpreter'])('queries in a context (%s)', (backend) => {
  test('run in each partition by itself; without the context windows are read together', () => {
    const one = prepared(backend, IN_CONTEXT);
    expect(ask(one, 'context C select count(*) as c, sum(n) as s from W')).toEqual([
      '{"c":2,"s":4}',
      '{"c":1,"s":2}',
    ]);
    expect(ask(one, 'select count(*) as c, sum(n) as s from W')).toEqual(['{"c":3,"s":6}']);
    expect(ask(one, 'context C select context.key1 as k, n from W order by n limit 1')).toEqual([
      '{"k":"a","n":1}',
      '{"k":"b","n":2}',
    ]);
    expect(ask(one, 'context C select distinct 1 as a from W')).toEqual(['{"a":1}']);
    expect(ask(one, 'context C select (select c from T) as c, T.c as d, n from W')).toEqual([
      '{"c":2,"d":2,"n":1}',
      '{"c":2,"d":2,"n":3}',
      '{"c":1,"d":1,"n":2}',
    ]);
  });

  test('change the rows of each partition', () => {
    const one = prepared(backend, IN_CONTEXT);
    expect(ask(one, 'context C update W set n = n + 1 where n < 3')).toEqual([
      '{"k":"a","n":2}',
      '{"k":"b","n":3}',
    ]);
    expect(ask(one, "context C delete from W where context.key1 = 'b'")).toEqual(['{"k":"b","n":3}']);
    expect(ask(one, 'delete from W where n = 3')).toEqual(['{"k":"a","n":3}']);
    expect(ask(one, "insert into W values ('z', 9)")).toEqual(['{"k":"z","n":9}', '{"k":"z","n":9}']);
    expect(ask(one, 'select n from W')).toEqual(['{"n":2}', '{"n":9}', '{"n":9}']);
    expect(ask(one, "context C update T set note = 'x'")).toEqual([]);
    expect(ask(one, 'context C select * from T')).toEqual(['{"c":2,"note":"x"}', '{"c":1,"note":"x"}']);
  });
});

test('a query adds no types to the plan', () => {
  const { plan } = compileRules([{ file: 'rules.epl', text: RULES }]);
  const types: readonly EventType[] = [...(plan as Plan).types];
  compileQuery('select x.k as a, y.n as b from W as x, T as y where x.k = y.k', plan as Plan);
  expect((plan as Plan).types).toEqual(types);
});
