import { assert } from '../core/assert.ts';
import { SplitClocks } from '../time/split-clocks.ts';

/** What becomes of a record, as a byte: it crosses process borders. */
export const VERDICT = { admitted: 0, late: 1, quarantined: 2, rejected: 3, outside: 4 } as const;

/** How records are judged. */
export interface JudgeOptions {
  readonly splits: number;
  /** Out-of-order bound, ticks. */
  readonly outOfOrder: number;
  readonly maxGap: number | null;
  /** Events before this time take no part, ticks; −Infinity: none are. */
  readonly from: number;
  /** Events at or after this time take no part, ticks; +Infinity: none are. */
  readonly to: number;
}

/**
 * The account of the records judged: `read = admitted + late + rejected + quarantined`. Events outside of the window
 * asked for are counted beside it: the run is the one the files would give if they did not hold them.
 */
export interface JudgeAccount {
  readonly read: number;
  readonly admitted: number;
  readonly late: number;
  readonly rejected: number;
  readonly quarantined: number;
  readonly outside: number;
  /** Least and greatest admitted event time, ticks; null before the first. */
  readonly from: number | null;
  readonly to: number | null;
}

/** The account before the first record. */
export const NOTHING_READ: JudgeAccount = {
  ...{ read: 0, admitted: 0, late: 0, rejected: 0, quarantined: 0, outside: 0 },
  from: null,
  to: null,
};

/** Judges the records of all splits by their times and keeps the account. Chunks of a split come in its order. */
export class ChunkJudge {
  readonly clocks: SplitClocks;
  private readonly options: JudgeOptions;
  private readonly counts = [0, 0, 0, 0, 0];
  private least = Number.POSITIVE_INFINITY;
  private greatest = Number.NEGATIVE_INFINITY;

  constructor(options: JudgeOptions) {
    this.options = options;
    this.clocks = new SplitClocks(options);
  }

  /** The verdicts on records of a split, in their order; a time of NaN is a record that was rejected. */
  judge(split: number, times: Float64Array): Uint8Array {
    const { from, to } = this.options;
    const { clocks, counts } = this;
    const verdicts = new Uint8Array(times.length);
    for (let i = 0; i < times.length; i++) {
      const time = times[i] as number;
      let verdict: number;
      if (Number.isNaN(time)) verdict = VERDICT.rejected;
      else if (time < from || time >= to) verdict = VERDICT.outside;
      else {
        verdict = VERDICT[clocks.judge(split, time)];
        if (verdict === VERDICT.admitted) {
          if (time < this.least) this.least = time;
          if (time > this.greatest) this.greatest = time;
        }
      }
      verdicts[i] = verdict;
      counts[verdict] = (counts[verdict] as number) + 1;
    }
    return verdicts;
  }

  /** Least admitted event time, +Infinity before the first. */
  get leastTime(): number {
    return this.least;
  }

  /** Greatest admitted event time, −Infinity before the first. */
  get greatestTime(): number {
    return this.greatest;
  }

  /** The account up to now. */
  account(): JudgeAccount {
    const [admitted, late, quarantined, rejected, outside] = this.counts as [
      number,
      number,
      number,
      number,
      number,
    ];
    const isEmpty = admitted === 0;
    return {
      read: admitted + late + rejected + quarantined,
      admitted,
      late,
      rejected,
      quarantined,
      outside,
      from: isEmpty ? null : this.least,
      to: isEmpty ? null : this.greatest,
    };
  }
}

/** Crashes unless the account covers the records that the readers counted. */
export function assertExact(account: JudgeAccount, records: number): void {
  const { read, admitted, late, rejected, quarantined, outside } = account;
  const sum = admitted + late + rejected + quarantined;
  assert(read === sum && read + outside === records, `${records} records, accounted for ${sum} + ${outside}`);
}
