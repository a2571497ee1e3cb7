import { describe, expect, test } from 'vitest';
import { nextOccurrence, parseRepeatingInterval, startInterval } from './repeating-interval.ts';
import { timeBase } from './time-base.ts';

const UTC = timeBase('milliseconds', 'UTC');

/** Times a schedule gives from a start, each asked for at the one before; at most six. */
function times(text: string, start: number, zone = 'UTC'): number[] {
  const base = timeBase('milliseconds', zone);
  const interval = parseRepeatingInterval(text, base);
  if (typeof interval === 'string') throw new Error(interval);
  const progress = startInterval(interval, start);
  const found: number[] = [];
  let now = start;
  for (let due = nextOccurrence(interval, progress, now, base); due !== null; ) {
    found.push(due);
    if (found.length === 6) break;
    now = due;
    due = nextOccurrence(interval, progress, now, base);
  }
  return found;
}

const at = (text: string) => Date.parse(text);

describe('repeating intervals', () => {
  test.each<[string, number, number[]]>([
    ['P1D', 0, [86_400_000]],
    ['1970-01-01T00:00:05Z', 0, [5000]],
    ['1970-01-01T00:00:05Z', 5000, []],
    ['1970-01-01T00:00:05Z/PT2S', 0, [7000]],
    ['R2/PT2S', 1000, [3000, 5000]],
    ['R/PT2S', 1000, [3000, 5000, 7000, 9000, 11_000, 13_000]],
    ['R3/1970-01-01T00:00:05Z/PT2S', 0, [5000, 7000, 9000]],
    // What has passed counts.
    ['R3/1970-01-01T00:00:05Z/PT2S', 6000, [7000, 9000]],
    ['R3/1970-01-01T00:00:05Z/PT2S', 9000, []],
    ['R1/1970-01-01T00:00:05Z/PT2S', 0, [5000]],
    ['R0/PT2S', 0, []],
    [
      'R2/2026-01-31T00:00:00Z/P1M',
      at('2026-01-01T00:00:00Z'),
      [at('2026-01-31T00:00:00Z'), at('2026-02-28T00:00:00Z')],
    ],
  ])('%s from %i', (text, start, expected) => {
    expect(times(text, start)).toEqual(expected);
  });

  test('a late clock passes over times but not over the rhythm', () => {
    const interval = parseRepeatingInterval('R5/PT10S', UTC);
    if (typeof interval === 'string') throw new Error(interval);
    const progress = startInterval(interval, 0);
    expect(nextOccurrence(interval, progress, 0, UTC)).toBe(10_000);
    expect(nextOccurrence(interval, progress, 35_000, UTC)).toBe(40_000);
    expect(nextOccurrence(interval, progress, 40_000, UTC)).toBe(50_000);
    expect(nextOccurrence(interval, progress, 50_000, UTC)).toBeNull();
  });

  test('a date without zone is in that of the rules', () => {
    expect(times('2026-07-01T00:00:00', 0, 'Europe/Berlin')).toEqual([at('2026-06-30T22:00:00Z')]);
  });

  test.each([
    '',
    'P',
    'R3',
    'R3/P0D',
    'Rx/P1D',
    'tomorrow',
    '2026-01-01T00:00:00Z/R3',
    'R3/a/P1D',
    'R1/P1D/P1D',
    '1/2/3/4',
  ])('`%s` is none', (text) => {
    expect(typeof parseRepeatingInterval(text, UTC)).toBe('string');
  });
});
