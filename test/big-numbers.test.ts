import { describe, expect, test } from 'vitest';
import { makeDecoder } from '../adapters/codecs/decoder.ts';
import { Admission, isRejection } from '../engine/event/admission.ts';
import { getField } from '../engine/event/record.ts';
import { valueToJson } from '../engine/event/to-json.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { compileRules } from '../rules/index.ts';
import type { DivisionRules } from '../rules/language/lower-division.ts';
import { runEpl } from './support/evaluate-epl.ts';
import { type StatementCase, testStatementCases } from './support/statement-case.ts';

const SCHEMA = `create schema A(n BigInteger, m java.math.BigInteger, d BigDecimal, e bigdecimal, i int, x double,
  ns BigInteger[], ds BigDecimal[]);\n`;

/** A statement that selects expressions as `a`, `b`, …, for one event; results are those of Esper 9. */
function select(
  name: string,
  exprs: readonly string[],
  fields: object,
  values: readonly unknown[],
): StatementCase {
  const names = exprs.map((_, i) => String.fromCharCode(97 + i));
  const row = Object.fromEntries(names.map((one, i) => [one, values[i]]));
  return {
    name,
    rules: `${SCHEMA}@Name('out') select ${exprs.map((one, i) => `${one} as ${names[i]}`).join(', ')} from A`,
    events: [[0, 'A', fields as Record<string, unknown>]],
    expected: [`0 out ${JSON.stringify(row)}`],
  };
}

const EVENT = { n: '17', m: 5, d: '1.50', e: '0.250', i: 3, x: 1.5, ns: ['1', '17', null], ds: ['1.5', '2'] };

