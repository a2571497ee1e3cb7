import { type TimeUnit, ticksPerMs } from './time-base.ts';

/**
 * Reads an ISO 8601 / RFC 3339 time: `2026-03-01`, `2026-03-01T04:10`, with seconds, a fraction (cut to the unit), and `Z`
 * or an offset; a blank may stand for `T`. Without a zone it is UTC. Gives ticks since the epoch, NaN for anything else.
 */
export function parseTimestamp(text: string, unit: TimeUnit): number {
  return unit === 'milliseconds' ? parse(text, 100) : parse(text, 100_000);
}

/** `tenth`: ticks of a tenth of a second. */
function parse(text: string, tenth: number): number {
  const size = text.length;
  if (size < 10 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return Number.NaN;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  const second = tenth * 10;
  const midnight = daysSinceEpoch(year, month, day) * 86_400 * second;
  if (size === 10) return midnight;
  const separator = text.charCodeAt(10);
  if ((separator !== UPPER_T && separator !== LOWER_T && separator !== BLANK) || size < 16) return Number.NaN;
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  if (text.charCodeAt(13) !== COLON || !(hour <= 23 && minute <= 59)) return Number.NaN;
  let at = 16;
  let seconds = 0;
  let fraction = 0;
  if (text.charCodeAt(at) === COLON) {
    seconds = digits(text, 17, 19);
    if (!(seconds <= 59)) return Number.NaN;
    at = 19;
    const mark = text.charCodeAt(at);
    if (mark === DOT || mark === COMMA) {
      const start = ++at;
      for (let scale = tenth; isDigit(text.charCodeAt(at)); at++, scale /= 10) {
        if (scale >= 1) fraction += (text.charCodeAt(at) - ZERO) * scale;
      }
      if (at === start) return Number.NaN;
    }
  }
  const minutes = hour * 60 + minute - zoneOffset(text, at);
  return midnight + (minutes * 60 + seconds) * second + fraction;
}

/**
 * `2026-03-01T04:10:00.000Z`, with six digits `2026-03-01T04:10:00.000000Z` in microseconds; a time outside JavaScript's
 * range gives its number as text.
 */
export function formatTimestamp(time: number, unit: TimeUnit): string {
  const perMs = ticksPerMs(unit);
  const ms = Math.floor(time / perMs);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(time);
  const text = date.toISOString();
  return perMs === 1 ? text : `${text.slice(0, -1)}${String(time - ms * perMs).padStart(3, '0')}Z`;
}

const DASH = 45;
const COLON = 58;
const DOT = 46;
const COMMA = 44;
const BLANK = 32;
const ZERO = 48;
const PLUS = 43;
const UPPER_T = 84;
const LOWER_T = 116;
const UPPER_Z = 90;
const LOWER_Z = 122;

/** Offset in minutes of the zone that stands at `at` up to the end; NaN when it is none. */
function zoneOffset(text: string, at: number): number {
  if (at === text.length) return 0;
  const mark = text.charCodeAt(at);
  if (mark === UPPER_Z || mark === LOWER_Z) return at + 1 === text.length ? 0 : Number.NaN;
  if (mark !== PLUS && mark !== DASH) return Number.NaN;
  const rest = text.length - at - 1;
  const hour = digits(text, at + 1, at + 3);
  const minuteAt = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3;
  const minute = rest === 2 ? 0 : digits(text, minuteAt, minuteAt + 2);
  const sizeFits = rest === 2 || (rest === 4 && minuteAt === at + 3) || (rest === 5 && minuteAt === at + 4);
  if (!sizeFits || !(hour <= 23 && minute <= 59)) return Number.NaN;
  const size = hour * 60 + minute;
  return mark === PLUS ? size : -size;
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - ZERO;
  }
  return value;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible date algorithms"). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
