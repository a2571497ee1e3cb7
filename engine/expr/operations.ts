import { RE2JS } from 're2js';
import { LIMITS } from '../core/limits.ts';
import { EventRecord, type Value } from '../event/record.ts';
import type { ValueType } from '../event/types.ts';
import { formatTimestamp, parseTimestamp } from '../time/timestamp.ts';

/** Equality of two values that are not null: numbers by value, arrays by element, events by identity. */
export function equalValues(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, i) => equalOrBothNull(one as Value, b[i] as Value));
  }
  return typeof a === 'number' && Number.isNaN(a) && typeof b === 'number' && Number.isNaN(b);
}

function equalOrBothNull(a: Value, b: Value): boolean {
  return a === null || b === null ? a === b : equalValues(a, b);
}

/** A key for hashing such that scalars that are equal have equal keys; null for null. */
export function equalityKey(value: Value): string | number | boolean | null {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  return JSON.stringify(value);
}

/** Arithmetic on numbers by the result kind; see `ArithmeticExpr`. */
export function arithmetic(
  operator: '+' | '-' | '*' | '/' | '%',
  kind: string,
  a: number,
  b: number,
): number {
  const raw = rawArithmetic(operator, kind, a, b);
  return kind === 'float' ? Math.fround(raw) : raw;
}

function rawArithmetic(operator: string, kind: string, a: number, b: number): number {
  if (kind === 'int') {
    if (operator === '*') return Math.imul(a, b);
    if (operator === '+') return (a + b) | 0;
    if (operator === '-') return (a - b) | 0;
  }
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  return operator === '/' ? a / b : a % b;
}

/** Text of a value as `||` writes it: doubles as Java prints them (`5.0`, `1.0E10`). */
export function textOf(value: Value, type: ValueType): string {
  if (typeof value === 'number') {
    if (type.kind === 'double' || type.kind === 'float') return doubleText(value);
    return type.kind === 'date' ? formatTimestamp(value) : String(value);
  }
  return typeof value === 'string' ? value : String(value);
}

/** A double as Java's `Double.toString` writes it. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const mantissa = digits.includes('.') ? digits : `${digits}.0`;
  return `${mantissa}E${Number(exponent)}`;
}

const compiledPatterns = new Map<string, RE2JS | null>();

/** Whether the whole text matches a regular expression; linear time. A pattern that is not one never matches. */
export function matchesRegexp(text: string, pattern: string): boolean {
  return matchesWhole(text, pattern, `r${pattern}`);
}

/** Whether the whole text matches a `like` pattern: `%` any text, `_` any character. */
export function matchesLike(text: string, pattern: string, escapeChar: string | null): boolean {
  const key = `l${escapeChar ?? ''}\u0000${pattern}`;
  return matchesWhole(text, likeToRegexp(pattern, escapeChar), key);
}

function matchesWhole(text: string, source: string, key: string): boolean {
  if (text.length > LIMITS.regexpInputCharsMax) return false;
  let compiled = compiledPatterns.get(key);
  if (compiled === undefined) {
    compiled = tryRegexp(source);
    if (compiledPatterns.size >= LIMITS.patternCacheMax) {
      compiledPatterns.delete(compiledPatterns.keys().next().value as string);
    }
    compiledPatterns.set(key, compiled);
  }
  return compiled?.matches(text) ?? false;
}

/** Compiles a regular expression; null when it is not one, or too long. */
export function tryRegexp(source: string): RE2JS | null {
  if (source.length > LIMITS.regexpPatternCharsMax) return null;
  try {
    return RE2JS.compile(source, RE2JS.DOTALL);
  } catch {
    return null;
  }
}

function likeToRegexp(pattern: string, escapeChar: string | null): string {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    const next = pattern[i + 1];
    if (char === escapeChar && (next === '%' || next === '_' || next === escapeChar)) {
      source += RE2JS.quote(next);
      i++;
    } else if (char === '%') source += '.*';
    else source += char === '_' ? '.' : RE2JS.quote(char);
  }
  return source;
}

/** Conversion of a value that is not null; null when it does not convert. */
export function castValue(value: Value, to: ValueType): Value {
  switch (to.kind) {
    case 'string':
      return typeof value === 'object' ? null : String(value);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return typeof value === 'string' ? value.toLowerCase() === 'true' : null;
    case 'byte':
      return integerOf(value, 24);
    case 'short':
      return integerOf(value, 16);
    case 'int':
      return integerOf(value, 0);
    case 'long':
      return integerOf(value, -1);
    case 'float':
    case 'double': {
      const number = numberOf(value);
      return number === null || to.kind === 'double' ? number : Math.fround(number);
    }
    case 'date': {
      if (typeof value === 'number') return value;
      const time = typeof value === 'string' ? parseTimestamp(value) : Number.NaN;
      return Number.isNaN(time) ? null : time;
    }
    case 'char':
      return typeof value === 'string' && value.length > 0 ? (value[0] as string) : null;
    default:
      return value;
  }
}

function numberOf(value: Value): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

function integerOf(value: Value, shift: number): number | null {
  if (typeof value === 'string' && !/^\s*[+-]?\d+[lL]?\s*$/.test(value)) return null;
  const number = typeof value === 'string' ? Number.parseInt(value, 10) : numberOf(value);
  if (number === null || Number.isNaN(number)) return null;
  const whole = Math.trunc(number);
  if (shift < 0) return whole;
  // Java saturates a double at the int range before it cuts to narrower kinds.
  const clamped = Math.max(-2147483648, Math.min(2147483647, whole));
  return (clamped << shift) >> shift;
}

/** Entry of a map value; own entries only. */
export function mapEntry(map: Value, key: string): Value {
  if (map === null || typeof map !== 'object' || map instanceof EventRecord || Array.isArray(map))
    return null;
  return Object.hasOwn(map, key) ? ((map as { [key: string]: Value })[key] ?? null) : null;
}
