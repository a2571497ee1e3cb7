import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Allowed, type Crontab, nextCrontabTime, type SpecialDay } from './crontab.ts';
import { timeBase } from './time-base.ts';
import { formatTimestamp } from './timestamp.ts';
import { timeOfWall, wallTime, zoneNamed } from './zone.ts';

const ANY: Crontab = {
  minute: null,
  hour: null,
  dayOfMonth: null,
  month: null,
  dayOfWeek: null,
  second: null,
  millisecond: null,
  microsecond: null,
  finest: 'minute',
  special: null,
  zone: null,
};

function next(crontab: Partial<Crontab>, after: string, zone = 'UTC'): string {
  const time = nextCrontabTime({ ...ANY, ...crontab }, Date.parse(after), timeBase('milliseconds', zone));
  return time === null ? 'never' : formatTimestamp(time, 'milliseconds').replace('.000Z', 'Z');
}

const special = (kind: SpecialDay['kind'], parts: Partial<SpecialDay> = {}): SpecialDay => ({
  kind,
  day: null,
  ofWeek: false,
  month: null,
  ...parts,
});

describe('the next time of a crontab', () => {
  test.each<[string, Partial<Crontab>, string, string]>([
    ['every minute', {}, '2026-03-01T10:00:00Z', '2026-03-01T10:01:00Z'],
    ['a quarter', { minute: [0, 15, 30, 45] }, '2026-03-01T10:46:00Z', '2026-03-01T11:00:00Z'],
    ['not the present minute', { minute: [5] }, '2026-03-01T10:05:00Z', '2026-03-01T11:05:00Z'],
    ['an hour of the next day', { minute: [0], hour: [9] }, '2026-03-01T10:00:00Z', '2026-03-02T09:00:00Z'],
    ['seconds', { second: [0, 30], finest: 'second' }, '2026-03-01T10:00:29Z', '2026-03-01T10:00:30Z'],
    [
      'over the year',
      { dayOfMonth: [1], hour: [0], minute: [0] },
      '2026-12-15T00:00:00Z',
      '2027-01-01T00:00:00Z',
    ],
    [
      'the 31st',
      { dayOfMonth: [31], hour: [0], minute: [0] },
      '2026-04-01T00:00:00Z',
      '2026-05-31T00:00:00Z',
    ],
    [
      '29 February',
      { dayOfMonth: [29], month: [2], hour: [0], minute: [0] },
      '2026-01-01T00:00:00Z',
      '2028-02-29T00:00:00Z',
    ],
    ['a day that never is', { dayOfMonth: [30], month: [2] }, '2026-01-01T00:00:00Z', 'never'],
    ['Mondays', { dayOfWeek: [1], hour: [8], minute: [0] }, '2026-03-03T00:00:00Z', '2026-03-09T08:00:00Z'],
    // Days of the month and of the week are joined by or.
    [
      'the 10th, 20th or a Monday',
      { dayOfMonth: [10, 20], dayOfWeek: [1], hour: [0], minute: [0] },
      '2026-03-09T12:00:00Z',
      '2026-03-10T00:00:00Z',
    ],
    ['the last day', { special: special('last') }, '2026-02-10T00:00:00Z', '2026-02-28T00:00:00Z'],
    [
      'later that day',
      { special: special('last'), hour: [17], minute: [0] },
      '2026-02-28T08:00:00Z',
      '2026-02-28T17:00:00Z',
    ],
    [
      'once a day',
      { special: special('last'), finest: 'second' },
      '2026-02-28T00:00:01Z',
      '2026-03-31T00:00:00Z',
    ],
    [
      'the last Friday',
      { special: special('last', { day: 5, ofWeek: true }) },
      '2026-03-01T00:00:00Z',
      '2026-03-27T00:00:00Z',
    ],
    [
      'the last day of the week',
      { special: special('last', { ofWeek: true }) },
      '2026-03-02T00:00:00Z',
      '2026-03-07T00:00:00Z',
    ],
    [
      'a Saturday moves back',
      { special: special('weekday', { day: 10 }) },
      '2026-01-02T00:00:00Z',
      '2026-01-09T00:00:00Z',
    ],
    [
      'but not out of the month',
      { special: special('weekday', { day: 1 }) },
      '2026-07-15T00:00:00Z',
      '2026-08-03T00:00:00Z',
    ],
    [
      'the last working day',
      { special: special('lastWeekday') },
      '2026-05-02T00:00:00Z',
      '2026-05-29T00:00:00Z',
    ],
    ['milliseconds of the start', {}, '2026-03-01T10:00:00.250Z', '2026-03-01T10:01:00.250Z'],
  ])('%s', (_, crontab, after, expected) => {
    expect(next(crontab, after)).toBe(expected);
  });

  test('on the clocks of its zone, through changes of the clock', () => {
    const nine = { minute: [0], hour: [9] };
    expect(next(nine, '2026-01-01T00:00:00Z', 'Europe/Berlin')).toBe('2026-01-01T08:00:00Z');
    expect(next(nine, '2026-07-01T00:00:00Z', 'Europe/Berlin')).toBe('2026-07-01T07:00:00Z');
    expect(next({ ...nine, zone: 'America/New_York' }, '2026-01-01T00:00:00Z', 'Europe/Berlin')).toBe(
      '2026-01-01T14:00:00Z',
    );
    // 2:30 does not exist on the day the clocks go forward.
    expect(next({ minute: [30], hour: [2] }, '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe(
      '2026-03-29T01:30:00Z',
    );
  });

  test('is the first minute that fits', () => {
    const some = (low: number, high: number) =>
      fc.option(
        fc
          .uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 4 })
          .map((all) => all.sort((a, b) => a - b)),
        { freq: 1 },
      );
    const crontabs = fc.record({
      minute: some(0, 59),
      hour: some(0, 23),
      dayOfMonth: some(1, 28),
      dayOfWeek: some(0, 6),
    });
    const starts = fc.integer({ min: 0, max: 2_000_000 }).map((minutes) => minutes * 60_000);
    fc.assert(
      fc.property(crontabs, starts, (crontab, start) => {
        expect(nextCrontabTime({ ...ANY, ...crontab }, start, timeBase('milliseconds', 'UTC'))).toBe(
          firstFitting(crontab, start),
        );
      }),
      { numRuns: 60 },
    );
  });
});

