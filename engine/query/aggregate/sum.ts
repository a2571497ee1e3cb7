import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { AggregateHost, MakeAggregate, ShareState } from './aggregator.ts';
import { BigSum } from './big-sum.ts';
import { grown } from './columns.ts';
import { ValueAggregator } from './value-aggregator.ts';

/** `sum(x)` in the type of x: int wraps at 32 bits, float rounds to 32 bits at every step, as Esper's. */
export const makeSum: MakeAggregate = (plan, host, share) => {
  const { kind } = plan.type;
  if (kind === 'biginteger' || kind === 'bigdecimal') {
    const state = shareBigSum(plan, host, share);
    return { state, reader: state };
  }
  if (kind === 'double' || kind === 'long') {
    const state = shareSum(plan, host, share);
    return { state, reader: state };
  }
  const sum = new PlainSum(plan, host, kind === 'float' ? Math.fround : toInt);
  return { state: sum, reader: sum };
};

/** `avg(x)`: double, of numbers of any length a decimal. */
export const makeAvg: MakeAggregate = (plan, host, share) => {
  if (plan.type.kind === 'bigdecimal') {
    const state = shareBigSum(plan, host, share);
    const context = plan.context ?? null;
    return { state, reader: { value: (group) => state.average(group, context) } };
  }
  const state = shareSum(plan, host, share);
  return { state, reader: { value: (group) => state.average(group) } };
};

/** Sum and average of one expression are two readings of one state, also of numbers of any length. */
function shareBigSum(plan: AggregatePlan, host: AggregateHost, share: ShareState): BigSum {
  const key = `big sum ${textOf(plan)}`;
  return share(key, () => new BigSum(plan, host));
}

/** Sum and average of one expression are two readings of one state. */
function shareSum(plan: AggregatePlan, host: AggregateHost, share: ShareState): DoubleSum {
  const key = `sum ${textOf(plan)}`;
  return share(key, () => new DoubleSum(plan, host));
}

/** What is summed, as text; made once, for each partition of a context asks. */
function textOf(plan: AggregatePlan): string {
  let text = texts.get(plan);
  if (text === undefined) {
    text = JSON.stringify([plan.args, plan.filter, plan.distinct]);
    texts.set(plan, text);
  }
  return text;
}

const texts = new WeakMap<AggregatePlan, string>();

/** Stands for a column before room is made for groups; shared, for it has no places. */
const NO_NUMBERS = new Float64Array(0);

const toInt = (sum: number) => sum | 0;

/** Sums of int, which are exact, and of float. */
class PlainSum extends ValueAggregator {
  private readonly convert: (sum: number) => number;
  private sums: Float64Array = NO_NUMBERS;
  private counts: Float64Array = NO_NUMBERS;

  constructor(plan: AggregatePlan, host: AggregateHost, convert: (sum: number) => number) {
    super(plan, host);
    this.convert = convert;
  }

  reserve(groups: number): void {
    this.sums = grown(this.sums, groups);
    this.counts = grown(this.counts, groups);
  }

  value(group: number): Value {
    return this.counts[group] === 0 ? null : (this.sums[group] as number);
  }

  protected add(group: number, value: Value): void {
    (this.counts[group] as number)++;
    this.sums[group] = this.convert((this.sums[group] as number) + (value as number));
  }

  protected remove(group: number, value: Value): void {
    if ((this.counts[group] as number) <= 1) {
      this.reset(group);
      return;
    }
    (this.counts[group] as number)--;
    this.sums[group] = this.convert((this.sums[group] as number) - (value as number));
  }

  protected reset(group: number): void {
    this.sums[group] = 0;
    this.counts[group] = 0;
  }

  protected write(group: number, writer: EventWriter): unknown {
    return [this.counts[group], writeValue(this.sums[group] as number, writer)];
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    const [count, sum] = state as [number, unknown];
    this.counts[group] = count;
    this.sums[group] = readValue(sum, reader) as number;
  }
}

/**
 * Sums of doubles that do not drift. Adding and later subtracting millions of values leaves rounding errors behind, as
 * large as the last place of the greatest sum there ever was. Here each rounding error is computed exactly and kept in a
 * second number, and the two are made one sum of twice the digits (double-double addition, Dekker 1971): what remains
 * is some 2^−104 of the greatest sum, and an empty group is exactly empty. Once a value was not finite the sum is what
 * plain addition gives (NaN after Infinity leaves), as in Esper, until the group is empty.
 *
 * Sums of long are exact within ±(2^53 − 1), also after they have been beyond it.
 */
class DoubleSum extends ValueAggregator {
  private sums: Float64Array = NO_NUMBERS;
  private errors: Float64Array = NO_NUMBERS;
  private counts: Float64Array = NO_NUMBERS;

  reserve(groups: number): void {
    this.sums = grown(this.sums, groups);
    this.errors = grown(this.errors, groups);
    this.counts = grown(this.counts, groups);
  }

  value(group: number): Value {
    return this.counts[group] === 0 ? null : (this.sums[group] as number);
  }

  average(group: number): Value {
    const count = this.counts[group] as number;
    return count === 0 ? null : (this.sums[group] as number) / count;
  }

  protected add(group: number, value: Value): void {
    (this.counts[group] as number)++;
    this.move(group, value as number);
  }

  protected remove(group: number, value: Value): void {
    if ((this.counts[group] as number) <= 1) {
      this.reset(group);
      return;
    }
    (this.counts[group] as number)--;
    this.move(group, -(value as number));
  }

  protected reset(group: number): void {
    this.sums[group] = 0;
    this.errors[group] = 0;
    this.counts[group] = 0;
  }

  protected write(group: number, writer: EventWriter): unknown {
    return [this.counts[group], writeValue(this.sums[group] as number, writer), this.errors[group]];
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    const [count, sum, error] = state as [number, unknown, number];
    this.counts[group] = count;
    this.sums[group] = readValue(sum, reader) as number;
    this.errors[group] = error;
  }

  private move(group: number, value: number): void {
    const before = this.sums[group] as number;
    const after = before + value;
    if (!Number.isFinite(after)) {
      this.sums[group] = after;
      this.errors[group] = 0;
      return;
    }
    const error = (this.errors[group] as number) + lost(before, value, after);
    const sum = after + error;
    this.sums[group] = sum;
    this.errors[group] = lost(after, error, sum);
  }
}

/** What rounding took from `sum = a + b` (Knuth's two-sum): exact. */
function lost(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}
