import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Aggregation } from '../aggregate/aggregation.ts';
import { type GroupKey, GroupKeys } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import { type GroupItems, readGroups, writeGroups } from './group-items.ts';
import { type Delivery, type OutRow, sourceOf } from './out-row.ts';
import { type Cut, pushRow, type ResultProcessor } from './processor.ts';
import type { RowMaker } from './row-maker.ts';

/** What grouped rows need besides keys and makers. */
export interface GroupedContext {
  readonly aggregates: Aggregation;
  readonly hasRemoved: boolean;
  readonly isJoin: boolean;
  /** Whether all groups ever seen are to be shown to whoever pulls, for want of a window. */
  readonly keepsGroups: boolean;
}

/**
 * `group by` with keys and aggregates only: a row for each group that an update touches; the old row is the one before
 * the update. With `rollup`, `cube` or `grouping sets` an item is in one group of each level, and rows come level by
 * level; without, there is one level.
 */
export class GroupedRows implements ResultProcessor {
  readonly hasRemoved: boolean;
  readonly levels: number;
  private readonly isJoin: boolean;
  private readonly keys: GroupKeys;
  private readonly sets: readonly (readonly number[])[] | null;
  private readonly makers: readonly RowMaker[];
  readonly aggregates: Aggregation;
  /** The items of an update by group: those that enter, or where none does those that leave. */
  private readonly touched: readonly Map<GroupKey, Item[]>[];
  /** Without a window: the last item of each group ever seen, for whoever pulls; null when nobody does. */
  private readonly seen: readonly GroupItems[] | null;

  constructor(
    keys: GroupKeys,
    sets: readonly (readonly number[])[] | null,
    makers: readonly RowMaker[],
    context: GroupedContext,
  ) {
    this.keys = keys;
    this.sets = sets;
    this.makers = makers;
    this.levels = makers.length;
    this.aggregates = context.aggregates;
    this.hasRemoved = context.hasRemoved;
    this.isJoin = context.isJoin;
    this.touched = makers.map(() => new Map<GroupKey, Item[]>());
    this.seen = context.keepsGroups ? this.newGroups() : null;
  }

  /** An empty map for each level. */
  newGroups(): GroupItems[] {
    return Array.from({ length: this.levels }, () => new Map());
  }

  /** The group of an item at each level. */
  keysOf(item: Item): readonly GroupKey[] {
    if (this.sets === null) return [this.keys.keyOf(item)];
    const values = this.keys.values(item);
    return this.sets.map((set) => GroupKeys.ofSet(values, set));
  }

  /** An item enters its groups. */
  enter(item: Item, keys: readonly GroupKey[]): void {
    if (this.seen !== null) note(this.seen, keys, item);
    if (this.sets === null) this.aggregates.enter(item, keys[0] as GroupKey);
    else this.aggregates.enterSets(item, keys);
  }

  /** An item leaves its groups. */
  leave(item: Item, keys: readonly GroupKey[]): void {
    if (this.sets === null) this.aggregates.leave(item, keys[0] as GroupKey);
    else this.aggregates.leaveSets(item, keys);
  }

  process(added: readonly Item[], removed: readonly Item[], into: Delivery): void {
    this.aggregates.begin();
    if (added.length + removed.length === 1) {
      const isEntering = added.length === 1;
      const item = (isEntering ? added[0] : removed[0]) as Item;
      if (this.sets === null && this.seen === null) this.processOne(item, isEntering, into);
      else this.processLevels(item, isEntering, into);
      return;
    }
    const addedKeys = added.map((item) => this.touch(item, true));
    const removedKeys = removed.map((item) => this.touch(item, added.length === 0));
    if (this.hasRemoved) this.makeTouched(false, into.removed);
    for (let i = 0; i < added.length; i++) this.enter(added[i] as Item, addedKeys[i] as GroupKey[]);
    for (let i = 0; i < removed.length; i++) this.leave(removed[i] as Item, removedKeys[i] as GroupKey[]);
    this.makeTouched(true, into.added);
    for (const groups of this.touched) groups.clear();
  }

  apply(added: readonly Item[], removed: readonly Item[]): void {
    this.aggregates.begin();
    for (const item of added) this.enter(item, this.keysOf(item));
    for (const item of removed) this.leave(item, this.keysOf(item));
  }

  /** The row of a group at a level; null when `having` is not true. */
  make(level: number, key: GroupKey, item: Item, isInsert: boolean): OutRow | null {
    this.aggregates.select(key, level);
    return (this.makers[level] as RowMaker).make(item, isInsert);
  }

