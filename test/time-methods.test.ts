import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runEpl } from './support/evaluate-epl.ts';

const SCHEMA = `
  create schema E(i int, l long, d date, a I, b I, x long, y long);
  create schema I(s long, e long) starttimestamp s endtimestamp e;
`;

/** 2002-05-30T09:01:02.003Z, a Thursday. */
const TIME = Date.UTC(2002, 4, 30, 9, 1, 2, 3);
const BACKENDS = ['codegen', 'interpreter'] as const;

interface Setting {
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly zone?: string;
}

function evaluate(expression: string, backend: (typeof BACKENDS)[number], { fields, zone }: Setting = {}) {
  const event = { type: 'E', fields: { i: null, l: TIME, d: new Date(TIME).toISOString(), ...fields } };
  const text = `${SCHEMA} select ${expression} as c from E as ev`;
  const options = zone === undefined ? { backend } : { backend, zone };
  return runEpl(text, [event], options)[0]?.[1].c;
}

const at = (text: string) => Date.parse(`${text}Z`);

const UTC: readonly (readonly [expression: string, value: unknown])[] = [
  ['l.getMillisOfSecond()', 3],
  ['l.getSecondOfMinute()', 2],
  ['l.getMinuteOfHour()', 1],
  ['l.getHourOfDay()', 9],
  ['l.getDayOfWeek()', 5],
  ['l.getDayOfMonth()', 30],
  ['l.getDayOfYear()', 150],
  ['l.getWeekyear()', 22],
  ['l.getMonthOfYear()', 4],
  ['l.getYear()', 2002],
  ['l.getEra()', 1],
  ["l.get('month')", 4],
  ["d.get('hour')", 9],
  ['l.plus(2 days)', at('2002-06-01T09:01:02.003')],
  ['l.plus(1 month)', at('2002-06-30T09:01:02.003')],
  ['l.minus(3 months)', at('2002-02-28T09:01:02.003')],
  ['l.minus(1 day 2 hours)', at('2002-05-29T07:01:02.003')],
  ['l.plus(1000)', TIME + 1000],
  ['l.plus(1.9 sec)', TIME + 1000],
  ['l.plus(1 week 1 day 1 min)', at('2002-06-07T09:02:02.003')],
  ['l.plus(cast(i, long) days 1 hour)', TIME + 3_600_000],
  ['l.plus(cast(i, long))', TIME],
  ["l.set('day', 1)", at('2002-05-01T09:01:02.003')],
  ["l.set('minute', 75)", at('2002-05-30T10:15:02.003')],
  ["l.set('month', 1)", at('2002-03-02T09:01:02.003')],
  ["l.set('week', 1)", at('2002-01-03T09:01:02.003')],
  ["l.set('year', i)", TIME],
  ['l.withDate(2004, 1, 29)', at('2004-02-29T09:01:02.003')],
  ['l.withDate(i, 0, i)', at('2002-01-30T09:01:02.003')],
  ['l.withTime(1, 2, 3, 4)', at('2002-05-30T01:02:03.004')],
  ['l.withTime(i, 30, i, 0)', at('2002-05-30T09:30:02')],
  ["l.withMax('day')", at('2002-05-31T09:01:02.003')],
  ["l.withMin('month')", at('2002-01-30T09:01:02.003')],
  ["l.withMax('msec')", at('2002-05-30T09:01:02.999')],
  ["l.roundFloor('min')", at('2002-05-30T09:01:00')],
  ["l.roundFloor('year')", at('2002-01-01T00:00:00')],
  ["l.roundCeiling('sec')", at('2002-05-30T09:01:03')],
  ["l.roundCeiling('hour')", at('2002-05-30T10:00:00')],
  ["l.roundCeiling('month')", at('2002-06-01T00:00:00')],
  ["l.roundHalf('hour')", at('2002-05-30T09:00:00')],
  ["l.roundHalf('month')", at('2002-06-01T00:00:00')],
  ["l.plus(29 minutes).roundHalf('hour')", at('2002-05-30T10:00:00')],
  ["l.roundHalf('msec')", TIME],
  [`l.format("yyyy-MM-dd'T'HH:mm:ss.SSS EEE MMM h a")`, '2002-05-30T09:01:02.003 Thu May 9 AM'],
  ['l.format()', '5/30/02, 9:01 AM'],
  ['d.plus(1 hour)', '2002-05-30T10:01:02.003Z'],
  ['l.toDate()', '2002-05-30T09:01:02.003Z'],
  ['d.toMillisec()', TIME],
  ['l.between(d, d)', true],
  ['l.between(l + 1, l - 1)', true],
  ['l.between(l, l + 1, false, true)', false],
  ['l.between(l + 1, l - 1, true, true)', true],
  ['l.between(l + 1, l - 1, true, false)', false],
  ['l.between(l + 1, l - 1, true, i is null)', false],
  ["l.withDate(2023, 11, 31).set('week', 30)", at('2023-07-23T09:01:02.003')],
  ["l.withDate(2020, 11, 28).withMin('week')", at('2019-12-30T09:01:02.003')],
  ["l.withDate(2020, 11, 28).withMax('week')", at('2020-12-21T09:01:02.003')],
  ["l.withDate(2023, 11, 31).format('yyyy YYYY ww F')", '2023 2024 01 5'],
  ['l.between(l, cast(i, long))', null],
  ['cast(i, long).plus(1 day)', null],
  ["l.withTime(0, 0, 0, 0).plus(1 day).set('day', 1).getDayOfWeek()", 4],
];

