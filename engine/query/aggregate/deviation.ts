import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import { grown } from './columns.ts';
import { unshared, ValueAggregator } from './value-aggregator.ts';

/** `stddev(x)`: of a sample; null for fewer than two values. */
export const makeStddev = unshared((plan, host) => new StandardDeviation(plan, host));

/** `avedev(x)`: the mean distance from the mean. */
export const makeAvedev = unshared((plan, host) => new AverageDeviation(plan, host));

/** Welford's running mean and sum of squares, step by step as Esper does it: its rounding shows where values are equal. */
class StandardDeviation extends ValueAggregator {
  private means = new Float64Array(0);
  private squares = new Float64Array(0);
  private counts = new Float64Array(0);

  reserve(groups: number): void {
    this.means = grown(this.means, groups);
    this.squares = grown(this.squares, groups);
    this.counts = grown(this.counts, groups);
  }

  value(group: number): Value {
    const count = this.counts[group] as number;
    return count < 2 ? null : Math.sqrt((this.squares[group] as number) / (count - 1));
  }

  protected add(group: number, value: Value): void {
    const point = value as number;
    const count = (this.counts[group] as number) + 1;
    this.counts[group] = count;
    if (count === 1) {
      this.means[group] = point;
      this.squares[group] = 0;
      return;
    }
    const before = this.means[group] as number;
    const after = before + (point - before) / count;
    this.means[group] = after;
    (this.squares[group] as number) += (point - before) * (point - after);
  }

  protected remove(group: number, value: Value): void {
    const point = value as number;
    const count = (this.counts[group] as number) - 1;
    if (count < 1) {
      this.reset(group);
      return;
    }
    this.counts[group] = count;
    const before = this.means[group] as number;
    const after = before - (point - before) / count;
    this.means[group] = after;
    (this.squares[group] as number) -= (point - before) * (point - after);
  }

  protected reset(group: number): void {
    this.means[group] = 0;
    this.squares[group] = 0;
    this.counts[group] = 0;
  }

  protected write(group: number, writer: EventWriter): unknown {
    const { means, squares, counts } = this;
    return [
      counts[group],
      writeValue(means[group] as number, writer),
      writeValue(squares[group] as number, writer),
    ];
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    const [count, mean, square] = state as [number, unknown, unknown];
    this.counts[group] = count;
    this.means[group] = readValue(mean, reader) as number;
    this.squares[group] = readValue(square, reader) as number;
  }
}

/** The sum is plain, as Esper's; reading costs a step for each different value. */
class AverageDeviation extends ValueAggregator {
  private readonly values: (Map<number, number> | undefined)[] = [];
  private sums = new Float64Array(0);
  private counts = new Float64Array(0);

  reserve(groups: number): void {
    this.sums = grown(this.sums, groups);
    this.counts = grown(this.counts, groups);
  }

  value(group: number): Value {
    const count = this.counts[group] as number;
    if (count === 0) return null;
    const mean = (this.sums[group] as number) / count;
    let total = 0;
    for (const [value, times] of this.values[group] ?? []) total += times * Math.abs(value - mean);
    return total / count;
  }

  protected add(group: number, value: Value): void {
    const point = value as number;
    let values = this.values[group];
    if (values === undefined) {
      values = new Map();
      this.values[group] = values;
    }
    values.set(point, (values.get(point) ?? 0) + 1);
    (this.counts[group] as number)++;
    (this.sums[group] as number) += point;
  }

  protected remove(group: number, value: Value): void {
    const point = value as number;
    const values = this.values[group];
    const times = values?.get(point);
    (this.sums[group] as number) -= point;
    if (values === undefined || times === undefined) return;
    if (times === 1) values.delete(point);
    else values.set(point, times - 1);
    (this.counts[group] as number)--;
  }

  protected reset(group: number): void {
    this.values[group] = undefined;
    this.sums[group] = 0;
    this.counts[group] = 0;
  }

  protected write(group: number, writer: EventWriter): unknown {
    const values = [...(this.values[group] ?? [])].map(([value, times]) => [
      writeValue(value, writer),
      times,
    ]);
    return [values, writeValue(this.sums[group] as number, writer)];
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    const [values, sum] = state as [[unknown, number][], unknown];
    this.values[group] = new Map(values.map(([value, times]) => [readValue(value, reader) as number, times]));
    this.sums[group] = readValue(sum, reader) as number;
    this.counts[group] = values.reduce((total, [, times]) => total + times, 0);
  }
}
