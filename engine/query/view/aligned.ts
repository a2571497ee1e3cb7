import type { Period } from '../../event/record.ts';
import { onCalendar, type TimeBase, ticksOf } from '../../time/time-base.ts';
import { timeOfWall, wallTime } from '../../time/zone.ts';
import type { Intervals } from './batch.ts';

/**
 * Intervals aligned to the epoch, 1970-01-01T00:00 on the clocks of a zone, moved by an offset: an interval of a day
 * begins at local midnight also when the clocks change, one of n months on the first day of a month.
 */
export class AlignedIntervals implements Intervals {
  private readonly months: number;
  private readonly ticks: number;
  private readonly offset: number;
  private readonly base: TimeBase;

  /** `size`: whole months, or a fixed duration; `offset` in ticks. */
  constructor(size: Period, offset: number, base: TimeBase) {
    this.months = size.months;
    this.ticks = ticksOf(size.ms, base);
    this.offset = offset;
    this.base = base;
  }

  next(now: number): { readonly due: number; readonly reference: number } {
    const { base, offset } = this;
    const local = onCalendar(now, base, (ms) => wallTime(ms, base.zone)) - offset;
    for (let n = 1; ; n++) {
      // Where clocks go back, the next end on the clock may be one that has been: the one after it counts.
      const due = onCalendar(this.end(local, n) + offset, base, (ms) => timeOfWall(ms, base.zone));
      if (due > now) return { due, reference: 0 };
    }
  }

  /** The n-th end of an interval after a local time. */
  private end(local: number, n: number): number {
    const { months, ticks, base } = this;
    if (months === 0) return (Math.floor(local / ticks) + n) * ticks;
    const date = new Date(Math.floor(local / base.ticksPerMs));
    const month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    const first = new Date(0).setUTCFullYear(1970, (Math.floor(month / months) + n) * months, 1);
    return first * base.ticksPerMs;
  }
}
