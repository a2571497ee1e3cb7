import type { Period } from '../../event/record.ts';
import { addPeriod, wholePeriod } from '../../time/duration.ts';
import { type TimeBase, ticksOf } from '../../time/time-base.ts';

/** The duration of a window. Months are those of the calendar, counted from the time at hand. */
export class Span {
  private readonly period: Period;
  /** Of the part without months. */
  private readonly ticks: number;
  private readonly base: TimeBase;

  constructor(period: Period, base: TimeBase) {
    this.period = wholePeriod(period, base);
    this.ticks = ticksOf(period.ms, base);
    this.base = base;
  }

  /** The time so long after `time`. */
  after(time: number): number {
    return this.period.months === 0 ? time + this.ticks : addPeriod(time, this.period, this.base);
  }

  /** The time so long before `time`. */
  before(time: number): number {
    const { months, ms } = this.period;
    return months === 0 ? time - this.ticks : addPeriod(time, { months: -months, ms: -ms }, this.base);
  }

  /**
   * The first multiple of the duration, counted from `reference`, that is after `now`; with the multiple before it,
   * which is the reference of the next question.
   */
  next(now: number, reference: number): { readonly due: number; readonly reference: number } {
    if (this.period.months === 0) return { due: nextMultiple(now, reference, this.ticks), reference };
    let last = reference;
    while (last > now) last = this.before(last);
    for (let due = this.after(last); ; due = this.after(last)) {
      if (due > now) return { due, reference: last };
      last = due;
    }
  }
}

/** The first of `reference + n × ticks` after `now`, as Esper counts: a multiple that falls on `now` is not after it. */
function nextMultiple(now: number, reference: number, ticks: number): number {
  const whole = Math.trunc((now - reference) / ticks) - (reference > now ? 1 : 0);
  const due = reference + (whole + 1) * ticks;
  return due === now ? due + ticks : due;
}