const BERLIN: readonly (readonly [expression: string, value: unknown])[] = [
  ['l.getHourOfDay()', 11],
  ["l.roundFloor('day')", at('2002-05-29T22:00:00')],
  ['l.withTime(0, 30, 0, 0)', at('2002-05-29T22:30:00')],
  ['l.withDate(2002, 11, 1)', at('2002-12-01T10:01:02.003')],
  ["l.format('HH:mm Z XX X')", '11:01 +0200 +0200 +02'],
  ['l.withDate(2002, 2, 30).plus(1 day 1 hour)', at('2002-03-31T10:01:02.003')],
  ['l.withDate(2002, 2, 31).minus(1 week)', at('2002-03-24T10:01:02.003')],
  ["(l - l + 1035678660000).roundHalf('min')", 1_035_678_660_000],
  ["(l - l + 1035678660000).roundFloor('sec')", 1_035_678_660_000],
  ['l.withDate(2002, 2, 31).withTime(2, 30, 0, 0)', at('2002-03-31T01:30:00')],
];

describe.each(BACKENDS)('methods on times, %s', (backend) => {
  test.each(UTC)('%s', (expression, value) => {
    expect(evaluate(expression, backend)).toEqual(value);
  });

  test.each(BERLIN)('in Berlin: %s', (expression, value) => {
    expect(evaluate(expression, backend, { zone: 'Europe/Berlin' })).toEqual(value);
  });
});

const RELATIONS = [
  ['before', 'after'],
  ['meets', 'metBy'],
  ['overlaps', 'overlappedBy'],
  ['starts', 'startedBy'],
  ['during', 'includes'],
  ['finishes', 'finishedBy'],
  ['coincides', 'coincides'],
] as const;

