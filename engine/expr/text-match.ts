import { RE2JS } from 're2js';
import { LIMITS } from '../core/limits.ts';

/** Tests a text against one pattern. */
export type TextMatcher = (text: string) => boolean;

/**
 * Makes the test of a `like` pattern: `%` stands for any text, `_` for any one UTF-16 code unit, and a character after
 * the escape for itself. The whole text must fit. Cost: text × pattern at worst, both bounded by `LIMITS`.
 */
export function likeMatcher(pattern: string, escapeChar: string | null): TextMatcher {
  if (pattern.length > LIMITS.regexpPatternCharsMax) return never;
  const { codes, literals } = likeCodes(pattern, escapeChar);
  const inner = literals.slice(1, -1);
  const first = literals[0] ?? '';
  const last = literals.at(-1) ?? '';
  const max = LIMITS.regexpInputCharsMax;
  // Without `_`, the texts between the `%` are looked for from left to right.
  if (!codes.includes(ANY_ONE)) {
    if (literals.length === 1) return (text) => text === first;
    if (literals.length === 2) {
      const least = first.length + last.length;
      if (last === '') return (text) => text.length <= max && text.startsWith(first);
      return (text) =>
        text.length <= max && text.length >= least && text.startsWith(first) && text.endsWith(last);
    }
    return (text) => {
      if (text.length > max || !text.startsWith(first)) return false;
      let at = first.length;
      for (const part of inner) {
        const found = text.indexOf(part, at);
        if (found < 0) return false;
        at = found + part.length;
      }
      return text.length - last.length >= at && text.endsWith(last);
    };
  }
  return (text) => text.length <= max && matchesCodes(text, codes);
}

/** Makes the test of a regular expression that must match the whole text; linear time. Not one: never matches. */
export function regexpMatcher(pattern: string): TextMatcher {
  const compiled = tryRegexp(pattern);
  if (compiled === null) return never;
  return (text) => text.length <= LIMITS.regexpInputCharsMax && compiled.matches(text);
}

/** Compiles a regular expression; null when it is not one, or longer than `LIMITS.regexpPatternCharsMax`. */
export function tryRegexp(source: string): RE2JS | null {
  if (source.length > LIMITS.regexpPatternCharsMax) return null;
  try {
    return RE2JS.compile(source);
  } catch {
    return null;
  }
}

const regexps = new Map<string, RE2JS | null>();

/** As `tryRegexp`, for patterns known only at run time; the last `LIMITS.patternCacheMax` are kept. */
export function cachedRegexp(source: string): RE2JS | null {
  if (source.length > LIMITS.regexpPatternCharsMax) return null;
  const known = regexps.get(source);
  if (known !== undefined) return known;
  const made = tryRegexp(source);
  if (regexps.size >= LIMITS.patternCacheMax) regexps.delete(regexps.keys().next().value as string);
  regexps.set(source, made);
  return made;
}

const matchers = new Map<string, TextMatcher>();

/** `like` with a pattern known only at run time. */
export function matchesLike(text: string, pattern: string, escapeChar: string | null): boolean {
  return cached(`l${escapeChar ?? ''}\0${pattern}`, () => likeMatcher(pattern, escapeChar))(text);
}

/** `regexp` with a pattern known only at run time. */
export function matchesRegexp(text: string, pattern: string): boolean {
  return cached(`r${pattern}`, () => regexpMatcher(pattern))(text);
}

function cached(key: string, make: () => TextMatcher): TextMatcher {
  const known = matchers.get(key);
  if (known !== undefined) return known;
  const made = make();
  // A pattern too long never matches and is not worth a place.
  if (made === never) return made;
  if (matchers.size >= LIMITS.patternCacheMax) matchers.delete(matchers.keys().next().value as string);
  matchers.set(key, made);
  return made;
}

const never: TextMatcher = () => false;

/** Codes that stand for `%` and `_`; no code unit is negative. */
const ANY_TEXT = -1;
const ANY_ONE = -2;

/** The pattern as code units with marks, and as the texts between `%`. */
function likeCodes(pattern: string, escapeChar: string | null): { codes: number[]; literals: string[] } {
  const codes: number[] = [];
  const literals = [''];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    const next = pattern[i + 1];
    const escapes = char === escapeChar && (next === '%' || next === '_' || next === escapeChar);
    if (escapes) i++;
    else if (char === '%' || char === '_') {
      codes.push(char === '%' ? ANY_TEXT : ANY_ONE);
      if (char === '%') literals.push('');
      continue;
    }
    codes.push(pattern.charCodeAt(i));
    literals.push(`${literals.pop()}${pattern[i]}`);
  }
  return { codes, literals };
}

/** Goes on greedily; after a mismatch only the last `%` is tried longer, which is enough. */
function matchesCodes(text: string, codes: readonly number[]): boolean {
  let at = 0;
  let code = 0;
  let lastAny = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = codes[code];
    if (wanted === ANY_TEXT) {
      lastAny = code++;
      resume = at;
    } else if (wanted === ANY_ONE || wanted === text.charCodeAt(at)) {
      code++;
      at++;
    } else if (lastAny >= 0) {
      code = lastAny + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (codes[code] === ANY_TEXT) code++;
  return code === codes.length;
}
