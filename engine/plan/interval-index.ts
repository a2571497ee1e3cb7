/** An interval with both ends, and what it stands for. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly item: number;
}

/**
 * Finds the intervals that hold a number: a balanced tree over the intervals by their low end, in arrays, where each node
 * knows the highest end below it. Cost: the logarithm of their number, plus what is found.
 */
export class IntervalIndex {
  private readonly lows: Float64Array;
  private readonly highs: Float64Array;
  /** Highest end in the subtree of a node, which is the middle of its range of indexes. */
  private readonly tops: Float64Array;
  private readonly items: Int32Array;

  constructor(intervals: readonly Interval[]) {
    const sorted = [...intervals].sort((a, b) => a.low - b.low);
    this.lows = Float64Array.from(sorted, (one) => one.low);
    this.highs = Float64Array.from(sorted, (one) => one.high);
    this.items = Int32Array.from(sorted, (one) => one.item);
    this.tops = new Float64Array(sorted.length);
    this.fill(0, sorted.length - 1);
  }

  /** Appends the items of the intervals that hold the value, in no order. */
  find(value: number, into: number[]): void {
    this.visit(0, this.lows.length - 1, value, into);
  }

  private fill(from: number, to: number): number {
    if (from > to) return Number.NEGATIVE_INFINITY;
    const middle = (from + to) >> 1;
    const own = this.highs[middle] as number;
    const top = Math.max(own, this.fill(from, middle - 1), this.fill(middle + 1, to));
    this.tops[middle] = top;
    return top;
  }

  private visit(from: number, to: number, value: number, into: number[]): void {
    if (from > to) return;
    const middle = (from + to) >> 1;
    if (!((this.tops[middle] as number) >= value)) return;
    this.visit(from, middle - 1, value, into);
    if ((this.lows[middle] as number) > value) return;
    if ((this.highs[middle] as number) >= value) into.push(this.items[middle] as number);
    this.visit(middle + 1, to, value, into);
  }
}
