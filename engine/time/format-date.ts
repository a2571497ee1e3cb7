import { dayOfWeek, dayOfYear, era, getCalendarField, weekYear } from './calendar.ts';
import { wallTime } from './zone.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** The pattern of `format()` without one: the short form of the English locale. */
export const DEFAULT_DATE_PATTERN = 'M/d/yy, h:mm a';

const PART = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;

/**
 * A time as text by a pattern of Java's `SimpleDateFormat` in English: letters `G y Y M L w W D d F E u a H k K h m s S z Z X`,
 * text in quotes. Null when the pattern has another letter or an open quote.
 */
export function formatDate(timeMs: number, pattern: string, zone: string): string | null {
  let text = '';
  let end = 0;
  for (const match of pattern.matchAll(PART)) {
    if (match.index !== end) return null;
    end += match[0].length;
    const [part, quoted, letter] = match;
    if (quoted !== undefined) text += quoted === '' ? "'" : quoted.replaceAll("''", "'");
    else if (letter === undefined) text += part;
    else {
      const field = fieldText(letter, part.length, timeMs, zone);
      if (field === null) return null;
      text += field;
    }
  }
  return end === pattern.length ? text : null;
}

/** Whether `formatDate` knows all of a pattern. */
export function isDatePattern(pattern: string): boolean {
  return formatDate(0, pattern, 'UTC') !== null;
}

function fieldText(letter: string, width: number, timeMs: number, zone: string): string | null {
  const get = (field: Parameters<typeof getCalendarField>[1]) => getCalendarField(timeMs, field, zone);
  const padded = (value: number) => String(value).padStart(width, '0');
  const hour = get('hour');
  switch (letter) {
    case 'G':
      return era(timeMs, zone) === 1 ? 'AD' : 'BC';
    case 'y':
    case 'Y': {
      const year = letter === 'Y' ? weekYear(timeMs, zone) : get('year');
      return width === 2 ? String(year % 100).padStart(2, '0') : padded(year);
    }
    case 'M':
    case 'L': {
      const name = MONTHS[get('month')] as string;
      return width < 3 ? padded(get('month') + 1) : width === 3 ? name.slice(0, 3) : name;
    }
    case 'w':
      return padded(get('week'));
    case 'W': {
      const day = get('day');
      const firstDay = (((dayOfWeek(timeMs, zone) - day) % 7) + 7) % 7;
      return padded(Math.floor((day - 1 + firstDay) / 7) + 1);
    }
    case 'F':
      return padded(Math.floor((get('day') - 1) / 7) + 1);
    case 'D':
      return padded(dayOfYear(timeMs, zone));
    case 'd':
      return padded(get('day'));
    case 'E': {
      const name = DAYS[dayOfWeek(timeMs, zone) - 1] as string;
      return width < 4 ? name.slice(0, 3) : name;
    }
    case 'u':
      return padded(((dayOfWeek(timeMs, zone) + 5) % 7) + 1);
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'H':
      return padded(hour);
    case 'k':
      return padded(hour === 0 ? 24 : hour);
    case 'K':
      return padded(hour % 12);
    case 'h':
      return padded(hour % 12 === 0 ? 12 : hour % 12);
    case 'm':
      return padded(get('minute'));
    case 's':
      return padded(get('second'));
    case 'S':
      return padded(get('millisecond'));
    default:
      return zoneText(letter, width, timeMs, zone);
  }
}

function zoneText(letter: string, width: number, timeMs: number, zone: string): string | null {
  if (letter === 'z') return zone;
  if (letter !== 'Z' && letter !== 'X') return null;
  const minutes = Math.round((wallTime(timeMs, zone) - timeMs) / 60_000);
  if (letter === 'X' && minutes === 0) return 'Z';
  const sign = minutes < 0 ? '-' : '+';
  const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  const [hours, rest] = [two(minutes / 60), two(minutes % 60)];
  if (letter === 'Z' || width === 2) return `${sign}${hours}${rest}`;
  return width === 1 ? `${sign}${hours}` : `${sign}${hours}:${rest}`;
}
