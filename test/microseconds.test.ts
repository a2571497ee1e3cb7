import { describe, expect, test } from 'vitest';
import { EMPTY_PLAN } from '../engine/plan/empty-plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { runEpl } from './support/evaluate-epl.ts';
import { testStatementCases } from './support/statement-case.ts';

/** 2002-05-30T09:00:00.600999Z */
const TIME = 1_022_749_200_600_999;
const SCHEMA = 'create schema E(id string, l long, d date) starttimestamp l;';
const EVENT = { type: 'E', t: TIME, fields: { id: 'A', l: TIME, d: '2002-05-30T09:00:00.600999Z' } };

function evaluate(expression: string, backend: 'codegen' | 'interpreter' = 'codegen') {
  const text = `${SCHEMA} select ${expression} as c from E as e`;
  return runEpl(text, [EVENT], { backend, timeUnit: 'microseconds' })[0]?.[1].c;
}

describe('times that count microseconds', () => {
  // What the calendar changes are the milliseconds; the 999 microseconds beyond stay.
  test.each([
    ['current_timestamp', TIME],
    ['l.withTime(1, 2, 3, 4)', 1_022_720_523_004_999],
    ["l.set('msec', 5)", 1_022_749_200_005_999],
    ["l.get('msec')", 600],
    ['l.getMillisOfSecond()', 600],
    ['l.getHourOfDay()', 9],
    ['l.plus(100)', 1_022_749_200_700_999],
    ['l.plus(1 sec 7 microseconds)', 1_022_749_201_600_999],
    ['l.minus(1 month 3 microseconds)', 1_020_157_200_600_999],
    ['l.plus(1 day)', 1_022_835_600_600_999],
    ["l.roundFloor('sec')", 1_022_749_200_000_999],
    ["l.roundHalf('sec')", 1_022_749_201_000_999],
    ["l.withMax('sec')", 1_022_749_259_600_999],
    ['l.withDate(2003, 1, 2)', 1_044_176_400_600_999],
    ['(0 - 1500L).plus(100)', 98_500],
    ["(0 - 1500L).get('msec')", 999],
    ['(0 - 1L).withTime(1, 2, 3, 4)', 3_723_003_999],
    ['l.toMillisec()', TIME],
    ['d.toMillisec()', 1_022_749_200_600],
    ['l.toDate()', '2002-05-30T09:00:00.600000Z'],
    ['l.toCalendar()', '2002-05-30T09:00:00.600000Z'],
    ['d', '2002-05-30T09:00:00.600999Z'],
    ['d.plus(100)', '2002-05-30T09:00:00.700999Z'],
    ["l.format('yyyy-MM-dd HH:mm:ss.SSS')", '2002-05-30 09:00:00.600'],
    ['d = l', true],
    ['l.between(l, d)', true],
    // A threshold is a period or a number of microseconds.
    ['l.before(l + 10, 10 microseconds)', true],
    ['l.before(l + 10, 11 microseconds)', false],
    ['l.before(l + 10, 9, 10)', true],
    ['l.before(l + 10, 1 msec)', false],
    ['d.before(d.plus(1 sec), 1 sec)', true],
    // As in Esper a format gives a long in milliseconds.
    ["cast('2002-05-30T09:00:00.123', long, dateformat: \"yyyy-MM-dd'T'HH:mm:ss.SSS\")", 1_022_749_200_123],
    ["cast('2002-05-30T09:00:00.123456Z', long, dateformat: 'iso')", 1_022_749_200_123],
    ["cast('2002-05-30T09:00:00.123456Z', date)", '2002-05-30T09:00:00.123456Z'],
    [
      "cast('2002-05-30T09:00:00.123', date, dateformat: \"yyyy-MM-dd'T'HH:mm:ss.SSS\")",
      '2002-05-30T09:00:00.123000Z',
    ],
    ['cast(d, string)', '2002-05-30T09:00:00.600999Z'],
  ])('%s', (expression, value) => {
    expect(evaluate(expression)).toBe(value);
    expect(evaluate(expression, 'interpreter')).toBe(value);
  });
});

const AT = (time: number, id = 'A') => [time, 'E', { id, l: time, d: null }] as const;
const timeUnit = 'microseconds';

