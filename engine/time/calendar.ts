import { timeOfWall, wallTime } from './zone.ts';

/**
 * Calendar fields of a time in a zone, as Java's `GregorianCalendar` with its defaults has them (proleptic before 1582):
 * months from 0, days of the week from 1 for Sunday, weeks begin on Sunday and the first holds January 1. A field set
 * beyond its range carries over: minute 75 is a quarter past the next hour.
 *
 * All work happens on the wall clock of the zone, held in a `Date` read by its UTC methods.
 */
export type CalendarField = 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'month' | 'week' | 'year';

const NAMES: ReadonlyMap<string, CalendarField> = new Map<string, CalendarField>([
  ['msec', 'millisecond'],
  ['millisecond', 'millisecond'],
  ['milliseconds', 'millisecond'],
  ['sec', 'second'],
  ['second', 'second'],
  ['seconds', 'second'],
  ['min', 'minute'],
  ['minute', 'minute'],
  ['minutes', 'minute'],
  ['hour', 'hour'],
  ['hours', 'hour'],
  ['day', 'day'],
  ['days', 'day'],
  ['month', 'month'],
  ['months', 'month'],
  ['week', 'week'],
  ['weeks', 'week'],
  ['year', 'year'],
  ['years', 'year'],
]);

/** The field of a name as rules write it, in any case; null when there is none. */
export function calendarField(name: string): CalendarField | null {
  return NAMES.get(name.trim().toLowerCase()) ?? null;
}

/** Names of fields, for hints. */
export function calendarFieldNames(): readonly string[] {
  return [...NAMES.keys()];
}

/** The year whose weeks hold the day: the last days of December may be in week 1 of the next. */
export function weekYear(timeMs: number, zone: string): number {
  const date = new Date(wallTime(timeMs, zone));
  return date.getUTCFullYear() + (date.getUTCMonth() === 11 && weekOfYear(date) === 1 ? 1 : 0);
}

/** Value of a field. */
export function getCalendarField(timeMs: number, field: CalendarField, zone: string): number {
  return read(new Date(wallTime(timeMs, zone)), field);
}

/** Day of the week, 1 for Sunday to 7. */
export function dayOfWeek(timeMs: number, zone: string): number {
  return new Date(wallTime(timeMs, zone)).getUTCDay() + 1;
}

/** Day of the year from 1. */
export function dayOfYear(timeMs: number, zone: string): number {
  return yearDay(new Date(wallTime(timeMs, zone))) + 1;
}

/** 1 from the year 1 on, 0 before. */
export function era(timeMs: number, zone: string): number {
  return new Date(wallTime(timeMs, zone)).getUTCFullYear() > 0 ? 1 : 0;
}

/** The time with one field changed; the others stay, unless the value carries over. */
export function setCalendarField(timeMs: number, field: CalendarField, value: number, zone: string): number {
  const date = new Date(wallTime(timeMs, zone));
  write(date, field, value);
  return timeOfWall(date.getTime(), zone);
}

/** So many days later at the same time of the day. */
export function addDays(timeMs: number, days: number, zone: string): number {
  return days === 0 ? timeMs : timeOfWall(wallTime(timeMs, zone) + days * 86_400_000, zone);
}

/** The time on another day; parts that are null stay. Months from 0. */
export function withDate(
  timeMs: number,
  [year, month, day]: readonly (number | null)[],
  zone: string,
): number {
  const date = new Date(wallTime(timeMs, zone));
  date.setUTCFullYear(year ?? date.getUTCFullYear(), month ?? date.getUTCMonth(), day ?? date.getUTCDate());
  return timeOfWall(date.getTime(), zone);
}

/** The day at another time of it; parts that are null stay. */
export function withTime(
  timeMs: number,
  [hour, minute, second, ms]: readonly (number | null)[],
  zone: string,
): number {
  const date = new Date(wallTime(timeMs, zone));
  date.setUTCHours(
    hour ?? date.getUTCHours(),
    minute ?? date.getUTCMinutes(),
    second ?? date.getUTCSeconds(),
    ms ?? date.getUTCMilliseconds(),
  );
  return timeOfWall(date.getTime(), zone);
}

/** The time with a field at its least or greatest value in this month and year. */
export function withExtreme(timeMs: number, field: CalendarField, end: 'min' | 'max', zone: string): number {
  const date = new Date(wallTime(timeMs, zone));
  const [least, greatest] = rangeOf(date, field);
  write(date, field, end === 'min' ? least : greatest);
  return timeOfWall(date.getTime(), zone);
}

/**
 * Rounds to a field: `floor` drops what is smaller, `ceiling` then adds one, `half` adds one when the next smaller field
 * is past the middle of its range. This is Apache Commons' `DateUtils`, which Esper uses: a time that is already whole
 * goes up by one in `ceiling`. NaN for weeks, which it does not have.
 */