/** Thresholds: calls with b = [10, 20]. */
const THRESHOLDS: readonly (readonly [call: string, s: number, e: number, value: boolean | null])[] = [
  ['before(b, 5)', 0, 5, true],
  ['before(b, 6)', 0, 5, false],
  ['before(b, 1, 4)', 0, 5, false],
  ['before(b, 6, 4)', 0, 5, true],
  ['before(b, -3, -1)', 0, 12, true],
  ['after(b, 5 msec, 7 msec)', 26, 30, true],
  ['after(b, 1 month)', 20 + 31 * 86_400_000, 3e9, true],
  ['after(b, 1 month)', 19 + 31 * 86_400_000, 3e9, false],
  ['coincides(b, 2)', 12, 18, true],
  ['coincides(b, 2, 1)', 12, 18, false],
  ['coincides(b, -1)', 10, 20, null],
  ['during(b, 2)', 12, 18, true],
  ['during(b, 1)', 12, 18, false],
  ['during(b, 2, 3)', 12, 17, true],
  ['during(b, 0, 2, 3, 4)', 12, 17, true],
  ['during(b, 0, 2, 4, 5)', 12, 17, false],
  ['includes(b, 3)', 7, 23, true],
  ['includes(b, 1, 2)', 7, 23, false],
  ['finishes(b, 1)', 12, 21, true],
  ['finishes(b, 1)', 10, 21, false],
  ['finishedBy(b, 1)', 5, 19, true],
  ['finishedBy(b, -1)', 5, 20, null],
  ['meets(b, 1)', 5, 11, true],
  ['meets(b, 1)', 5, 12, false],
  ['metBy(b, 1)', 19, 30, true],
  ['overlaps(b, 3)', 5, 13, true],
  ['overlaps(b, 2)', 5, 13, false],
  ['overlaps(b, 4, 9)', 5, 13, false],
  ['overlappedBy(b, 5)', 15, 25, true],
  ['starts(b, 1)', 11, 15, true],
  ['starts(b, 1)', 11, 20, false],
  ['startedBy(b, 1)', 9, 25, true],
];

describe.each(BACKENDS)('relations of intervals, %s', (backend) => {
  const b = { s: 10, e: 20 };

  test.each(THRESHOLDS)('%s for %d to %d', (call, s, e, value) => {
    expect(evaluate(`a.${call}`, backend, { fields: { a: { s, e }, b } })).toBe(value);
  });

  test('an event without end is null, a plain time has no length, a moved event keeps its length', () => {
    const fields = { a: { s: 5, e: null }, b, x: 5, y: 10 };
    expect(evaluate('a.before(b)', backend, { fields })).toBeNull();
    expect(evaluate('x.before(b)', backend, { fields })).toBe(true);
    expect(evaluate('x.before(y)', backend, { fields })).toBe(true);
    expect(evaluate('b.plus(5 msec).after(y, 5 msec, 5 msec)', backend, { fields })).toBe(true);
    expect(evaluate('b.plus(5 msec).coincides(y.plus(5 msec))', backend, { fields })).toBe(false);
    expect(evaluate('b.minus(10 msec).finishedBy(y)', backend, { fields })).toBe(true);
    expect(evaluate("b.roundFloor('sec').coincides(y - 10)", backend, { fields })).toBe(false);
    expect(evaluate("b.roundFloor('sec').coincides(b, 10)", backend, { fields })).toBe(true);
    expect(evaluate("b.set('msec', 0).before(20L)", backend, { fields })).toBe(true);
    expect(evaluate('b.withTime(0, 0, 0, 0).coincides(b, 5)', backend, { fields })).toBe(false);
  });
});

test('of two intervals exactly one relation holds, and the converse the other way', () => {
  const names = [...new Set(RELATIONS.flat())];
  const columns = (one: string, other: string) =>
    names.map((name) => `${one}.${name}(${other}) as ${one}_${name}`);
  const text = `${SCHEMA} select ${[...columns('a', 'b'), ...columns('b', 'a')].join(', ')} from E`;
  const interval = fc
    .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 4 }))
    .map(([s, size]) => ({ s, e: s + size }));
  fc.assert(
    fc.property(interval, interval, (a, b) => {
      const [row] = runEpl(text, [{ type: 'E', fields: { a, b } }], { backend: 'codegen' });
      const columns = row?.[1] ?? {};
      expect(names.filter((name) => columns[`a_${name}`] === true)).toHaveLength(1);
      for (const [name, converse] of RELATIONS) expect(columns[`a_${name}`]).toBe(columns[`b_${converse}`]);
    }),
    { numRuns: 200 },
  );
});
