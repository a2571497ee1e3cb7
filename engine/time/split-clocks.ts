import { assert } from '../core/assert.ts';

/** What becomes of an event by its time. */
export type Verdict = 'admitted' | 'late' | 'quarantined';

/** How disordered a job's splits may be. */
export interface SplitClockOptions {
  /** Number of splits. */
  readonly splits: number;
  /** Out-of-order bound, ticks. */
  readonly outOfOrder: number;
  /** A jump ahead of the split's greatest admitted time by more than this is quarantined; null: never. */
  readonly maxGap: number | null;
}

/** The state of the clocks as JSON; one entry a split. */
export interface SplitClocksSnapshot {
  /** Greatest admitted event time; null before the first event. */
  readonly greatest: readonly (number | null)[];
  readonly open: readonly boolean[];
  readonly ahead: readonly { readonly count: number; readonly time: number }[];
}

/** Events ahead of the clock that must agree, in ascending order, before the clock follows them. */
const CORROBORATION = 3;

/**
 * The watermarks of a job's splits. Watermark of a split = its greatest admitted event time − the out-of-order bound:
 * no further event of the split with an earlier time is admitted. An event is late by its own split's watermark only,
 * so the answer does not depend on how splits interleave.
 */
export class SplitClocks {
  private readonly options: SplitClockOptions;
  private readonly greatest: number[];
  private readonly open: boolean[];
  /** Per split: how many events in a row jumped ahead, and the time of the last. */
  private readonly ahead: { count: number; time: number }[];

  constructor(options: SplitClockOptions) {
    this.options = options;
    this.greatest = new Array<number>(options.splits).fill(Number.NEGATIVE_INFINITY);
    this.open = new Array<boolean>(options.splits).fill(true);
    this.ahead = Array.from({ length: options.splits }, () => ({ count: 0, time: 0 }));
  }

  /** Decides on the next event of a split; an admitted one may move the split's watermark. O(1). */
  judge(split: number, time: number): Verdict {
    const greatest = this.greatest[split] as number;
    if (time < greatest - this.options.outOfOrder) return 'late';
    if (this.jumps(split, time, greatest)) return 'quarantined';
    if (time > greatest) this.greatest[split] = time;
    return 'admitted';
  }

  /** The split has ended: it holds the watermark back no longer. */
  close(split: number): void {
    this.open[split] = false;
  }

  /** The split's own watermark, ticks; +Infinity when closed. */
  watermarkOf(split: number): number {
    return this.open[split] === true
      ? (this.greatest[split] as number) - this.options.outOfOrder
      : Number.POSITIVE_INFINITY;
  }

  /** The job's watermark: the least of all splits. */
  watermark(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let split = 0; split < this.open.length; split++) least = Math.min(least, this.watermarkOf(split));
    return least;
  }

  /** The greatest admitted event time of all splits; −Infinity when there is none. */
  greatestTime(): number {
    return this.greatest.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  }

  /** The state between two events. */
  snapshot(): SplitClocksSnapshot {
    return {
      greatest: this.greatest.map((time) => (time === Number.NEGATIVE_INFINITY ? null : time)),
      open: [...this.open],
      ahead: this.ahead.map((one) => ({ ...one })),
    };
  }

  /** Replaces the state by that of a snapshot of clocks with the same options. */
  restore({ greatest, open, ahead }: SplitClocksSnapshot): void {
    assert(greatest.length === this.options.splits, 'the snapshot is of as many splits');
    for (let split = 0; split < greatest.length; split++) {
      this.greatest[split] = greatest[split] ?? Number.NEGATIVE_INFINITY;
      this.open[split] = open[split] === true;
      this.ahead[split] = { count: 0, time: 0, ...ahead[split] };
    }
  }

  private jumps(split: number, time: number, greatest: number): boolean {
    const { maxGap } = this.options;
    const ahead = this.ahead[split] as { count: number; time: number };
    if (maxGap === null || greatest === Number.NEGATIVE_INFINITY || time <= greatest + maxGap) {
      ahead.count = 0;
      return false;
    }
    ahead.count = ahead.count > 0 && time >= ahead.time ? ahead.count + 1 : 1;
    ahead.time = time;
    if (ahead.count < CORROBORATION) return true;
    ahead.count = 0;
    return false;
  }
}
