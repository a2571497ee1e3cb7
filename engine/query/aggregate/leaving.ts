import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { Item, ItemPredicate } from '../item.ts';
import type { AggregateHost, Aggregator } from './aggregator.ts';
import { grown } from './columns.ts';
import { unshared } from './value-aggregator.ts';

/** `leaving()`: whether anything has left yet. */
export const makeLeaving = unshared((plan, host) => new Leaving(plan, host));

class Leaving implements Aggregator {
  private readonly filter: ItemPredicate | null;
  private hasLeft = new Uint8Array(0);

  constructor({ filter }: AggregatePlan, { binder }: AggregateHost) {
    this.filter = filter === null ? null : binder.predicate(filter);
  }

  reserve(groups: number): void {
    this.hasLeft = grown(this.hasLeft, groups);
  }

  enter(): void {}

  leave(group: number, item: Item): void {
    if (this.filter === null || this.filter(item)) this.hasLeft[group] = 1;
  }

  value(group: number): boolean {
    return this.hasLeft[group] === 1;
  }

  clear(group: number): void {
    this.hasLeft[group] = 0;
  }

  snapshot(group: number): unknown {
    return this.hasLeft[group];
  }

  restore(group: number, state: unknown): void {
    this.hasLeft[group] = state as number;
  }
}
