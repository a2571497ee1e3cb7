import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { Item, ItemPredicate } from '../item.ts';
import type { AggregateHost, Aggregator } from './aggregator.ts';
import { grown } from './columns.ts';
import { unshared, ValueAggregator } from './value-aggregator.ts';

/** `count(*)`, `count(x)`: values that are not null. */
export const makeCount = unshared((plan, host) =>
  plan.star ? new ItemCount(plan, host, false) : new ValueCount(plan, host, false),
);

/** `countever(*)`, `countever(x)`: as `count`, and nothing that leaves is taken off, except in tables, as in Esper. */
export const makeCountEver = unshared((plan, host) =>
  plan.star ? new ItemCount(plan, host, true) : new ValueCount(plan, host, true),
);

class ItemCount implements Aggregator {
  private readonly filter: ItemPredicate | null;
  private readonly isEver: boolean;
  /** A row of a table may be deleted before what it counted leaves, which then makes a new row. */
  private readonly least: number;
  private counts = new Float64Array(0);

  constructor({ filter }: AggregatePlan, { binder, isTable = false }: AggregateHost, isEver: boolean) {
    this.filter = filter === null ? null : binder.predicate(filter);
    this.isEver = isEver && !isTable;
    this.least = isTable ? Number.NEGATIVE_INFINITY : 0;
  }

  reserve(groups: number): void {
    this.counts = grown(this.counts, groups);
  }

  enter(group: number, item: Item): void {
    if (this.filter === null || this.filter(item)) (this.counts[group] as number)++;
  }

  leave(group: number, item: Item): void {
    if (this.isEver || (this.filter !== null && !this.filter(item))) return;
    if ((this.counts[group] as number) > this.least) (this.counts[group] as number)--;
  }

  value(group: number): number {
    return this.counts[group] as number;
  }

  clear(group: number): void {
    this.counts[group] = 0;
  }

  snapshot(group: number): unknown {
    return this.counts[group];
  }

  restore(group: number, state: unknown): void {
    this.counts[group] = state as number;
  }
}

class ValueCount extends ValueAggregator {
  private readonly isEver: boolean;
  /** A row of a table may be deleted before what it counted leaves, which then makes a new row. */
  private readonly least: number;
  private counts = new Float64Array(0);

  constructor(plan: AggregatePlan, host: AggregateHost, isEver: boolean) {
    super(plan, host);
    const { isTable = false } = host;
    this.isEver = isEver && !isTable;
    this.least = isTable ? Number.NEGATIVE_INFINITY : 0;
  }

  override leave(group: number, item: Item): void {
    if (!this.isEver) super.leave(group, item);
  }

  reserve(groups: number): void {
    this.counts = grown(this.counts, groups);
  }

  value(group: number): number {
    return this.counts[group] as number;
  }

  protected add(group: number): void {
    (this.counts[group] as number)++;
  }

  protected remove(group: number): void {
    if ((this.counts[group] as number) > this.least) (this.counts[group] as number)--;
  }

  protected reset(group: number): void {
    this.counts[group] = 0;
  }

  protected write(group: number): unknown {
    return this.counts[group];
  }

  protected read(group: number, state: unknown): void {
    this.counts[group] = state as number;
  }
}