export function roundCalendar(
  timeMs: number,
  field: CalendarField,
  mode: 'floor' | 'ceiling' | 'half',
  zone: string,
): number {
  if (field === 'week') return Number.NaN;
  if (field === 'millisecond') return timeMs;
  const date = new Date(wallTime(timeMs, zone));
  dropSmallParts(date, field, mode);
  let isPastHalf = false;
  for (const smaller of FROM_SMALL) {
    if (smaller === field) break;
    const [least, greatest] = rangeOf(date, smaller);
    const offset = read(date, smaller) - least;
    isPastHalf = offset > Math.trunc((greatest - least) / 2);
    if (offset !== 0) write(date, smaller, least);
  }
  if (mode === 'ceiling' || (mode === 'half' && isPastHalf)) addOne(date, field);
  // Up to hours it is a distance in time, so that an hour that comes twice stays the one it is.
  if (field === 'second' || field === 'minute' || field === 'hour') {
    return timeMs + date.getTime() - wallTime(timeMs, zone);
  }
  return timeOfWall(date.getTime(), zone);
}

const FROM_SMALL = ['millisecond', 'second', 'minute', 'hour', 'day', 'month', 'year'] as const;

/** Milliseconds, seconds and minutes below the middle go first, so that they cannot lift the field above. */
function dropSmallParts(date: Date, field: CalendarField, mode: 'floor' | 'ceiling' | 'half'): void {
  const [ms, second, minute] = [date.getUTCMilliseconds(), date.getUTCSeconds(), date.getUTCMinutes()];
  const isFloor = mode === 'floor';
  let time = date.getTime();
  if (isFloor || ms < 500) time -= ms;
  if (field !== 'second' && (isFloor || second < 30)) {
    time -= second * 1000;
  }
  if (field !== 'second' && field !== 'minute' && (isFloor || minute < 30)) time -= minute * 60_000;
  date.setTime(time);
}

function read(date: Date, field: CalendarField): number {
  switch (field) {
    case 'millisecond':
      return date.getUTCMilliseconds();
    case 'second':
      return date.getUTCSeconds();
    case 'minute':
      return date.getUTCMinutes();
    case 'hour':
      return date.getUTCHours();
    case 'day':
      return date.getUTCDate();
    case 'month':
      return date.getUTCMonth();
    case 'week':
      return weekOfYear(date);
    case 'year':
      return date.getUTCFullYear();
  }
}

function write(date: Date, field: CalendarField, value: number): void {
  switch (field) {
    case 'millisecond':
      date.setUTCMilliseconds(value);
      return;
    case 'second':
      date.setUTCSeconds(value);
      return;
    case 'minute':
      date.setUTCMinutes(value);
      return;
    case 'hour':
      date.setUTCHours(value);
      return;
    case 'day':
      date.setUTCDate(value);
      return;
    case 'month':
      date.setUTCMonth(value);
      return;
    case 'week':
      // Java counts from the first week of the calendar year, also in the last days that are in week 1 of the next.
      date.setUTCDate(date.getUTCDate() + (value - weekFromStart(date)) * 7);
      return;
    case 'year':
      date.setUTCFullYear(value);
      return;
  }
}

/** Adds one month or year; a day that the month does not have cannot be left by rounding. */
function addOne(date: Date, field: CalendarField): void {
  write(date, field, read(date, field) + 1);
}

function rangeOf(date: Date, field: CalendarField): readonly [least: number, greatest: number] {
  switch (field) {
    case 'millisecond':
      return [0, 999];
    case 'second':
    case 'minute':
      return [0, 59];
    case 'hour':
      return [0, 23];
    case 'day':
      return [1, new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()];
    case 'month':
      return [0, 11];
    case 'week':
      return [1, weeksIn(date)];
    case 'year':
      return [1, 292_278_994];
  }
}

/** Days since January 1. */
function yearDay(date: Date): number {
  const start = new Date(0).setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start) / 86_400_000);
}

/** Weeks begin on Sunday; the week that holds January 1 is week 1 of that year. */
function weekOfYear(date: Date): number {
  const isLast = date.getUTCMonth() === 11 && date.getUTCDate() - date.getUTCDay() + 6 > 31;
  return isLast ? 1 : weekFromStart(date);
}

/** Weeks since the one that holds January 1 of its calendar year, from 1. */
function weekFromStart(date: Date): number {
  const day = yearDay(date);
  const firstDay = (((date.getUTCDay() - day) % 7) + 7) % 7;
  return Math.floor((day + firstDay) / 7) + 1;
}

/** The last week of the year that is not yet week 1 of the next. */
function weeksIn(date: Date): number {
  const year = date.getUTCFullYear();
  for (let day = 31; ; day--) {
    const week = weekOfYear(new Date(new Date(0).setUTCFullYear(year, 11, day)));
    if (week > 1) return week;
  }
}
