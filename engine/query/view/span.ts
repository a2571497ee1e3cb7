import type { Period } from '../../event/record.ts';
import { addPeriod } from '../../time/duration.ts';

/** The duration of a window. Months are those of the calendar, counted from the time at hand. */
export class Span {
  private readonly months: number;
  private readonly ms: number;
  private readonly zone: string;

  constructor(period: Period, zone: string) {
    this.months = period.months;
    this.ms = Math.round(period.ms);
    this.zone = zone;
  }

  /** The time so long after `time`. */
  after(time: number): number {
    if (this.months === 0) return time + this.ms;
    return addPeriod(time, { months: this.months, ms: this.ms }, this.zone);
  }

  /** The time so long before `time`. */
  before(time: number): number {
    if (this.months === 0) return time - this.ms;
    return addPeriod(time, { months: -this.months, ms: -this.ms }, this.zone);
  }

  /**
   * The first multiple of the duration, counted from `reference`, that is after `now`; with the multiple before it,
   * which is the reference of the next question.
   */
  next(now: number, reference: number): { readonly due: number; readonly reference: number } {
    if (this.months === 0) return { due: nextMultiple(now, reference, this.ms), reference };
    let last = reference;
    while (last > now) last = this.before(last);
    for (let due = this.after(last); ; due = this.after(last)) {
      if (due > now) return { due, reference: last };
      last = due;
    }
  }
}

/** The first of `reference + n × ms` after `now`, as Esper counts: a multiple that falls on `now` is not after it. */
function nextMultiple(now: number, reference: number, ms: number): number {
  const whole = Math.trunc((now - reference) / ms) - (reference > now ? 1 : 0);
  const due = reference + (whole + 1) * ms;
  return due === now ? due + ms : due;
}