testStatementCases('a clock of microseconds', [
  {
    name: 'windows keep microseconds, months those beyond the milliseconds',
    timeUnit,
    rules: `${SCHEMA}
      @Name('out-us') select irstream id from E#time(10 microseconds);
      @Name('out-number') select irstream id from E#time(0.0000015);
      @Name('out-month') select irstream id from E#time(3 months 100 microseconds);`,
    events: [AT(1_020_240_001_999_033)],
    until: 1_028_188_801_999_133,
    expected: [
      '1020240001999033 out-us {"id":"A"}',
      '1020240001999033 out-number {"id":"A"}',
      '1020240001999033 out-month {"id":"A"}',
      '1020240001999035 out-number - {"id":"A"}',
      '1020240001999043 out-us - {"id":"A"}',
      '1028188801999133 out-month - {"id":"A"}',
    ],
  },
  {
    name: 'timers of patterns, on both matchers',
    timeUnit,
    rules: `${SCHEMA}
      @Name('out-interval') select e.id as id from pattern [every e=E -> timer:interval(1.5 microseconds)];
      @Name('out-tree') select e.id as id from pattern [every e=E -> (timer:interval(3 microseconds) and not E(id = 'C'))];
      @Name('out-within') select a.id as a, b.id as b from pattern [every a=E -> b=E where timer:within(5 microseconds)];`,
    events: [AT(1_000), AT(1_004, 'B'), AT(1_009, 'C')],
    until: 1_020,
    expected: [
      '1002 out-interval {"id":"A"}',
      '1003 out-tree {"id":"A"}',
      '1004 out-within {"a":"A","b":"B"}',
      '1006 out-interval {"id":"B"}',
      '1007 out-tree {"id":"B"}',
      '1011 out-interval {"id":"C"}',
      '1012 out-tree {"id":"C"}',
    ],
  },
  {
    name: 'crontabs go on from a microsecond later, and keep what they do not name',
    timeUnit,
    rules: `${SCHEMA}
      @Name('out-all') select 1 as n from pattern [E(id = 'A') -> [2] timer:at(10, 9, *, *, *, 2, *, 373, 243)];
      @Name('out-ms') select 2 as n from pattern [E(id = 'A') -> timer:at(10, 9, *, *, *, 2, *, 373)];
      @Name('out-sec') select 3 as n from pattern [E(id = 'A') -> timer:at(10, 9, *, *, *, 2)];
      @Name('out-us') select 4 as n from pattern [E(id = 'A') -> timer:at(10, *, *, *, *, 2, *, [5, 500], [243, 100])];`,
    events: [AT(1_377_249_002_373_243)],
    until: 1_377_249_002_373_243 + 2 * 86_400_000_000,
    expected: [
      '1377249002500100 out-us {"n":4}',
      '1377335402373243 out-ms {"n":2}',
      '1377335402373243 out-sec {"n":3}',
      '1377421802373243 out-all {"n":1}',
    ],
  },
  {
    name: 'schedules, whose calendar knows milliseconds',
    timeUnit,
    rules: `${SCHEMA}
      @Name('out-iso') select 1 as n from pattern [E -> timer:schedule(iso: 'R2/2002-05-30T09:00:01.123456Z/PT10S')];
      @Name('out-date') select 2 as n from pattern [E -> timer:schedule(date: current_timestamp.withTime(9, 1, 0, 0))];
      @Name('out-month') select 3 as n from pattern [every E ->
        timer:schedule(date: '2002-05-30T09:00:00Z', period: 1 month 7 microseconds, repetitions: 3)];`,
    events: [AT(1_022_749_200_000_345)],
    until: 1_025_427_600_000_000,
    expected: [
      '1022749201123000 out-iso {"n":1}',
      '1022749260000345 out-date {"n":2}',
      '1025427600000000 out-month {"n":3}',
    ],
  },
  {
    name: 'rates are per second, output and aligned windows by the clock',
    timeUnit,
    rules: `${SCHEMA}
      @Name('out-rate') select rate(l) as r from E#length(1);
      @Name('out-every') select id from E output last every 5 microseconds;
      @Name('out-tumble') select count(*) as n from E#tumble(10 microseconds);`,
    events: [AT(1_000_003), AT(1_000_004, 'B'), AT(1_500_004, 'C')],
    until: 1_500_010,
    expected: [
      '1000003 out-rate {"r":null}',
      '1000004 out-rate {"r":1000000}',
      '1000008 out-every {"id":"B"}',
      '1000010 out-tumble {"n":2}',
      '1000020 out-tumble {"n":0}',
      '1500004 out-rate {"r":2}',
      '1500008 out-every {"id":"C"}',
      '1500010 out-tumble {"n":1}',
    ],
  },
]);

test('the compiler tells where microseconds have no effect', () => {
  const codes = (statement: string, unit: 'milliseconds' | 'microseconds') =>
    compileRules([{ file: 'case.epl', text: SCHEMA + statement }], { timeUnit: unit }).diagnostics.map(
      ({ code }) => code,
    );
  const everywhere = [
    'select l.plus(1 sec 5 microseconds) as t from E',
    'select * from pattern [timer:schedule(period: 1 sec 5 microseconds)]',
  ];
  const finely = [
    'select * from E#time(10 microseconds)',
    'select * from pattern [timer:at(*, *, *, *, *, 0, *, 5, 7)]',
  ];
  for (const statement of everywhere) {
    expect(codes(statement, 'microseconds')).toEqual(['W0617']);
    expect(codes(statement, 'milliseconds')).toEqual(['W0617']);
  }
  for (const statement of finely) {
    expect(codes(statement, 'microseconds')).toEqual([]);
    expect(codes(statement, 'milliseconds')).toEqual(['W0617']);
  }
  expect(codes('select * from E#time(3000 microseconds)', 'milliseconds')).toEqual([]);
  expect(codes('select * from pattern [timer:at(*, *, *, *, *, 0, *, 5, *)]', 'milliseconds')).toEqual([]);
});

describe('plans and snapshots of another time unit', () => {
  const text = `${SCHEMA} select * from E`;
  const sources = [{ file: 'case.epl', text }];
  const shard = (unit: 'milliseconds' | 'microseconds') =>
    new Shard({ plan: { ...EMPTY_PLAN, timeUnit: unit }, startTime: 0, onRow() {} });

  test('are refused with both units named', () => {
    const { plan } = compileRules(sources, { timeUnit });
    if (plan === null) throw new Error('the rules compile');
    expect(() => shard('milliseconds').deploy(plan)).toThrow(/microseconds.*milliseconds/);
    expect(() => shard('milliseconds').restore(shard('microseconds').snapshot())).toThrow(/same time unit/);
    expect(() => compileRules(sources, { base: plan, timeUnit: 'milliseconds' })).toThrow(/same time unit/);
    expect(compileRules([], { base: plan }).plan?.timeUnit).toBe('microseconds');
  });
});
