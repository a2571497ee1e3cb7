import { calendarMs, type TimeBase } from './time-base.ts';
import { timeOfWall, wallTime } from './zone.ts';

/**
 * A crontab with its numbers known, and the next time it names: what `timer:at`, `output at` and contexts use.
 *
 * Esper's rules, which the recorded answers show, differ from Unix cron: the search starts one unit of the finest given
 * field after the present time and goes from seconds up to months; days of month and of week, when both are given, are
 * joined by or; milliseconds and microseconds that are not given stay those of the present time; a special day (`last`,
 * `5 last`, `15 weekday`, `lastweekday`) is taken again only on a later day or at a later time of that day than the search
 * starts at. All of it happens on wall time in the zone; microseconds count with a clock that has them.
 */
export interface Crontab {
  readonly minute: Allowed;
  readonly hour: Allowed;
  readonly dayOfMonth: Allowed;
  readonly month: Allowed;
  readonly dayOfWeek: Allowed;
  readonly second: Allowed;
  readonly millisecond: Allowed;
  readonly microsecond: Allowed;
  /** The finest field that is given: what is finer than minutes may be left out. */
  readonly finest: 'minute' | 'second' | 'millisecond' | 'microsecond';
  readonly special: SpecialDay | null;
  /** As by `zoneNamed`; null is the zone of the rule set. */
  readonly zone: string | null;
}

/** Values of a field in ascending order; null or none: any. */
export type Allowed = readonly number[] | null;

/** A day given by a rule. `month` 1–12 when the crontab names exactly one, else null. */
export interface SpecialDay {
  /** `last`: of the month, or of the week when `ofWeek`; `weekday`: Monday to Friday. */
  readonly kind: 'last' | 'weekday' | 'lastWeekday';
  /** Day of week 0–7 (Sunday 0 and 7) for `last`, day of month for `weekday`. */
  readonly day: number | null;
  readonly ofWeek: boolean;
  readonly month: number | null;
}

/** The first time of the crontab after `now`, in ticks; null when none comes within about forty years. */
export function nextCrontabTime(crontab: Crontab, now: number, base: TimeBase): number | null {
  const { ticksPerMs } = base;
  const zone = crontab.zone ?? base.zone;
  const isFine = crontab.finest === 'microsecond' && ticksPerMs > 1;
  const from = now + (isFine ? 1 : STEP_MS[crontab.finest] * ticksPerMs);
  let ms = calendarMs(from, base);
  let rest = from - ms * ticksPerMs;
  if (isFine) {
    rest = next(crontab.microsecond, rest);
    if (rest < 0) {
      rest = next(crontab.microsecond, 0);
      ms++;
    }
  }
  let start = wallTime(ms, zone);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const search = new Search(crontab, start);
    const found = search.run();
    if (found !== null) return timeOfWall(found, zone) * ticksPerMs + rest;
    if (search.isHopeless) return null;
    start = search.after;
  }
  return null;
}

const STEP_MS = { minute: 60_000, second: 1000, millisecond: 1, microsecond: 1 } as const;
const ATTEMPTS_MAX = 100;
const DAYS_MAX = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** One pass from milliseconds up to months. `after` moves forward as fields overflow. */
class Search {
  after: number;
  isHopeless = false;
  private readonly crontab: Crontab;
  private hour = 0;
  private minute = 0;
  private second = 0;

  constructor(crontab: Crontab, start: number) {
    this.crontab = crontab;
    this.after = start;
  }

  /** Wall time of the result; null when the day it came to does not exist: go on from `after`. */
  run(): number | null {
    const { crontab } = this;
    let millisecond = new Date(this.after).getUTCMilliseconds();
    if (crontab.finest === 'millisecond' || crontab.finest === 'microsecond') {
      millisecond = this.field(crontab.millisecond, millisecond, 1000);
    }
    if (crontab.finest !== 'minute') {
      this.second = this.field(crontab.second, new Date(this.after).getUTCSeconds(), MINUTE_MS);
    }
    this.findMinuteAndHour();
    let day = this.findDay();
    while (!this.isHopeless && day > daysInMonth(this.after)) {
      if (day > 31) this.isHopeless = true;
      this.after = addMonths(this.after, 1);
    }
    if (this.isHopeless) return null;
    const present = new Date(this.after).getUTCMonth() + 1;
    let month = next(crontab.month, present);
    if (month !== present) {
      this.reset();
      day = this.findDay();
    }
    if (month < 0) {
      month = next(crontab.month, 0);
      this.after = addMonths(this.after, 12);
    }
    const year = new Date(this.after).getUTCFullYear();
    if (this.isHopeless || day > daysInMonth(Date.UTC(year, month - 1, 1))) return null;
    return Date.UTC(year, month - 1, day, this.hour, this.minute, this.second, millisecond);
  }