testStatementCases('numbers of any length', [
  select(
    'are added and multiplied exactly, the wider type decides',
    ['n + i', 'i * n', 'n - m', 'n + x', 'n + d', 'd + i', 'd * e', '-d', '-n', 'x + d'],
    EVENT,
    ['20', '51', '12', '18.5', '18.50', '4.50', '0.37500', '-1.50', '-17', '3.00'],
  ),
  select(
    'divide as doubles when they are whole, exactly when they are decimals',
    ['n / m', 'd / e', 'd / i', 'n % m', 'd % e'],
    EVENT,
    [3.4, '6', '0.50', '2', '0.000'],
  ),
  select(
    'are equal with their scale and ordered by value',
    [
      'd = 1.5',
      'd = e',
      'd >= x',
      'd <= x',
      'n = 17',
      'n = 17.0',
      'd is not 1.5',
      'n in (1, 17)',
      'd in (1.5, x)',
    ],
    EVENT,
    [false, false, true, true, true, true, true, true, false],
  ),
  select(
    'stand in lists, ranges and quantified comparisons',
    [
      'n in (ns)',
      'd in (ds)',
      'i in (ns)',
      'n between 1 and 20',
      'd between 1.5 and 2',
      'd > all (1, 0.2)',
      'n = any (ns)',
    ],
    EVENT,
    [true, false, null, true, false, true, true],
  ),
  select(
    'meet in case, coalesce, arrays, min and max',
    ['case when i = 3 then n else d end', 'coalesce(m, x)', '{n, i}', 'max(n, d, i)', 'min(d, x)'],
    EVENT,
    ['17', '5', ['17', '3'], '17', '1.5'],
  ),
  select(
    'are cast as Java casts them',
    [
      'cast(n, int)',
      'cast(d, long)',
      'cast(d, string)',
      'cast(x, BigDecimal)',
      'cast(2.5, BigInteger)',
      "cast('1.60', BigDecimal)",
    ],
    EVENT,
    [17, 1, '1.50', '1.5', '2', '1.60'],
  ),
  select(
    'have methods',
    [
      'n.pow(2)',
      'd.add(e)',
      'd.setScale(3)',
      'd.setScale(1)',
      'd.scale()',
      'n.mod(m)',
      'd.doubleValue()',
      'd.compareTo(e)',
      'n.max(m)',
    ],
    EVENT,
    ['289', '1.750', '1.500', '1.5', 2, '2', 1.5, 1, '17'],
  ),
  select(
    'come from static functions',
    [
      'BigDecimal.valueOf(x)',
      'BigDecimal.valueOf(i)',
      'BigInteger.valueOf(i)',
      'BigInteger.TEN',
      'java.math.BigDecimal.ONE',
    ],
    EVENT,
    ['1.5', '3', '3', '10', '1'],
  ),
  select(
    'are summed and averaged in arrays',
    [
      'ds.sumOf()',
      'ds.average()',
      'ns.sumOf()',
      'ns.average()',
      'ds.max()',
      'ds.where(v => v is not null and v > 1.6)',
      'ds.sumOf(v => v * 2)',
    ],
    { ...EVENT, ds: ['1', '2.50', null] },
    ['3.50', '1.75', '18', '9', '2.50', ['2.50'], '7.00'],
  ),
  select(
    'are null with a null operand',
    [
      'n + i',
      'd = 1',
      'n < 5',
      'd is null',
      'max(n, i)',
      'cast(d, int)',
      'd.scale()',
      'n in (1)',
      'd between 1 and 2',
    ],
    { i: 3 },
    [null, null, null, true, null, null, null, null, false],
  ),
  {
    name: 'aggregate exactly, and forget all but the scale',
    rules: `${SCHEMA}@Name('out') select sum(n) as a, sum(d) as b, avg(n) as c, avg(d) as f, min(d) as g, max(n) as h,
      median(d) as k, stddev(n) as l, count(distinct d) as o from A#length(2)`,
    events: [
      [0, 'A', { n: '5', d: '5.0' }],
      [1, 'A', { n: '50', d: '1.55' }],
      [2, 'A', { n: '7', d: '-1.5' }],
      [3, 'A', {}],
      [4, 'A', { n: '7', d: '2E+3' }],
      [5, 'A', { n: '7', d: '2000' }],
    ],
    expected: [
      '0 out {"a":"5","b":"5.0","c":"5","f":"5.0","g":"5.0","h":"5","k":5,"l":null,"o":1}',
      '1 out {"a":"55","b":"6.55","c":"27.5","f":"3.275","g":"1.55","h":"50","k":3.275,"l":31.81980515339464,"o":2}',
      '2 out {"a":"57","b":"0.05","c":"28.5","f":"0.025","g":"-1.5","h":"50","k":0.025000000000000022,"l":30.405591591021544,"o":2}',
      '3 out {"a":"7","b":"-1.50","c":"7","f":"-1.50","g":"-1.5","h":"7","k":-1.5,"l":null,"o":1}',
      '4 out {"a":"7","b":"2000.00","c":"7","f":"2000.00","g":"2E+3","h":"7","k":2000,"l":null,"o":1}',
      '5 out {"a":"14","b":"4000.00","c":"7","f":"2000.00","g":"2E+3","h":"7","k":2000,"l":0,"o":2}',
    ],
  },
  {
    name: 'are keys with their scale, and sorted by value',
    rules: `${SCHEMA}@Name('out-groups') select d, count(*) as c from A group by d;
      @Name('out-order') select d from A#length_batch(3) order by d desc;
      @Name('out-unique') select count(*) as c from A#unique(n)`,
    events: [
      [0, 'A', { n: '1', d: '5' }],
      [1, 'A', { n: '1', d: '10' }],
      [2, 'A', { n: '2', d: '5.0' }],
    ],
    expected: [
      '0 out-groups {"d":"5","c":1}',
      '0 out-unique {"c":1}',
      '1 out-groups {"d":"10","c":1}',
      '1 out-unique {"c":1}',
      '2 out-groups {"d":"5.0","c":1}',
      '2 out-unique {"c":2}',
      '2 out-order {"d":"10"}',
      '2 out-order {"d":"5"}',
      '2 out-order {"d":"5.0"}',
    ],
  },
  {
    name: 'are keys of maps by their text, and of unique indexes',
    rules: `${SCHEMA}create window W#keepall as (n BigInteger, d BigDecimal); create unique index I on W(n, d);
      insert into W select n, d from A;
      @Name('out-map') select ds.groupBy(v => v) as a, ns.toMap(v => v, v => 1) as b from A;
      @Name('out-window') select n, d from W`,
    events: [
      [0, 'A', { n: '1', d: '1.5', ds: ['1', '1.0', '1'], ns: ['7'] }],
      [1, 'A', { n: '1', d: '1.5' }],
      [2, 'A', { n: '1', d: '1.50' }],
    ],
    expected: [
      '0 out-map {"a":{"1":["1","1"],"1.0":["1.0"]},"b":{"7":1}}',
      '0 out-window {"n":"1","d":"1.5"}',
      '1 out-map {"a":null,"b":null}',
      '2 out-map {"a":null,"b":null}',
      '2 out-window {"n":"1","d":"1.50"}',
    ],
  },
  {
    name: 'are compared with the rows of subqueries, joined, and keys of tables',
    rules: `${SCHEMA}create schema B(n BigInteger, d BigDecimal, i int);
      create table T(k BigDecimal primary key, s sum(BigDecimal));
      into table T select sum(d) as s from A group by d;
      @Name('out-subquery') select n in (select i from B#keepall) as a, i in (select n from B#keepall) as b,
        d > all (select i from B#keepall) as c, (select d from B#keepall as b where b.n = a.i) + 1 as f,
        exists (select * from B#keepall as b where b.d < a.d) as g from A as a;
      @Name('out-join') select a.i as i, b.d as d from A#keepall as a, B#keepall as b where a.i = b.n and a.d >= b.d;
      @Name('out-table') select T[d].s as s from B`,
    events: [
      [0, 'B', { n: '1', d: '1.50', i: 1 }],
      [1, 'A', { n: '1', d: '1.5', i: 1 }],
      [2, 'A', { n: '2', d: '1.2', i: 2 }],
      [3, 'B', { n: '3', d: '1.5', i: 0 }],
    ],
    expected: [
      '0 out-table {"s":null}',
      '1 out-subquery {"a":true,"b":true,"c":true,"f":"2.50","g":false}',
      '1 out-join {"i":1,"d":"1.50"}',
      '2 out-subquery {"a":false,"b":false,"c":true,"f":null,"g":false}',
      '3 out-table {"s":"1.5"}',
    ],
  },
  {
    name: 'are found by patterns and filters, held in variables and set',
    rules: `${SCHEMA}create variable BigDecimal limit = 10; on A(i = 0) set limit = d;
      @Name('out-pattern') select b.n as n from pattern [every a=A(i = 1) -> b=A(n = a.n, d > limit)];
      @Name('out-filter') select d from A(d in [5.0:6], n in (1, 2))`,
    events: [
      [0, 'A', { n: '1', d: '5', i: 1 }],
      [1, 'A', { n: '1', d: '9', i: 2 }],
      [2, 'A', { n: '9', d: '8.5', i: 0 }],
      [3, 'A', { n: '1', d: '9', i: 2 }],
    ],
    expected: ['0 out-filter {"d":"5"}', '3 out-pattern {"n":"1"}'],
  },
]);

