import { LIMITS, LimitError } from '../../core/limits.ts';
import type { Value } from '../../event/record.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { AggregateHost } from './aggregator.ts';
import { unshared, ValueAggregator } from './value-aggregator.ts';

/**
 * `approx_quantile(x, q)`: the value below which a share q of the values lies, within 1 % of the value itself.
 *
 * DDSketch (Masson, Rim, Lee 2019): bucket i counts the values in (γ^(i−1), γ^i] with γ = (1 + α) / (1 − α); the middle
 * of a bucket is within α of every value in it. Counts can be taken back, so it serves windows exactly as it serves
 * endless streams, which digests that merge their centroids cannot. Values whose size is below 10^−9 count as zero; NaN
 * does not count, infinities have the outermost buckets.
 */
export const makeApproxQuantile = unshared((plan, host) => new ApproxQuantile(plan, host));

const ALPHA = 0.01;
const LOG_GAMMA = Math.log((1 + ALPHA) / (1 - ALPHA));
const ZERO_BELOW = 1e-9;
/** Bucket numbers of positive values are shifted above zero, those of negative ones mirrored below. */
const SHIFT = 20_000;
const LAST = 80_000;

/** Counts by bucket; `order` holds the buckets in use in ascending order. */
interface Sketch {
  readonly times: Map<number, number>;
  order: number[];
  total: number;
}

class ApproxQuantile extends ValueAggregator {
  private readonly sketches: (Sketch | undefined)[] = [];
  private readonly share: number;
  private readonly statementName: string;
  private readonly entriesMax: number;
  private entries = 0;

  constructor(plan: AggregatePlan, host: AggregateHost) {
    super(plan, host);
    const rank = plan.args[1]?.expr;
    this.share = rank?.op === 'literal' ? (rank.value as number) : 0.5;
    this.statementName = host.statementName;
    this.entriesMax = (host.limits ?? LIMITS).distinctValuesMax;
  }

  reserve(): void {}

  value(group: number): Value {
    const sketch = this.sketches[group];
    if (sketch === undefined || sketch.total === 0) return null;
    const rank = this.share * (sketch.total - 1);
    let seen = 0;
    for (const bucket of sketch.order) {
      seen += sketch.times.get(bucket) as number;
      if (seen > rank) return middleOf(bucket);
    }
    return middleOf(sketch.order.at(-1) as number);
  }

  protected add(group: number, value: Value): void {
    const bucket = bucketOf(value as number);
    if (bucket === null) return;
    const sketch = this.sketches[group] ?? { times: new Map(), order: [], total: 0 };
    this.sketches[group] = sketch;
    sketch.total++;
    const times = sketch.times.get(bucket) ?? 0;
    sketch.times.set(bucket, times + 1);
    if (times > 0) return;
    sketch.order.splice(placeIn(sketch.order, bucket), 0, bucket);
    if (++this.entries > this.entriesMax) {
      const most = `more than ${this.entriesMax} buckets`;
      throw new LimitError(`${this.statementName}: ${most} in the groups of \`approx_quantile\``);
    }
  }

  protected remove(group: number, value: Value): void {
    const sketch = this.sketches[group];
    const bucket = bucketOf(value as number);
    const times = bucket === null ? undefined : sketch?.times.get(bucket);
    if (sketch === undefined || bucket === null || times === undefined) return;
    sketch.total--;
    if (times > 1) {
      sketch.times.set(bucket, times - 1);
      return;
    }
    sketch.times.delete(bucket);
    sketch.order.splice(placeIn(sketch.order, bucket), 1);
    this.entries--;
  }

  protected reset(group: number): void {
    this.entries -= this.sketches[group]?.times.size ?? 0;
    this.sketches[group] = undefined;
  }

  protected write(group: number): unknown {
    return [...(this.sketches[group]?.times ?? [])];
  }

  protected read(group: number, state: unknown): void {
    const entries = state as [number, number][];
    if (entries.length === 0) return;
    const total = entries.reduce((sum, [, times]) => sum + times, 0);
    const order = entries.map(([bucket]) => bucket).sort((a, b) => a - b);
    this.sketches[group] = { times: new Map(entries), order, total };
    this.entries += entries.length;
  }
}

function bucketOf(value: number): number | null {
  if (Number.isNaN(value)) return null;
  const size = Math.abs(value);
  if (size < ZERO_BELOW) return 0;
  const bucket = size === Number.POSITIVE_INFINITY ? LAST : Math.ceil(Math.log(size) / LOG_GAMMA) + SHIFT;
  return value > 0 ? bucket : -bucket;
}

function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const size = Math.abs(bucket);
  if (size === LAST) return bucket > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const middle = Math.exp((size - SHIFT) * LOG_GAMMA) * (1 - ALPHA);
  return bucket > 0 ? middle : -middle;
}

function placeIn(order: readonly number[], bucket: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle] as number) < bucket) low = middle + 1;
    else high = middle;
  }
  return low;
}
