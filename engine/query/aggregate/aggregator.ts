import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { Item, ItemBinder } from '../item.ts';

/**
 * State of one aggregate function for one group. `enter` takes an item in, `leave` takes out one that entered before;
 * each evaluates the function's own arguments and filter on the item.
 */
export interface Aggregator {
  enter(item: Item): void;
  leave(item: Item): void;
  value(): Value;
  /** Back to the initial state. */
  clear(): void;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/** Makes the states of one aggregate function; its expressions are compiled once. */
export interface AggregatorFactory {
  readonly plan: AggregatePlan;
  create(): Aggregator;
}

/** Makes a factory; one file a family of functions, found by `AggregatePlan.name` in a registry. */
export type MakeAggregatorFactory = (plan: AggregatePlan, binder: ItemBinder) => AggregatorFactory;
