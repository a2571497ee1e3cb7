import type { Period } from '../event/record.ts';
import { addPeriod } from './duration.ts';
import type { TimeBase } from './time-base.ts';
import { parseTimestamp } from './timestamp.ts';
import { timeOfWall } from './zone.ts';

/**
 * A schedule of `timer:schedule`, as in ISO 8601: a date, a period, or both, and how often. Without repetitions it
 * comes once: at the date, or a period after the date or the start. With them: `repetitions` times (−1: without end),
 * counted from the date, which is the first, or from one period after the start. Times that have passed count.
 */
export interface RepeatingInterval {
  /** In ticks; null: it begins when it is started. */
  readonly date: number | null;
  readonly period: Period | null;
  readonly repetitions: number | null;
}

/** How far a started schedule is. Changed by `nextOccurrence`. */
export interface IntervalProgress {
  /** The time periods are added to: the date or the start, later the last time that was given. */
  reference: number;
  /** Times used up; null once nothing comes any more. */
  count: number | null;
}

/** A schedule started at a time. */
export function startInterval(interval: RepeatingInterval, now: number): IntervalProgress {
  return { reference: interval.date ?? now, count: interval.date === null ? 0 : 1 };
}

/** The next time of the schedule after `now`; null when none comes any more. */
export function nextOccurrence(
  interval: RepeatingInterval,
  progress: IntervalProgress,
  now: number,
  base: TimeBase,
): number | null {
  const { period, repetitions } = interval;
  if (progress.count === null) return null;
  if (period === null || repetitions === null) {
    progress.count = null;
    const due = period === null ? progress.reference : addPeriod(progress.reference, period, base);
    return due > now ? due : null;
  }
  const { due, steps } = forward(progress.reference, period, now, base);
  progress.count += steps;
  if ((repetitions >= 0 && progress.count > repetitions) || !Number.isFinite(due)) {
    progress.count = null;
    return null;
  }
  progress.reference = due;
  return due;
}

/** The reference if it is still to come, else as many periods after it as it takes to pass `now`. */
function forward(
  reference: number,
  period: Period,
  now: number,
  base: TimeBase,
): { due: number; steps: number } {
  if (reference > now) return { due: reference, steps: 0 };
  const add = (time: number, times: number) =>
    addPeriod(time, { months: period.months * times, ms: period.ms * times }, base);
  let due = add(reference, 1);
  let steps = 1;
  if (!(due > reference)) return { due: Number.NaN, steps };
  if (due > now) return { due, steps };
  const more = Math.floor((now - reference) / (due - reference)) - 1;
  due = add(due, more);
  steps += more;
  while (due > now) {
    due = add(due, -1);
    steps--;
  }
  while (due <= now) {
    due = add(due, 1);
    steps++;
  }
  return { due, steps };
}

/** Reads `R3/2012-10-01T05:52:00Z/PT2S` or a part of it; a text when it is wrong. A date without zone is in that of `base`. */
export function parseRepeatingInterval(text: string, base: TimeBase): RepeatingInterval | string {
  const parts = text.trim().split('/');
  if (parts.length > 3) return 'it has more than three parts';
  const [first = ''] = parts;
  const repeats = parts.length > 1 && first.startsWith('R') ? parts.shift() : undefined;
  const last = parts[parts.length - 1] ?? '';
  const periodText =
    last.startsWith('P') || parts.length > 1 || repeats !== undefined ? parts.pop() : undefined;
  if (parts.length > 1) return 'it begins with neither a repetition nor a date';
  const repetitions = repeats === undefined ? null : parseRepetitions(repeats);
  if (repetitions !== null && Number.isNaN(repetitions)) return `\`${repeats}\` is no repetition`;
  const period = periodText === undefined ? null : parseIsoPeriod(periodText);
  if (periodText !== undefined && period === null) return `\`${periodText}\` is no period`;
  const [dateText] = parts;
  const date = dateText === undefined ? null : parseDate(dateText, base);
  if (date !== null && Number.isNaN(date)) return `\`${dateText}\` is no date`;
  return { date, period, repetitions };
}

/** A date of a schedule, in ticks of whole milliseconds as in Esper; NaN when it is none. */
export function parseDate(text: string, { ticksPerMs, zone }: TimeBase): number {
  const ms = parseTimestamp(text.trim(), 'milliseconds');
  const hasZone = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i.test(text.trim().slice(10));
  return (hasZone ? ms : timeOfWall(ms, zone)) * ticksPerMs;
}

function parseRepetitions(text: string): number {
  if (text === 'R') return -1;
  return /^R-?\d+$/.test(text) ? Number(text.slice(1)) : Number.NaN;
}

function parseIsoPeriod(text: string): Period | null {
  const found = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(
    text,
  );
  if (found === null) return null;
  const [years, months, weeks, days, hours, minutes, seconds] = found
    .slice(1)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number];
  const ms = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000;
  const period = { months: years * 12 + months, ms };
  return period.months === 0 && period.ms === 0 ? null : period;
}