describe('rules for division', () => {
  const rows = (text: string, division: DivisionRules, fields: Record<string, unknown>) => {
    const [fast, slow] = (['codegen', 'interpreter'] as const).map((backend) => {
      const events = [{ type: 'A', fields }];
      return runEpl(`${SCHEMA}select ${text} from A`, events, { backend, division }).map(
        ([, columns]) => columns,
      );
    });
    expect(slow).toEqual(fast);
    return fast;
  };

  test('a math context rounds quotients and averages', () => {
    const context = { precision: 2, rounding: 'HALF_UP' } as const;
    const text = 'd / 3 as a, avg(d) as b, ds.average() as c, d + e as f';
    const fields = { d: '1.5678', e: '0.7', ds: ['1', '2', '3.5555'] };
    expect(rows(text, { context }, fields)).toEqual([{ a: '0.52', b: '1.6', c: '2.2', f: '2.2678' }]);
  });

  test('a quotient without end makes no row, an average without end is 0', () => {
    expect(rows('d / 3 as a', {}, { d: '1' })).toEqual([]);
    expect(rows('ds.average() as a', {}, { ds: ['1', '1', '0'] })).toEqual([{ a: '0' }]);
  });

  test('whole numbers divide whole when told to, and zero gives null', () => {
    const text = 'n / m as a, n / i as b, i / n as c';
    expect(rows(text, { isWhole: true }, { n: '17', m: '-5', i: 0 })).toEqual([{ a: '-3', b: null, c: '0' }]);
    const zero = { isWhole: true, zeroGivesNull: true };
    expect(rows('d / e as a', zero, { d: '1', e: '0.00' })).toEqual([{ a: null }]);
    expect(rows('d / e as a', {}, { d: '1', e: '0.00' })).toEqual([]);
  });
});

