import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { Item, ItemBinder } from '../item.ts';

/**
 * The state behind an aggregate function for every group of a statement. Groups are dense numbers that a `GroupTable`
 * gives out and uses again, so that states lie in columns (typed arrays) and nothing is allocated per event. A group
 * that nothing entered has the initial state.
 *
 * `enter` takes an item in, `leave` takes out one that entered before; each evaluates the function's own arguments and
 * filter on the item.
 */
export interface AggregateState {
  /** Makes room for groups below a number; called before any of them is entered. */
  reserve(groups: number): void;
  enter(group: number, item: Item): void;
  leave(group: number, item: Item): void;
  /** Back to the initial state. */
  clear(group: number): void;
  snapshot(group: number, writer: EventWriter): unknown;
  /** Only on a group in the initial state. */
  restore(group: number, state: unknown, reader: EventReader): void;
}

/** Reads the value of an aggregate function off the state behind it. */
export interface AggregateReader {
  /** `args` are those of the `aggregate` node, known only on reading: the index of `first(x, 1)`. */
  value(group: number, args: readonly Value[]): Value;
}

/** A function with a state of its own. */
export interface Aggregator extends AggregateState, AggregateReader {}

/** A function call: how it is read, and the state, which calls may share (`first(x)`, `last(y)`, `window(*)`). */
export interface Aggregate {
  readonly state: AggregateState;
  readonly reader: AggregateReader;
}

/** What aggregate functions need from their statement. */
export interface AggregateHost {
  /** For errors about limits. */
  readonly statementName: string;
  /** Clock and expressions over items. */
  readonly binder: ItemBinder;
  /** Whether the items of every group leave in the order they entered; taken as no when left out. */
  readonly leavesInOrder?: boolean;
  /** Whether they are columns of a table; taken as no when left out. */
  readonly isTable?: boolean;
  /** Bounds; `LIMITS` when left out. */
  readonly limits?: AggregateLimits;
}

/** How much the aggregates of a statement may keep; see `engine/core/limits.ts`. */
export interface AggregateLimits {
  readonly groupsMax: number;
  readonly distinctValuesMax: number;
}

/** Finds the state of a key among those of one grouping, or makes it. */
export type ShareState = <State extends AggregateState>(key: string, make: () => State) => State;

/** Makes an aggregate function; one file a family, found by `AggregatePlan.name` in `registry.ts`. */
export type MakeAggregate = (plan: AggregatePlan, host: AggregateHost, share: ShareState) => Aggregate;
