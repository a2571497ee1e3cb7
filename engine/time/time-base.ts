/**
 * What the numbers that stand for times count. The engine knows time only as a number of *ticks* since
 * 1970-01-01T00:00:00Z: the clock, event times, due times of timers and every value of type long or date that a rule takes
 * for a time. How long a tick is belongs to the compiled plan, as the time zone does.
 *
 * Durations that people write are milliseconds with a fraction until they meet the clock; here they become ticks. The
 * calendar knows whole milliseconds: what a time has beyond them stays as it is while the calendar moves it. As in
 * Esper it is cut towards zero, which differs from the floor before 1970 only.
 */
export interface TimeBase {
  readonly unit: TimeUnit;
  /** 1, or 1000 for microseconds. */
  readonly ticksPerMs: number;
  /** IANA zone of calendar arithmetic. */
  readonly zone: string;
}

/** Length of a tick. */
export type TimeUnit = 'milliseconds' | 'microseconds';

/** The time units there are. */
export const TIME_UNITS: readonly TimeUnit[] = ['milliseconds', 'microseconds'];

/** Makes the time base of a plan. */
export function timeBase(unit: TimeUnit, zone: string): TimeBase {
  return { unit, ticksPerMs: ticksPerMs(unit), zone };
}

/** The time base of a plan. */
export function baseOf({ timeUnit, zone }: { readonly timeUnit: TimeUnit; readonly zone: string }): TimeBase {
  return timeBase(timeUnit, zone);
}

/** Ticks in a millisecond. */
export function ticksPerMs(unit: TimeUnit): number {
  return unit === 'microseconds' ? 1000 : 1;
}

/** Whole ticks of a duration or time in ms, which may have a fraction. */
export function ticksOf(ms: number, { ticksPerMs }: Pick<TimeBase, 'ticksPerMs'>): number {
  return Math.round(ms * ticksPerMs);
}

/** The whole milliseconds of a time: what the calendar sees of it. */
export function calendarMs(time: number, { ticksPerMs }: Pick<TimeBase, 'ticksPerMs'>): number {
  return ticksPerMs === 1 ? time : Math.trunc(time / ticksPerMs) + 0;
}

/** A time moved by the calendar, which changes its whole milliseconds. */
export function onCalendar(time: number, base: TimeBase, move: (ms: number) => number): number {
  if (base.ticksPerMs === 1) return move(time);
  const ms = calendarMs(time, base);
  return move(ms) * base.ticksPerMs + (time - ms * base.ticksPerMs);
}

/** Times that count something else than the clock were brought together with it; the message is for the user. */
export class TimeUnitError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'TimeUnitError';
  }
}

/** Throws a `TimeUnitError` unless what comes counts times as what is there. */
export function checkUnit(what: string, unit: TimeUnit, own: TimeUnit): void {
  if (unit === own) return;
  throw new TimeUnitError(
    `${what}: times are in ${unit}, where the clock counts ${own}; use the same time unit`,
  );
}
