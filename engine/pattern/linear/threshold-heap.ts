/**
 * Runs by the limit that a number of an event must pass, as a binary heap: the run that is passed most easily is on
 * top, so an event looks only at runs it passes and at one or two beyond them.
 *
 * Runs that leave (by their deadline, say) are not searched for; they are recognized by their stamp when they come up,
 * and the heap is made anew when more than half of it has gone. Limits of `<` are kept with the other sign.
 */
export class ThresholdHeap {
  private limits: Float64Array = NO_LIMITS;
  private runs: Int32Array = NO_NUMBERS;
  private stamps: Int32Array = NO_NUMBERS;
  private size = 0;
  private readonly sign: number;
  private readonly isInclusive: boolean;

  constructor(operator: '<' | '<=' | '>' | '>=') {
    this.sign = operator === '>' || operator === '>=' ? 1 : -1;
    this.isInclusive = operator === '>=' || operator === '<=';
  }

  /** Adds a run; `limit` is not NaN. */
  add(limit: number, run: number, stamp: number): void {
    if (this.size === this.runs.length) this.grow();
    this.up(this.size++, limit * this.sign, run, stamp);
  }

  /** Takes out and gives to `found` every run that `value` passes; `isCurrent` knows runs that have not left. */
  take(value: number, isCurrent: IsCurrent, found: (run: number) => void): void {
    const bound = value * this.sign;
    while (this.size > 0 && this.passes(bound, 0)) {
      const run = this.runs[0] as number;
      const stamp = this.stamps[0] as number;
      this.pop();
      if (isCurrent(run, stamp)) found(run);
    }
  }

  /** Gives to `found` every run that `value` passes, and leaves them in place. */
  visit(value: number, isCurrent: IsCurrent, found: (run: number) => void): void {
    const bound = value * this.sign;
    const open = [0];
    let left = 0;
    let seen = 0;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at >= this.size || !this.passes(bound, at)) continue;
      const run = this.runs[at] as number;
      seen++;
      if (isCurrent(run, this.stamps[at] as number)) found(run);
      else left++;
      open.push(2 * at + 2, 2 * at + 1);
    }
    if (left > 8 && left * 2 > seen) this.rebuild(isCurrent);
  }

  /** Drops runs that have left when they are more than half; `live` is the number of the others. */
  trim(live: number, isCurrent: IsCurrent): void {
    if (this.size > 2 * live + 64) this.rebuild(isCurrent);
  }

  /** The runs that have not left, in no particular order. */
  current(isCurrent: IsCurrent): number[] {
    const all: number[] = [];
    for (let i = 0; i < this.size; i++) {
      if (isCurrent(this.runs[i] as number, this.stamps[i] as number)) all.push(this.runs[i] as number);
    }
    return all;
  }

  /** Forgets everything. */
  clear(): void {
    this.size = 0;
  }

  private passes(bound: number, at: number): boolean {
    const limit = this.limits[at] as number;
    return this.isInclusive ? bound >= limit : bound > limit;
  }

  private pop(): void {
    const last = --this.size;
    if (last === 0) return;
    this.down(0, this.limits[last] as number, this.runs[last] as number, this.stamps[last] as number);
  }

  private rebuild(isCurrent: IsCurrent): void {
    const { limits, runs, stamps, size } = this;
    this.size = 0;
    for (let i = 0; i < size; i++) {
      const run = runs[i] as number;
      const stamp = stamps[i] as number;
      if (isCurrent(run, stamp)) this.up(this.size++, limits[i] as number, run, stamp);
    }
  }

  private up(from: number, limit: number, run: number, stamp: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((this.limits[above] as number) <= limit) break;
      this.copy(above, at);
      at = above;
    }
    this.set(at, limit, run, stamp);
  }

  private down(from: number, limit: number, run: number, stamp: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && (this.limits[child + 1] as number) < (this.limits[child] as number))
        child++;
      if ((this.limits[child] as number) >= limit) break;
      this.copy(child, at);
      at = child;
    }
    this.set(at, limit, run, stamp);
  }

  private copy(from: number, to: number): void {
    this.set(to, this.limits[from] as number, this.runs[from] as number, this.stamps[from] as number);
  }

  private set(at: number, limit: number, run: number, stamp: number): void {
    this.limits[at] = limit;
    this.runs[at] = run;
    this.stamps[at] = stamp;
  }

  private grow(): void {
    const size = Math.max(4, this.size * 2);
    const { limits, runs, stamps } = this;
    this.limits = new Float64Array(size);
    this.runs = new Int32Array(size);
    this.stamps = new Int32Array(size);
    this.limits.set(limits);
    this.runs.set(runs);
    this.stamps.set(stamps);
  }
}

/** Whether a run still waits under a stamp. */
export type IsCurrent = (run: number, stamp: number) => boolean;

/** Shared by the heaps that are empty, and never written. */
const NO_LIMITS = new Float64Array(0);
const NO_NUMBERS = new Int32Array(0);
