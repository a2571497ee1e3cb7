import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import type { GroupKey } from './group-key.ts';

/**
 * The aggregates of a query for all its groups, as those who make rows use them: items enter and leave with the key of
 * their group; then a group is selected and its values are read. `AggregationService` keeps them itself; with
 * `into table` they are columns of a table.
 */
export interface Aggregation {
  /** An update begins. */
  begin(): void;
  /** An item enters the group of a key. */
  enter(item: Item, key: GroupKey): void;
  /** An item leaves the group of a key. */
  leave(item: Item, key: GroupKey): void;
  /** An item enters one group of each set of `rollup` and the like. */
  enterSets(item: Item, keys: readonly GroupKey[]): void;
  /** An item leaves one group of each set. */
  leaveSets(item: Item, keys: readonly GroupKey[]): void;
  /** Chooses the group that `value` reads. */
  select(key: GroupKey, set?: number): void;
  /** Value of an aggregate for the selected group; `args` are those known only on reading. */
  value(index: number, args?: readonly Value[]): Value;
  /** Keys of all groups, in the order they came. */
  keys(set?: number): Iterable<GroupKey>;
  /** Forgets the items that entered; what a table keeps stays. */
  clear(): void;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}