  private findMinuteAndHour(): void {
    const { crontab } = this;
    const minute = new Date(this.after).getUTCMinutes();
    this.minute = next(crontab.minute, minute);
    if (this.minute !== minute) this.second = this.firstSecond();
    if (this.minute < 0) {
      this.minute = next(crontab.minute, 0);
      this.after += HOUR_MS;
    }
    const hour = new Date(this.after).getUTCHours();
    this.hour = next(crontab.hour, hour);
    if (this.hour !== hour) {
      this.second = this.firstSecond();
      this.minute = next(crontab.minute, 0);
    }
    if (this.hour < 0) {
      this.hour = next(crontab.hour, 0);
      this.after += DAY_MS;
    }
  }

  /** Day of the month; resets the time of day when it is not the day of `after`. */
  private findDay(): number {
    const { special, dayOfMonth, dayOfWeek } = this.crontab;
    if (special !== null) return this.findSpecialDay(special);
    if (isAny(dayOfWeek)) {
      const present = new Date(this.after).getUTCDate();
      const day = next(dayOfMonth, present);
      if (day !== present) this.reset();
      if (day >= 0) return day;
      this.after = addMonths(this.after, 1);
      return next(dayOfMonth, 0);
    }
    const isAnyDay = isAny(dayOfMonth);
    for (let i = 0; i < DAYS_MAX; i++) {
      const date = new Date(this.after);
      const fits =
        dayOfWeek?.includes(date.getUTCDay()) || (!isAnyDay && dayOfMonth?.includes(date.getUTCDate()));
      if (fits === true) return date.getUTCDate();
      this.reset();
      this.after += DAY_MS;
    }
    this.isHopeless = true;
    return 1;
  }

  private findSpecialDay(special: SpecialDay): number {
    const start = this.after;
    this.moveTo(special);
    if (this.after > start) this.reset();
    else {
      const date = new Date(start);
      const found = Date.UTC(
        date.getUTCFullYear(),
        date.getUTCMonth(),
        date.getUTCDate(),
        this.hour,
        this.minute,
        this.second,
        date.getUTCMilliseconds(),
      );
      if (found <= start) {
        this.after += DAY_MS;
        this.reset();
        this.moveTo(special);
      }
    }
    return new Date(this.after).getUTCDate();
  }

  private moveTo(special: SpecialDay): void {
    for (let i = 0; i < DAYS_MAX; i++) {
      if (isSpecialDay(special, new Date(this.after))) return;
      this.after += DAY_MS;
    }
    this.isHopeless = true;
  }

  /** Next value of a field; when there is none this time round, its first, and `after` a unit of the next field on. */
  private field(allowed: Allowed, present: number, carryMs: number): number {
    const value = next(allowed, present);
    if (value >= 0) return value;
    this.after += carryMs;
    return next(allowed, 0);
  }

  private reset(): void {
    this.second = this.firstSecond();
    this.minute = next(this.crontab.minute, 0);
    this.hour = next(this.crontab.hour, 0);
  }

  private firstSecond(): number {
    return this.crontab.finest === 'minute' ? 0 : next(this.crontab.second, 0);
  }
}

function isAny(allowed: Allowed): boolean {
  return allowed === null || allowed.length === 0;
}

/** The first allowed value from `start` on; −1 when there is none. */
function next(allowed: Allowed, start: number): number {
  if (allowed === null || allowed.length === 0) return start;
  return allowed.find((value) => value >= start) ?? -1;
}

function isSpecialDay({ kind, day, ofWeek, month }: SpecialDay, date: Date): boolean {
  if (month !== null && month !== date.getUTCMonth() + 1) return false;
  const dayOfWeek = date.getUTCDay();
  const dayOfMonth = date.getUTCDate();
  const last = daysInMonth(date.getTime());
  if (kind === 'last' && ofWeek) {
    if (day === null) return dayOfWeek === 6;
    return dayOfWeek === day % 7 && dayOfMonth > last - 7;
  }
  if (day !== null && kind !== 'weekday' && dayOfWeek !== day % 7) return false;
  if (kind === 'last') return dayOfMonth === last;
  if (!isWorkingDay(dayOfWeek)) return false;
  if (kind === 'lastWeekday') return dayOfMonth === last || (dayOfMonth >= last - 2 && dayOfWeek === 5);
  return day === null || dayOfMonth === nearestWorkingDay(day, last, date);
}

/** The working day of the month nearest to a day, which stays within the month. */
function nearestWorkingDay(day: number, last: number, date: Date): number {
  const target = Math.min(day, last);
  const dayOfWeek = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), target)).getUTCDay();
  if (isWorkingDay(dayOfWeek)) return target;
  if (dayOfWeek === 6) return target > 1 ? target - 1 : target + 2;
  return target === last ? target - 2 : target + 1;
}

function isWorkingDay(dayOfWeek: number): boolean {
  return dayOfWeek >= 1 && dayOfWeek <= 5;
}

function daysInMonth(wallMs: number): number {
  const date = new Date(wallMs);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** A month or more on; a day the month does not have becomes its last. */
function addMonths(wallMs: number, months: number): number {
  const date = new Date(wallMs);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const day = Math.min(date.getUTCDate(), daysInMonth(first));
  return first + (day - 1) * DAY_MS + (((wallMs % DAY_MS) + DAY_MS) % DAY_MS);
}