  private makeTouched(isInsert: boolean, into: OutRow[]): void {
    for (let level = 0; level < this.levels; level++) {
      for (const [key, items] of this.touched[level] as Map<GroupKey, Item[]>) {
        this.aggregates.select(key, level);
        const maker = this.makers[level] as RowMaker;
        pushRow(into, maker.make(items.at(-1) as Item, isInsert, sourceOf(items)));
      }
    }
  }

  /** Whether `having` is true for a group. */
  passes(level: number, key: GroupKey, item: Item, isInsert: boolean): boolean {
    this.aggregates.select(key, level);
    return (this.makers[level] as RowMaker).passes(item, isInsert);
  }

  /** Rows of all groups given, level by level. */
  makeAll(groups: readonly GroupItems[], isInsert: boolean, into: OutRow[]): void {
    for (let level = 0; level < this.levels; level++) {
      for (const [key, item] of groups[level] as GroupItems)
        pushRow(into, this.make(level, key, item, isInsert));
    }
  }

  /** Forgets a group that the reclaim hint removed. */
  forget(key: GroupKey): void {
    for (const groups of this.seen ?? []) groups.delete(key);
  }

  snapshot(writer: EventWriter): unknown {
    return this.seen === null ? null : writeGroups(this.seen, writer);
  }

  restore(state: unknown, reader: EventReader): void {
    if (this.seen !== null) readGroups(this.seen, state, reader);
  }

  cut(added: readonly Item[], removed: readonly Item[]): Cut {
    if (this.isJoin || this.sets !== null || added.length !== 1 || removed.length > 1) return 'limit';
    if (removed.length === 0) return 'none';
    if (this.hasRemoved) return 'limit';
    const { keys } = this;
    return keys.keyOf(added[0] as Item) === keys.keyOf(removed[0] as Item) ? 'none' : 'count';
  }

  iterate(items: Iterable<Item>): OutRow[] {
    const groups = this.newGroups();
    if (this.seen !== null) {
      const rows: OutRow[] = [];
      this.makeAll(this.seen, true, rows);
      return rows;
    }
    for (const item of items) {
      const keys = this.keysOf(item);
      for (let level = 0; level < this.levels; level++) {
        const known = groups[level] as GroupItems;
        if (!known.has(keys[level] as GroupKey)) known.set(keys[level] as GroupKey, item);
      }
    }
    const rows: OutRow[] = [];
    this.makeAll(groups, true, rows);
    return rows;
  }

  /** An update of one item, the usual case, without collecting groups. */
  private processOne(item: Item, isEntering: boolean, into: Delivery): void {
    const key = this.keys.keyOf(item);
    if (this.hasRemoved) pushRow(into.removed, this.make(0, key, item, false));
    if (isEntering) this.aggregates.enter(item, key);
    else this.aggregates.leave(item, key);
    pushRow(into.added, this.make(0, key, item, true));
  }

  /** An update of one item, in a group of each level. */
  private processLevels(item: Item, isEntering: boolean, into: Delivery): void {
    const keys = this.keysOf(item);
    if (this.hasRemoved) this.makeLevels(keys, item, false, into.removed);
    if (isEntering) this.enter(item, keys);
    else this.leave(item, keys);
    this.makeLevels(keys, item, true, into.added);
  }

  private makeLevels(keys: readonly GroupKey[], item: Item, isInsert: boolean, into: OutRow[]): void {
    for (let level = 0; level < keys.length; level++) {
      pushRow(into, this.make(level, keys[level] as GroupKey, item, isInsert));
    }
  }

  /** Notes the groups of an item; `counts`: it is one of the items that the rows are made of. */
  private touch(item: Item, counts: boolean): readonly GroupKey[] {
    const keys = this.keysOf(item);
    for (let level = 0; level < this.levels; level++) {
      const groups = this.touched[level] as Map<GroupKey, Item[]>;
      const known = groups.get(keys[level] as GroupKey);
      if (known === undefined) groups.set(keys[level] as GroupKey, [item]);
      else if (counts) known.push(item);
    }
    return keys;
  }
}

function note(groups: readonly GroupItems[], keys: readonly GroupKey[], item: Item): void {
  for (let level = 0; level < groups.length; level++) {
    (groups[level] as GroupItems).set(keys[level] as GroupKey, item);
  }
}
