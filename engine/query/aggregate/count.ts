import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { Item, ItemEvaluator, ItemPredicate } from '../item.ts';
import type { Aggregate, AggregateHost, Aggregator } from './aggregator.ts';
import { grown } from './columns.ts';

/** `count(*)`, `count(x)`: values that are not null. */
export function makeCount(plan: AggregatePlan, host: AggregateHost): Aggregate {
  const counter = new Count(plan, host);
  return { state: counter, reader: counter };
}

class Count implements Aggregator {
  private readonly filter: ItemPredicate | null;
  private readonly argument: ItemEvaluator | null;
  private counts = new Float64Array(0);

  constructor({ filter, args }: AggregatePlan, { binder }: AggregateHost) {
    this.filter = filter === null ? null : binder.predicate(filter);
    const [first] = args;
    this.argument = first === undefined ? null : binder.evaluator(first.expr);
  }

  reserve(groups: number): void {
    this.counts = grown(this.counts, groups);
  }

  enter(group: number, item: Item): void {
    if (this.counts_(item)) (this.counts[group] as number)++;
  }

  leave(group: number, item: Item): void {
    if (this.counts_(item)) (this.counts[group] as number)--;
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

  private counts_(item: Item): boolean {
    if (this.filter !== null && !this.filter(item)) return false;
    return this.argument === null || this.argument(item) !== null;
  }
}
