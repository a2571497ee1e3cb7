import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan, ViewArg } from '../../plan/query-plan.ts';
import type { Item, ItemEvaluator, ItemPredicate } from '../item.ts';
import type { Aggregate, AggregateHost, Aggregator, MakeAggregate } from './aggregator.ts';
import { DistinctValues } from './distinct-values.ts';

/** An aggregate over the values of one expression that are not null: filter and `distinct` are done here. */
export abstract class ValueAggregator implements Aggregator {
  private readonly filter: ItemPredicate | null;
  private readonly argument: ItemEvaluator;
  private readonly distinct: DistinctValues | null;

  constructor(plan: AggregatePlan, host: AggregateHost) {
    const { binder } = host;
    this.filter = plan.filter === null ? null : binder.predicate(plan.filter);
    this.argument = binder.evaluator((plan.args[0] as ViewArg).expr);
    this.distinct = plan.distinct ? new DistinctValues(host) : null;
  }

  enter(group: number, item: Item): void {
    if (this.filter !== null && !this.filter(item)) return;
    const value = this.argument(item);
    if (value === null) return;
    if (this.distinct !== null && !this.distinct.add(group, value)) return;
    this.add(group, value);
  }

  leave(group: number, item: Item): void {
    if (this.filter !== null && !this.filter(item)) return;
    const value = this.argument(item);
    if (value === null) return;
    if (this.distinct !== null && !this.distinct.remove(group, value)) return;
    this.remove(group, value);
  }

  clear(group: number): void {
    this.distinct?.clear(group);
    this.reset(group);
  }

  snapshot(group: number, writer: EventWriter): unknown {
    const own = this.write(group, writer);
    return this.distinct === null ? own : { own, distinct: this.distinct.snapshot(group, writer) };
  }

  restore(group: number, state: unknown, reader: EventReader): void {
    if (this.distinct === null) {
      this.read(group, state, reader);
      return;
    }
    const { own, distinct } = state as { own: unknown; distinct: unknown };
    this.read(group, own, reader);
    this.distinct.restore(group, distinct, reader);
  }

  abstract reserve(groups: number): void;
  abstract value(group: number): Value;
  /** A value comes in. */
  protected abstract add(group: number, value: NonNullable<Value>): void;
  /** A value that came in goes out. */
  protected abstract remove(group: number, value: NonNullable<Value>): void;
  protected abstract reset(group: number): void;
  protected abstract write(group: number, writer: EventWriter): unknown;
  protected abstract read(group: number, state: unknown, reader: EventReader): void;
}

/** What keeps the value of each group for good: nothing that leaves changes it. */
export abstract class EverAggregator extends ValueAggregator {
  override leave(): void {}

  protected remove(): void {}
}

/** The factory of functions that are their own state. */
export function unshared(make: (plan: AggregatePlan, host: AggregateHost) => Aggregator): MakeAggregate {
  return (plan, host): Aggregate => {
    const one = make(plan, host);
    return { state: one, reader: one };
  };
}
