import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
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
    expect(parseTimestamp(text, 'milliseconds')).toBe(ms);
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
    expect(parseTimestamp(text, 'milliseconds')).toBeNaN();
  });

  test('reads back what formatTimestamp writes, and agrees with luxon', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }), (ms) => {
        const text = formatTimestamp(ms, 'milliseconds');
        expect(parseTimestamp(text, 'milliseconds')).toBe(ms);
        expect(DateTime.fromISO(text).toMillis()).toBe(ms);
      }),
    );
  });

  test('agrees with Date.parse on every form it shares', () => {
    const zones = fc.constantFrom('Z', '+00:00', '-00:30', '+05:45', '-11:00', '+14:00');
    const seconds = fc.constantFrom('', ':07', ':59.9', ':30.25', ':00.123', ':00.999999', ':12.1234567');
    const days = fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, seconds, zones, (day, second, zone) => {
        const text = `${day.toISOString().slice(0, 16)}${second}${zone}`;
        expect(parseTimestamp(text, 'milliseconds')).toBe(Date.parse(text));
        // The other spellings mean the same.
        expect(parseTimestamp(text.replace('T', ' '), 'milliseconds')).toBe(Date.parse(text));
        expect(parseTimestamp(text.toLowerCase(), 'milliseconds')).toBe(Date.parse(text));
        const short = text.replace(/:(?=\d\d$)/, second === '' && zone === 'Z' ? ':' : '');
        expect(parseTimestamp(short, 'milliseconds')).toBe(Date.parse(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('knows how long every month is', () => {
    for (const year of [1900, 1999, 2000, 2023, 2024, 2100]) {
      for (let month = 1; month <= 12; month++) {
        for (let day = 0; day <= 32; day++) {
          const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
          const expected = DateTime.fromISO(text, { zone: 'UTC' });
          expect(parseTimestamp(text, 'milliseconds')).toBe(
            expected.isValid ? expected.toMillis() : Number.NaN,
          );
        }
      }
    }
  });

  test('never takes what luxon refuses, and never throws', () => {
    const pieces = fc.constantFrom(
      '2026',
      '-',
      '03',
      '01',
      'T',
      ' ',
      '04:10',
      ':05',
      '.5',
      'Z',
      '+02:00',
      '+0',
      'x',
      '',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (list) => {
        const text = list.join('');
        const ms = parseTimestamp(text, 'milliseconds');
        if (Number.isNaN(ms)) return;
        expect(DateTime.fromISO(text.replace(' ', 'T'), { zone: 'UTC' }).toMillis()).toBe(ms);
      }),
      { numRuns: 5000 },
    );
  });
});
