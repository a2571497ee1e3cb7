import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { addPeriod, formatDuration, parseDuration, periodOf } from './duration.ts';
import { timeBase } from './time-base.ts';
import { isZone } from './zone.ts';

const UTC = timeBase('milliseconds', 'UTC');
const at = (text: string, zone = 'UTC') => DateTime.fromISO(text, { zone }).toMillis();

describe('addPeriod', () => {
  test.each([
    ['2026-01-31', 1, 'UTC', '2026-02-28'],
    ['2024-01-31', 1, 'UTC', '2024-02-29'],
    ['2024-02-29', 12, 'UTC', '2025-02-28'],
    ['2026-03-31', -1, 'UTC', '2026-02-28'],
    ['2026-12-15', 1, 'UTC', '2027-01-15'],
    ['2026-03-31T12:30:15.250', -13, 'UTC', '2025-02-28T12:30:15.250'],
    // The day keeps its local time where the clock changes.
    ['2026-03-15T12:00', 1, 'Europe/Berlin', '2026-04-15T12:00'],
    ['2026-02-28T23:30', 1, 'America/New_York', '2026-03-28T23:30'],
    // 2:30 does not exist on that day.
    ['2026-02-08T02:30', 1, 'America/New_York', '2026-03-08T03:30'],
  ])('%s plus %i months in %s is %s', (from, months, zone, to) => {
    expect(addPeriod(at(from, zone), { months, ms: 0 }, timeBase('milliseconds', zone))).toBe(at(to, zone));
  });

  test('months come before the rest', () => {
    const period = { months: 1, ms: 86_400_000 };
    expect(addPeriod(at('2026-01-31'), period, UTC)).toBe(at('2026-03-01'));
  });

  test('gives whole milliseconds', () => {
    expect(addPeriod(1000, { months: 0, ms: 0.4 }, UTC)).toBe(1000);
    expect(addPeriod(1000, { months: 0, ms: 0.5 }, UTC)).toBe(1001);
  });

  test('UTC agrees with luxon', () => {
    const times = fc.integer({ min: at('0001-01-01'), max: at('9000-01-01') });
    fc.assert(
      fc.property(times, fc.integer({ min: -2000, max: 2000 }), (time, months) => {
        const expected = DateTime.fromMillis(time, { zone: 'UTC' }).plus({ months }).toMillis();
        expect(addPeriod(time, { months, ms: 0 }, UTC)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test('a time out of range gives NaN', () => {
    expect(addPeriod(8.64e15, { months: 1, ms: 0 }, UTC)).toBeNaN();
    expect(addPeriod(8.64e15, { months: 1, ms: 0 }, timeBase('milliseconds', 'Europe/Berlin'))).toBeNaN();
  });
});

test('a number is a period in seconds', () => {
  expect(periodOf(2.5)).toEqual({ months: 0, ms: 2500 });
  expect(periodOf(0.0005)).toEqual({ months: 0, ms: 0.5 });
  expect(periodOf({ months: 3, ms: 5 })).toEqual({ months: 3, ms: 5 });
});

test('zones', () => {
  expect(isZone('Europe/Berlin')).toBe(true);
  expect(isZone('UTC')).toBe(true);
  expect(isZone('Mars/Olympus')).toBe(false);
  expect(isZone('')).toBe(false);
});

describe('parseDuration', () => {
  test.each([
    ['0', 0],
    ['250ms', 250],
    ['40us', 0.04],
    ['1ms500us', 1.5],
    ['0.4us', 0],
    ['5s', 5000],
    ['1h30m', 5_400_000],
    ['1.5m', 90_000],
    ['1.1s', 1100],
    ['2d', 172_800_000],
    ['PT5M', 300_000],
    ['PT1.1S', 1100],
    ['P1DT1S', 86_401_000],
    ['pt1h', 3_600_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '',
    '5',
    's',
    '5 s',
    '-5s',
    '+5s',
    'P',
    'PT',
    'P5',
    '5x',
    '1.s',
    '.5s',
    '5sx',
    '1e3s',
    'P1M',
    '5S',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeNaN();
  });

  test('reads what formatDuration writes of one or two units', () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 23 }));
    fc.assert(
      fc.property(counts, ([days, hours]) => {
        const ms = days * 86_400_000 + hours * 3_600_000;
        expect(parseDuration(formatDuration(ms).replaceAll(' ', ''))).toBe(ms);
      }),
    );
  });
});

test.each([
  [5_405_000, '1h 30m'],
  [250, '250ms'],
  [0.04, '40us'],
  [1.5, '1.5ms'],
  [0, '0ms'],
  [60_000, '1m'],
  [90_061_000, '1d 1h'],
])('formatDuration of %i is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
