import { Decimal } from '../../event/decimal.ts';
import type { MathContext } from '../../event/decimal-division.ts';
import type { NonNullValue, Value } from '../../event/record.ts';
import { addBig, averageOf } from '../../expr/big-numbers.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import { grown } from './columns.ts';
import { ValueAggregator } from './value-aggregator.ts';

/** Sums of `biginteger` or `bigdecimal`: exact, so nothing is left behind when values leave but the scale, as in Java. */
export class BigSum extends ValueAggregator {
  private readonly sums: (bigint | Decimal | undefined)[] = [];
  private counts = new Float64Array(0);

  reserve(groups: number): void {
    this.counts = grown(this.counts, groups);
  }

  value(group: number): Value {
    return this.sums[group] ?? null;
  }

  /** The mean value of a group; null when it is empty. */
  average(group: number, context: MathContext | null): Value {
    return averageOf(this.sums[group] ?? null, this.counts[group] as number, context);
  }

  protected add(group: number, value: NonNullValue): void {
    const sum = this.sums[group];
    this.sums[group] =
      sum === undefined ? (value as bigint | Decimal) : addBig(sum, value as bigint | Decimal);
    (this.counts[group] as number)++;
  }

  protected remove(group: number, value: NonNullValue): void {
    if ((this.counts[group] as number) <= 1) {
      this.reset(group);
      return;
    }
    const leaving = value instanceof Decimal ? value.negate() : -(value as bigint);
    this.sums[group] = addBig(this.sums[group] as bigint | Decimal, leaving);
    (this.counts[group] as number)--;
  }

  protected reset(group: number): void {
    this.sums[group] = undefined;
    this.counts[group] = 0;
  }

  protected write(group: number, writer: EventWriter): unknown {
    return [this.counts[group], writeValue(this.sums[group] ?? null, writer)];
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    const [count, sum] = state as [number, unknown];
    this.counts[group] = count;
    this.sums[group] = (readValue(sum, reader) as bigint | Decimal | null) ?? undefined;
  }
}
