import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../core/limits.ts';
import { likeMatcher, matchesLike, matchesRegexp, regexpMatcher, tryRegexp } from './text-match.ts';

describe('like', () => {
  test.each([
    ['abc', 'abc', true],
    ['abc', 'ab', false],
    ['', '', true],
    ['', '%', true],
    ['', '_', false],
    ['abc', 'a%', true],
    ['abc', '%c', true],
    ['abc', '%b%', true],
    ['abc', 'a_c', true],
    ['ac', 'a_c', false],
    ['abcabc', '%abc', true],
    ['aba', 'ab%ba', false],
    ['abba', 'ab%ba', true],
    ['a\nb', 'a_b', true],
    ['a\nb', 'a%', true],
    ['mississippi', 'm%iss%i_p%', true],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['(a+b)*', '(a+b)*', true],
  ])('%j like %j: %j', (text, pattern, expected) => {
    expect(likeMatcher(pattern, null)(text)).toBe(expected);
    expect(matchesLike(text, pattern, null)).toBe(expected);
  });

  test.each([
    ['a%c', 'a!%c', true],
    ['abc', 'a!%c', false],
    ['a_', 'a!_', true],
    ['a!', 'a!!', true],
    ['a!b', 'a!b', true],
    ['%dex', '!%de_', true],
  ])("%j like %j escape '!': %j", (text, pattern, expected) => {
    expect(likeMatcher(pattern, '!')(text)).toBe(expected);
  });

  test('agrees with trying every length for every %', () => {
    const letters = fc
      .array(fc.constantFrom('a', 'b', '%', '_'), { maxLength: 8 })
      .map((list) => list.join(''));
    fc.assert(
      fc.property(letters, letters, (text, pattern) => {
        expect(likeMatcher(pattern, null)(text)).toBe(slowLike(text, pattern));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('regexp', () => {
  test.each([
    ['abc', 'a.*', true],
    ['abc', 'ab', false],
    ['ab\nc', 'ab.c', false],
    ['TBT-ABC', '\\w*-ABC', true],
    ['aaa', 'a{2,3}', true],
    ['abc', '(', false],
    ['aa', '(a)\\1', false],
  ])('%j regexp %j: %j', (text, pattern, expected) => {
    expect(regexpMatcher(pattern)(text)).toBe(expected);
    expect(matchesRegexp(text, pattern)).toBe(expected);
  });

  test('takes linear time where backtracking would take years', () => {
    const started = performance.now();
    expect(regexpMatcher('(a*)*b')('a'.repeat(5000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('bounds', () => {
  const longPattern = 'a'.repeat(LIMITS.regexpPatternCharsMax + 1);
  const longText = 'a'.repeat(LIMITS.regexpInputCharsMax + 1);

  test('a pattern that is too long never matches', () => {
    expect(tryRegexp(longPattern)).toBeNull();
    expect(regexpMatcher(longPattern)(longPattern)).toBe(false);
    expect(matchesLike(longPattern, longPattern, null)).toBe(false);
    expect(tryRegexp(longPattern.slice(1))).not.toBeNull();
  });

  test('a text that is too long never matches', () => {
    for (const matches of [regexpMatcher('a*'), likeMatcher('%', null), likeMatcher('%a_', null)]) {
      expect(matches(longText)).toBe(false);
      expect(matches(longText.slice(1))).toBe(true);
    }
  });

  test('more patterns than the cache holds', () => {
    for (let i = 0; i < LIMITS.patternCacheMax * 2; i++)
      expect(matchesLike(`x${i}`, `_${i}`, null)).toBe(true);
    expect(matchesLike('x0', '_0', null)).toBe(true);
  });
});

function slowLike(text: string, pattern: string): boolean {
  if (pattern === '') return text === '';
  const rest = pattern.slice(1);
  if (pattern[0] === '%')
    return Array.from({ length: text.length + 1 }, (_, i) => text.slice(i)).some((end) =>
      slowLike(end, rest),
    );
  if (text === '') return false;
  return (pattern[0] === '_' || pattern[0] === text[0]) && slowLike(text.slice(1), rest);
}
