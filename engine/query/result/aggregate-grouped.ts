import type { Aggregation } from '../aggregate/aggregation.ts';
import type { GroupKey, GroupKeys } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import type { GroupedContext } from './grouped-rows.ts';
import type { Delivery, OutRow } from './out-row.ts';
import { type Cut, pushRow, type ResultProcessor } from './processor.ts';
import type { RowMaker } from './row-maker.ts';

/** `group by` with other fields: each item makes a row with the aggregates of its group after the update. */
export class AggregateGrouped implements ResultProcessor {
  readonly hasRemoved: boolean;
  readonly aggregates: Aggregation;
  private readonly isJoin: boolean;
  private readonly keys: GroupKeys;
  private readonly maker: RowMaker;

  constructor(keys: GroupKeys, maker: RowMaker, context: Omit<GroupedContext, 'keepsGroups'>) {
    this.keys = keys;
    this.maker = maker;
    this.aggregates = context.aggregates;
    this.hasRemoved = context.hasRemoved;
    this.isJoin = context.isJoin;
  }

  /** The group of an item. */
  keyOf(item: Item): GroupKey {
    return this.keys.keyOf(item);
  }

  process(added: readonly Item[], removed: readonly Item[], into: Delivery): void {
    this.apply(added, removed);
    if (this.hasRemoved) this.makeAll(removed, false, into.removed);
    this.makeAll(added, true, into.added);
  }

  apply(added: readonly Item[], removed: readonly Item[]): void {
    const { aggregates, keys } = this;
    aggregates.begin();
    for (let i = 0; i < added.length; i++) aggregates.enter(added[i] as Item, keys.keyOf(added[i] as Item));
    for (let i = 0; i < removed.length; i++) {
      aggregates.leave(removed[i] as Item, keys.keyOf(removed[i] as Item));
    }
  }

  /** The row of an item; null when `having` is not true. */
  make(key: GroupKey, item: Item, isInsert: boolean): OutRow | null {
    this.aggregates.select(key);
    return this.maker.make(item, isInsert);
  }

  /** Whether `having` is true for an item. */
  passes(key: GroupKey, item: Item, isInsert: boolean): boolean {
    this.aggregates.select(key);
    return this.maker.passes(item, isInsert);
  }

  /** Rows of all items given. */
  makeAll(items: Iterable<Item>, isInsert: boolean, into: OutRow[]): void {
    for (const item of items) pushRow(into, this.make(this.keys.keyOf(item), item, isInsert));
  }

  cut(added: readonly Item[], removed: readonly Item[]): Cut {
    return this.isJoin || added.length !== 1 || removed.length > 1 ? 'limit' : 'none';
  }

  iterate(items: Iterable<Item>): OutRow[] {
    const rows: OutRow[] = [];
    this.makeAll(items, true, rows);
    return rows;
  }
}
