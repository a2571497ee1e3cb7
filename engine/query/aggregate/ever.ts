import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { AggregateHost } from './aggregator.ts';
import { createValueColumn, type ValueColumn } from './columns.ts';
import { compareValues } from './compare.ts';
import { EverAggregator, unshared } from './value-aggregator.ts';

/** Whether a value replaces the one so far. */
type Replaces = (value: Value, current: Value) => boolean;

function ever(replaces: Replaces) {
  return unshared((plan, host) => new Ever(plan, host, replaces));
}

/** `firstever(x)`: the first value that is not null. */
export const makeFirstEver = ever((_, current) => current === null);
/** `lastever(x)`: the last value that is not null. */
export const makeLastEver = ever(() => true);
/** `maxever(x)`: the greatest value so far. */
export const makeMaxEver = ever((value, current) => current === null || compareValues(value, current) > 0);
/** `minever(x)`: the least value so far. */
export const makeMinEver = ever((value, current) => current === null || compareValues(value, current) < 0);

class Ever extends EverAggregator {
  private readonly replaces: Replaces;
  private readonly values: ValueColumn;

  constructor(plan: AggregatePlan, host: AggregateHost, replaces: Replaces) {
    super(plan, host);
    this.replaces = replaces;
    this.values = createValueColumn(plan.type);
  }

  reserve(groups: number): void {
    this.values.reserve(groups);
  }

  value(group: number): Value {
    return this.values.get(group);
  }

  protected add(group: number, value: Value): void {
    if (this.replaces(value, this.values.get(group))) this.values.set(group, value);
  }

  protected reset(group: number): void {
    this.values.set(group, null);
  }

  protected write(group: number, writer: EventWriter): unknown {
    return writeValue(this.values.get(group), writer);
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    this.values.set(group, readValue(state, reader));
  }
}
