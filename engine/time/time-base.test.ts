import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addPeriod, wholePeriod } from './duration.ts';
import { baseOf, calendarMs, checkUnit, onCalendar, TimeUnitError, ticksOf, timeBase } from './time-base.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';

const FINE = timeBase('microseconds', 'UTC');
const COARSE = timeBase('milliseconds', 'UTC');

/** Times within the years that a date can show. */
const ticks = fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 });

describe('a time base', () => {
  test('turns durations into whole ticks', () => {
    expect([1.5, 0.0004, 0.0005].map((ms) => ticksOf(ms, FINE))).toEqual([1500, 0, 1]);
    expect([1.5, 0.4, 0.5].map((ms) => ticksOf(ms, COARSE))).toEqual([2, 0, 1]);
    expect(baseOf({ timeUnit: 'microseconds', zone: 'Europe/Berlin' })).toEqual({
      unit: 'microseconds',
      ticksPerMs: 1000,
      zone: 'Europe/Berlin',
    });
  });

  test('cuts a time towards zero for the calendar', () => {
    expect([1999, -1, -1500].map((time) => calendarMs(time, FINE))).toEqual([1, 0, -1]);
    expect(calendarMs(-1, COARSE)).toBe(-1);
  });

  test('keeps what a time has beyond its milliseconds while the calendar moves it', () => {
    fc.assert(
      fc.property(ticks, fc.integer({ min: -1e9, max: 1e9 }), (time, by) => {
        expect(onCalendar(time, FINE, (ms) => ms + by)).toBe(time + by * 1000);
      }),
    );
  });

  test('months go by the zone', () => {
    const at = (text: string) => parseTimestamp(text, 'microseconds');
    const berlin = timeBase('microseconds', 'Europe/Berlin');
    // The clocks change between the two.
    expect(addPeriod(at('2026-03-15T11:00:00.000007Z'), { months: 1, ms: 0.003 }, berlin)).toBe(
      at('2026-04-15T10:00:00.000010Z'),
    );
  });

  test('what is rounded once is the same forward and back', () => {
    const { months, ms } = wholePeriod({ months: 2, ms: 1.0005 }, FINE);
    expect([addPeriod(5000, { months: 0, ms }, FINE), addPeriod(5000, { months: 0, ms: -ms }, FINE)]).toEqual(
      [6001, 3999],
    );
    expect(months).toBe(2);
  });

  test('is not brought together with another', () => {
    expect(() => checkUnit('rules', 'microseconds', 'microseconds')).not.toThrow();
    expect(() => checkUnit('rules', 'microseconds', 'milliseconds')).toThrow(TimeUnitError);
  });
});

describe('ISO times in microseconds', () => {
  test.each([
    ['2026-03-01T04:10:00.000001Z', 1_772_338_200_000_001],
    ['2026-03-01T04:10:00.1Z', 1_772_338_200_100_000],
    ['2026-03-01T04:10:00.1234567Z', 1_772_338_200_123_456],
    ['2026-03-01 05:10:00,000081+01:00', 1_772_338_200_000_081],
    ['1969-12-31T23:59:59.999999Z', -1],
  ])('%s', (text, time) => {
    expect(parseTimestamp(text, 'microseconds')).toBe(time);
    expect(parseTimestamp(text, 'milliseconds')).toBe(Math.floor(time / 1000));
  });

  test('are read as they are written', () => {
    fc.assert(
      fc.property(ticks, (time) => {
        const text = formatTimestamp(time, 'microseconds');
        expect(text).toMatch(/\.\d{6}Z$/);
        expect(parseTimestamp(text, 'microseconds')).toBe(time);
        const ms = Math.floor(time / 1000);
        expect(formatTimestamp(ms, 'milliseconds')).toBe(`${text.slice(0, -4)}Z`);
      }),
      { numRuns: 2000 },
    );
  });
});
