import type { Period } from '../../event/record.ts';
import { timeOfWall, wallTime } from '../../time/zone.ts';
import type { Intervals } from './batch.ts';

/**
 * Intervals aligned to the epoch, 1970-01-01T00:00 on the clocks of a zone, moved by an offset: an interval of a day
 * begins at local midnight also when the clocks change, one of n months on the first day of a month.
 */
export class AlignedIntervals implements Intervals {
  private readonly size: Period;
  private readonly offset: number;
  private readonly zone: string;

  /** `size`: whole months, or a fixed duration. */
  constructor(size: Period, offsetMs: number, zone: string) {
    this.size = size;
    this.offset = offsetMs;
    this.zone = zone;
  }

  next(now: number): { readonly due: number; readonly reference: number } {
    const local = wallTime(now, this.zone) - this.offset;
    for (let n = 1; ; n++) {
      // Where clocks go back, the next end on the clock may be one that has been: the one after it counts.
      const due = timeOfWall(this.end(local, n) + this.offset, this.zone);
      if (due > now) return { due, reference: 0 };
    }
  }

  /** The n-th end of an interval after a local time. */
  private end(local: number, n: number): number {
    const { months, ms } = this.size;
    if (months === 0) return (Math.floor(local / ms) + n) * ms;
    const date = new Date(local);
    const month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    return new Date(0).setUTCFullYear(1970, (Math.floor(month / months) + n) * months, 1);
  }
}