/** Tries every minute. */
function firstFitting(
  { minute, hour, dayOfMonth, dayOfWeek }: Pick<Crontab, 'minute' | 'hour' | 'dayOfMonth' | 'dayOfWeek'>,
  start: number,
): number {
  const has = (allowed: Allowed, value: number) => allowed === null || allowed.includes(value);
  for (let time = start + 60_000; ; time += 60_000) {
    const date = new Date(time);
    const isBoth = dayOfMonth !== null && dayOfWeek !== null;
    const days = [has(dayOfMonth, date.getUTCDate()), has(dayOfWeek, date.getUTCDay())];
    const isDay = isBoth ? days.includes(true) : !days.includes(false);
    if (isDay && has(hour, date.getUTCHours()) && has(minute, date.getUTCMinutes())) return time;
  }
}

describe('zones', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['GMT', 'UTC'],
    ['gmt-5', 'UTC-5'],
    ['UTC+05:30', 'UTC+5:30'],
    ['Mars/Olympus', null],
    ['GMT+99', null],
  ])('%s', (text, expected) => {
    expect(zoneNamed(text)).toBe(expected);
  });

  test('wall time and back', () => {
    for (const zone of ['UTC', 'UTC-5', 'UTC+5:30', 'Europe/Berlin', 'America/New_York']) {
      for (const text of ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z']) {
        const time = Date.parse(text);
        expect(timeOfWall(wallTime(time, zone), zone)).toBe(time);
      }
    }
    expect(wallTime(0, 'UTC-5')).toBe(-5 * 3_600_000);
    // 2:30 comes twice when the clocks go back: the second counts.
    expect(timeOfWall(Date.parse('2026-10-25T02:30:00Z'), 'Europe/Berlin')).toBe(
      Date.parse('2026-10-25T01:30:00Z'),
    );
  });
});
