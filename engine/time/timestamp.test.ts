import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';

describe('parseTimestamp', () => {
  test.each([
    ['2026-03-01', Date.UTC(2026, 2, 1)],
    ['2026-03-01T04:10', Date.UTC(2026, 2, 1, 4, 10)],
    ['2026-03-01 04:10:05', Date.UTC(2026, 2, 1, 4, 10, 5)],
    ['2026-03-01T04:10:05.123456789Z', Date.UTC(2026, 2, 1, 4, 10, 5, 123)],
    ['2026-03-01T04:10:05,5+02:00', Date.UTC(2026, 2, 1, 2, 10, 5, 500)],
    ['2026-03-01T04:10:05-0130', Date.UTC(2026, 2, 1, 5, 40, 5)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('%s', (text, ms) => {
    expect(parseTimestamp(text)).toBe(ms);
  });

  test.each([
    '',
    '2026',
    '2026-13-01',
    '2023-02-29',
    '2026-03-01T',
    '2026-03-01T25:00',
    '2026-03-01T04:10:05.',
    '2026-03-01T04:10Q',
    '2026-03-01T04:10:05+2',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeNaN();
  });

  test('reads back what formatTimestamp writes, and agrees with luxon', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }), (ms) => {
        const text = formatTimestamp(ms);
        expect(parseTimestamp(text)).toBe(ms);
        expect(DateTime.fromISO(text).toMillis()).toBe(ms);
      }),
    );
  });
});

describe('parseDuration', () => {
  test.each([
    ['0', 0],
    ['250ms', 250],
    ['5s', 5000],
    ['1h30m', 5_400_000],
    ['1.5m', 90_000],
    ['PT5M', 300_000],
    ['P1DT1S', 86_401_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '5', 's', '5 s', '-5s', 'P', '5x'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeNaN();
  });

  test('formatDuration names the two largest units', () => {
    expect(formatDuration(5_405_000)).toBe('1h 30m');
    expect(formatDuration(250)).toBe('250ms');
  });
});