describe('input', () => {
  const plan = compileRules([
    { file: 'a.epl', text: `${SCHEMA}create schema B(d BigDecimal, ts long) starttimestamp ts` },
  ]).plan as Plan;
  const withTime = compileRules([
    {
      file: 'a.epl',
      text: 'create schema A(n BigInteger, d BigDecimal, ds BigDecimal[], o object, x double, ts long) starttimestamp ts',
    },
  ]).plan as Plan;

  test.each([
    ['{"n":12345678901234567890123,"d":1.50,"ts":1}', '12345678901234567890123', '1.50'],
    ['{"n":"12345678901234567890123","d":"1.50","ts":1}', '12345678901234567890123', '1.50'],
    ['{"n":7,"d":1e3,"ts":1}', '7', '1E+3'],
    ['{"n":null,"ts":1}', null, null],
  ])('keeps every digit of %s', (line, n, d) => {
    const admission = new Admission(withTime);
    const split = { index: 0, format: 'jsonl' as const, type: 'A' };
    const event = makeDecoder(split, admission, withTime, 'type')(line, 1);
    if (event === null || isRejection(event)) throw new Error(JSON.stringify(event));
    const shown = [0, 1].map((at) =>
      valueToJson(getField(event, at), withTime.types[0]?.fields[at]?.type as never, withTime),
    );
    expect(shown).toEqual([n, d]);
  });

  test('keeps digits in arrays, and other fields are plain numbers', () => {
    const admission = new Admission(withTime);
    const split = { index: 0, format: 'jsonl' as const, type: 'A' };
    const line = '{"ds":[1.0,"2.00",3],"o":{"a":1.0},"x":2.0,"ts":1.0}';
    const event = makeDecoder(split, admission, withTime, 'type')(line, 1);
    if (event === null || isRejection(event)) throw new Error(JSON.stringify(event));
    const values = [2, 3, 4].map((at) => getField(event, at));
    expect(String(values[0])).toBe('1.0,2.00,3');
    expect({ ...(values[1] as object) }).toEqual({ a: 1 });
    expect(values[2]).toBe(2);
    expect(event.time).toBe(1);
  });

  test.each([
    ['n', 1.5],
    ['n', '1e3'],
    ['n', 2 ** 60],
    ['n', 'x'],
    ['d', 'x'],
    ['d', true],
    ['d', '9'.repeat(10_001)],
  ])('refuses %s = %j', (field, value) => {
    const admission = new Admission(plan);
    expect(isRejection(admission.admit(0, { [field]: value }, 0, 0, 0))).toBe(true);
  });

  test('CSV cells keep every digit', () => {
    const admission = new Admission(withTime);
    const decode = makeDecoder({ index: 0, format: 'csv', type: 'A' }, admission, withTime, 'type');
    decode('n,d,ts', 0);
    const event = decode('12345678901234567890123, 1.50,1', 1);
    if (event === null || isRejection(event)) throw new Error(JSON.stringify(event));
    expect([getField(event, 0), String(getField(event, 1))]).toEqual([12345678901234567890123n, '1.50']);
  });
});
