import { describe, expect, test } from 'vitest';
import type { EventType } from '../../engine/event/types.ts';
import { typeName } from '../../engine/event/types.ts';
import { operandsOf } from '../../engine/plan/pattern-tree.ts';
import type { PatternNode, Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { compileRules } from '../index.ts';

const SCHEMAS =
  'create schema A(id string, n int, v double, ok boolean, list int[], m map, ts long) starttimestamp ts;\n' +
  'create schema B(id string, n int, w long, inner A);\n';

/** The plan of a text that has no mistake; the diagnostics make the failure readable. */
function planOf(text: string, options: Parameters<typeof compileRules>[1] = {}): Plan {
  const { plan, diagnostics } = compileRules([{ file: 'rules/a.epl', text }], options);
  expect(diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
  return plan as Plan;
}

function statementOf(text: string): StatementPlan {
  return planOf(SCHEMAS + text).statements[0] as StatementPlan;
}

/** Columns as `name type`. */
const columnsOf = (text: string) =>
  statementOf(text).query.columns.map(({ name, type }) => `${name} ${typeName(type)}`);

describe('schemas', () => {
  const typeOf = (text: string, name: string) =>
    planOf(text).types.find((one) => one.name === name) as EventType;
  const fieldsOf = ({ fields }: EventType) => fields.map(({ name, type }) => `${name} ${typeName(type)}`);

  test('have all the types of columns', () => {
    const text =
      'create schema N(x int);' +
      'create schema S(a string, b boolean, c int, d integer, e long, f float, g double, h byte, i short, j char,' +
      ' k date, l object, m map, o int[], p N, q N[], r string[][])';
    expect(fieldsOf(typeOf(text, 'S')).map((one) => one.split(' ')[1])).toEqual(
      'string boolean int int long float double byte short char date object map int[] N N[] string[][]'.split(
        ' ',
      ),
    );
  });

  test('inherit fields, supertypes and the time field; copyfrom takes fields only', () => {
    const text =
      'create schema C(z int) inherits P, Q; create schema P(a int, t long) starttimestamp t;' +
      'create schema Q(b int) inherits R; create schema R(c int); create schema D(y int) copyfrom P; create schema E as P';
    const child = typeOf(text, 'C');
    expect(fieldsOf(child)).toEqual(['a int', 't long', 'c int', 'b int', 'z int']);
    expect(child.supertypes).toEqual(['P', 'Q', 'R']);
    expect(child.startField).toBe(1);
    expect(fieldsOf(typeOf(text, 'D'))).toEqual(['a int', 't long', 'y int']);
    expect(typeOf(text, 'D').supertypes).toEqual([]);
    expect(fieldsOf(typeOf(text, 'E'))).toEqual(['a int', 't long']);
  });

  test('of several files count as one; equal ones may repeat, others show both places', () => {
    const schema = 'create schema S(a int);\n';
    const equal = compileRules([
      { file: 'a.epl', text: 'select * from S;' },
      { file: 'b.epl', text: schema },
      { file: 'c.epl', text: schema },
    ]);
    expect(equal.diagnostics).toEqual([]);
    expect(equal.plan?.types.map((one) => one.name)).toEqual(['S']);
    const other = compileRules([
      { file: 'b.epl', text: schema },
      { file: 'c.epl', text: '\ncreate schema S(a long);' },
    ]);
    expect(other.diagnostics[0]).toMatchObject({ code: 'E0206', file: 'c.epl' });
    expect(other.diagnostics[0]?.notes[0]).toContain('b.epl:1');
  });
});

describe('a rule set', () => {
  test('may read a stream before the statement that feeds it; statements keep their order', () => {
    const plan = planOf(
      `${SCHEMAS}@Name('use') select k from S(k > 1); @Name('feed') insert into S select n as k from A;`,
    );
    expect(plan.statements.map(({ name, index }) => [name, index])).toEqual([
      ['use', 0],
      ['feed', 1],
    ]);
    expect(plan.types[2]).toMatchObject({ name: 'S', origin: 'derived', fields: [{ name: 'k' }] });
  });

  test('names statements by annotation or place', () => {
    const plan = planOf(`${SCHEMAS}\n@name('x') select * from A;\nselect * from B;`);
    expect(plan.statements.map(({ name, line }) => [name, line])).toEqual([
      ['x', 4],
      ['a#4', 5],
    ]);
  });

  test('appends to a plan without changing its entries', () => {
    const base = planOf(`${SCHEMAS}@Name('one') select * from A`);
    const plan = planOf("create schema C(x int) inherits A; @Name('two') select * from C", { base });
    expect(plan.types.slice(0, 2)).toEqual(base.types);
    expect(plan.statements[0]).toEqual(base.statements[0]);
    expect(plan.statements[1]).toMatchObject({ index: 1, name: 'two' });
  });

  test('may use types given from outside', () => {
    const given: EventType = {
      name: 'G',
      fields: [{ name: 'x', type: { kind: 'int' } }],
      supertypes: [],
      startField: -1,
      endField: -1,
      origin: 'schema',
    };
    expect(planOf('select x from G', { eventTypes: [given] }).types).toEqual([given]);
  });

  test('compiles to data that survives JSON', () => {
    const plan = planOf(
      `${SCHEMAS}select * from pattern [every a=A -> b=B(n = a.n) where timer:within(1 min)]`,
    );
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});

describe('columns', () => {
  test.each([
    ['select * from B', ['id string', 'n int', 'w long', 'inner A']],
    ['select b.* from B as b', ['id string', 'n int', 'w long', 'inner A']],
    ['select b.* as x from B as b', ['x B']],
    ['select b from B as b', ['b B']],
    [
      'select inner.* from B',
      ['id string', 'n int', 'v double', 'ok boolean', 'list int[]', 'm map', 'ts long'],
    ],
    ['select * from pattern [a=A -> (b=B and not c=B)]', ['a A', 'b B', 'c B']],
    ['select a.id, b.inner.n as k from pattern [a=A -> b=B]', ['a.id string', 'k int']],
    ['select p.a.id from pattern [a=A] as p', ['p.a.id string']],
    [
      'select a.* from pattern [a=A(n = 1)] where a.ok',
      ['id string', 'n int', 'v double', 'ok boolean', 'list int[]', 'm map', 'ts long'],
    ],
    ['select e.n from A as e', ['e.n int']],
    ['select A.n from A', ['A.n int']],
    ['select 3 * n, n+1L, n / 2, v*2 as d from A', ['3*n int', 'n+1 long', 'n/2 double', 'd double']],
    ["select m('k'), m.k as y, list[0] from A", ["m('k') object", 'y object', 'list[0] int']],
    [
      'select n is not null, ok and n between 1 and 2, n in (1,2) from A',
      ['n is not null boolean', 'ok and n between 1 and 2 boolean', 'n in (1,2) boolean'],
    ],
    [
      "select case when ok then 'a' else id end, coalesce(id, 'x'), cast(n, long) from A",
      ['case when ok then "a" else id end string', 'coalesce(id,"x") string', 'cast(n,long) long'],
    ],
    [
      'select (n + 1) * 2, n - (1 - 2), -n, not ok from A',
      ['(n+1)*2 int', 'n-(1-2) int', '-n int', 'not ok boolean'],
    ],
    [
      'select current_timestamp, current_timestamp() as t, Math.abs(n), max(n, v) as x from A',
      ['current_timestamp long', 't long', 'Math.abs(n) int', 'x double'],
    ],
    [
      'select id.length(), id || id as two, 3000000000 as big, null as nothing, {} as none from A',
      ['id.length() int', 'two string', 'big long', 'nothing null', 'none object[]'],
    ],
    ['select -2147483648 as least, 2147483648 as more from A', ['least int', 'more long']],
  ])('%s', (text, columns) => {
    expect(columnsOf(text)).toEqual(columns);
  });
});

describe('insert into', () => {
  const insertOf = (text: string) => {
    const plan = planOf(SCHEMAS + text);
    const { insertInto, columns } = (plan.statements.at(-1) as StatementPlan).query;
    return {
      into: plan.types[insertInto?.type ?? -1]?.name,
      columns: columns.map(({ name, expr }) => `${name} ${expr.op}`),
    };
  };

  test.each([
    ['insert into S select id, n as k from A', 'S', ['id field', 'k field']],
    ['insert into S(x, y) select id, n from A', 'S', ['x field', 'y field']],
    // A schema's row has all its fields, in its order.
    ['insert into B select n as w, id from A', 'B', ['id field', 'n literal', 'w field', 'inner literal']],
    [
      'insert into B select a as inner from A as a',
      'B',
      ['id literal', 'n literal', 'w literal', 'inner slot'],
    ],
    // A wildcard fills what the target has, and an expression wins over it.
    ['insert into B select *, 5 as n from A', 'B', ['id field', 'n literal', 'w literal', 'inner literal']],
    ['insert into S select id, n from A; insert into S select id from A', 'S', ['id field', 'n literal']],
  ])('%s', (text, into, columns) => {
    expect(insertOf(text)).toEqual({ into, columns });
  });
});

describe('patterns', () => {
  /** A pattern as `op#id(children)`, filters as `type/slot`. */
  const shape = (node: PatternNode): string => {
    const name = `${node.op}#${node.id}`;
    if (node.op === 'filter') return `${name}:${node.type}/${node.slot}`;
    const operands = operandsOf(node).map(shape);
    return operands.length === 0 ? name : `${name}(${operands.join(' ')})`;
  };
  const inputOf = (text: string) => {
    const [input] = statementOf(`select * from pattern [${text}]`).query.inputs;
    if (input?.kind !== 'pattern') throw new Error('not a pattern');
    return input;
  };

  test.each([
    ['A', 'filter#0:0/-1'],
    ['every a=A', 'every#0(filter#1:0/0)'],
    ['a=A -> b=B -> A', 'followedBy#0(filter#1:0/0 filter#2:1/1 filter#3:0/-1)'],
    ['a=A -> (b=B -> c=A)', 'followedBy#0(filter#1:0/0 followedBy#2(filter#3:1/1 filter#4:0/2))'],
    ['every a=A and not B or b=B', 'or#0(and#1(every#2(filter#3:0/0) not#4(filter#5:1/-1)) filter#6:1/1)'],
    ['every a=A where timer:within(2 sec)', 'every#0(within#1(filter#2:0/0))'],
    ['timer:interval(3) and not A', 'and#0(interval#1 not#2(filter#3:0/-1))'],
    [
      '(a=A -> b=B) or (b=B -> a=A)',
      'or#0(followedBy#1(filter#2:0/0 filter#3:1/1) followedBy#4(filter#5:1/1 filter#6:0/0))',
    ],
  ])('%s', (text, expected) => {
    expect(shape(inputOf(text).root)).toBe(expected);
  });

  test('a filter sees its own event as the current one and earlier tags by slot', () => {
    const { root } = inputOf('a=A -> b=B(n = a.n, b.w > 1, id is not null)');
    const step = root.op === 'followedBy' ? root.children[1] : null;
    const field = (slot: number, at: number) => expect.objectContaining({ op: 'field', slot, field: at });
    expect(step?.op === 'filter' ? step.filter : null).toMatchObject({
      op: 'and',
      operands: [
        { op: 'equal', left: field(-1, 1), right: field(0, 1) },
        { op: 'compare', left: field(-1, 2) },
        { op: 'equal', nullSafe: true, negated: true, left: field(-1, 0) },
      ],
    });
  });

  test('a tag of `not` is visible later; fields of a tag need no qualifier where they are unique', () => {
    expect(shape(inputOf('(a=A and not b=B) -> A(id = b.id)').root)).toContain('followedBy#0');
    expect(inputOf('a=A -> b=B(v > 1) -> timer:interval(w)').slots.map(({ tag }) => tag)).toEqual(['a', 'b']);
  });

  test('timers take periods, numbers and tags', () => {
    expect(inputOf('a=A -> timer:interval(1 min 5 sec)').root).toMatchObject({
      children: [{}, { duration: { op: 'period', parts: [{ unit: 'minute' }, { unit: 'second' }] } }],
    });
    expect(inputOf('a=A -> B where timer:within(a.n)').root).toMatchObject({
      children: [{}, { duration: { op: 'field', slot: 0, field: 1 } }],
    });
  });
});

test('annotations become the alert of the statement', () => {
  const statement = statementOf(
    "@Name('x') @Description('why') @Tag(name='team', value='fraud') @Audit @public " +
      "@Alert(severity='high', key='id, n', summary='{n} times {id}!', to='desk,night') select id, n from A",
  );
  expect(statement).toMatchObject({
    name: 'x',
    description: 'why',
    tags: [{ name: 'team', value: 'fraud' }],
    alert: {
      severity: 'high',
      keyColumns: [0, 1],
      summary: [{ column: 1 }, ' times ', { column: 0 }, '!'],
      to: ['desk', 'night'],
    },
  });
});

describe('a fingerprint', () => {
  const print = (text: string) => statementOf(text).fingerprint;

  test('changes with the types a statement uses', () => {
    const of = (schemas: string) => planOf(`${schemas} select * from A`).statements[0]?.fingerprint;
    expect(of('create schema A(x int);')).toBe(of('create schema Z(q int); create schema A(x int);'));
    expect(of('create schema A(x int);')).not.toBe(of('create schema A(x long);'));
  });

  test('does not change with spaces, comments and place', () => {
    expect(print('select id from A')).toBe(
      print('create schema Q(x int);\n select /* all */ id\nfrom A; select * from B'),
    );
    expect(print('select id from A')).not.toBe(print('select n from A'));
  });
});

test('long chains of an operator compile, deep nests are refused', () => {
  const long = Array(2000).fill('n = 1').join(' or ');
  expect(statementOf(`select * from A(${long})`).query.inputs[0]).toMatchObject({ filter: { op: 'or' } });
  const deep = (times: number) => [
    `select ${'n+n-'.repeat(times)}n as x from A`,
    `select ${'case when ok then '.repeat(times)}1${' end'.repeat(times)} as x from A`,
    `select * from A(${'n+n-'.repeat(times)}n > 1) where ok`,
  ];
  const codesOf = (text: string) => {
    const { plan, diagnostics } = compileRules([{ file: 'a.epl', text: SCHEMAS + text }]);
    expect(plan).toBeNull();
    return diagnostics.map((one) => one.code);
  };
  for (const text of deep(250)) expect(codesOf(text)).toEqual(['E0409']);
  for (const text of deep(2000)) expect(codesOf(text)).toEqual(['E0104']);
});
