import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { GroupKey } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import type { AggregateGrouped } from '../result/aggregate-grouped.ts';
import { readGroups, readKeyedRows, writeGroups, writeKeyedRows } from '../result/group-items.ts';
import { Delivery, type OutRow, readRows, writeRows } from '../result/out-row.ts';
import { pushRow } from '../result/processor.ts';
import { type Collector, move } from './collector.ts';
import { checkGroups, type GroupConditions } from './group-condition.ts';

/**
 * `output last` with `group by` and other fields: the last row of each group. As in Esper the first item of an update
 * that `having` does not let pass also ends the search of that update.
 */
export class LastOfEachGroup implements Collector {
  private readonly processor: AggregateGrouped;
  private readonly added = new Map<GroupKey, OutRow>();
  private readonly removed = new Map<GroupKey, OutRow>();

  constructor(processor: AggregateGrouped) {
    this.processor = processor;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    const { processor } = this;
    processor.apply(added, removed);
    if (processor.hasRemoved) this.keep(removed, false, this.removed);
    this.keep(added, true, this.added);
  }

  take(into: Delivery): void {
    for (const row of this.added.values()) into.added.push(row);
    for (const row of this.removed.values()) into.removed.push(row);
    this.added.clear();
    this.removed.clear();
  }

  snapshot(writer: EventWriter): unknown {
    return [writeKeyedRows(this.added, writer), writeKeyedRows(this.removed, writer)];
  }

  restore(state: unknown, reader: EventReader): void {
    const [added, removed] = state as [unknown, unknown];
    readKeyedRows(this.added, added, reader);
    readKeyedRows(this.removed, removed, reader);
  }

  private keep(items: readonly Item[], isInsert: boolean, into: Map<GroupKey, OutRow>): void {
    for (const item of items) {
      const key = this.processor.keyOf(item);
      const row = this.processor.make(key, item, isInsert);
      if (row === null) return;
      into.set(key, row);
    }
  }
}

/**
 * `output all` with `group by` and other fields: all rows, and one for each other group by its last item. Where updates
 * are taken in at once, a group that items leave gets such a row too, as in Esper.
 */
export class AllAndOtherGroups implements Collector {
  private readonly processor: AggregateGrouped;
  private readonly rows = new Delivery();
  /** The last item of each group ever seen. */
  private readonly last: Map<GroupKey, Item> = new Map();
  private readonly seen = new Set<GroupKey>();
  private readonly showsLeft: boolean;
  private readonly statementName: string;

  constructor(processor: AggregateGrouped, showsLeft: boolean, statementName: string) {
    this.processor = processor;
    this.statementName = statementName;
    this.showsLeft = showsLeft;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    const { processor } = this;
    for (const item of added) {
      const key = processor.keyOf(item);
      this.seen.add(key);
      this.last.set(key, item);
    }
    checkGroups(this.last.size, this.statementName);
    const left = new Set(removed.map((item) => processor.keyOf(item)));
    processor.process(added, removed, this.rows);
    if (!this.showsLeft) return;
    for (const key of left) {
      this.seen.add(key);
      this.addLast(key);
    }
  }

  take(into: Delivery): void {
    for (const key of this.last.keys()) if (!this.seen.has(key)) this.addLast(key);
    this.seen.clear();
    move(this.rows.added, into.added);
    move(this.rows.removed, into.removed);
  }

  private addLast(key: GroupKey): void {
    const item = this.last.get(key);
    if (item !== undefined) pushRow(this.rows.added, this.processor.make(key, item, true));
  }

  /** Forgets a group that the reclaim hint removed. */
  forget(key: GroupKey): void {
    this.last.delete(key);
  }

  snapshot(writer: EventWriter): unknown {
    return {
      added: writeRows(this.rows.added, writer),
      removed: writeRows(this.rows.removed, writer),
      last: writeGroups([this.last], writer),
      seen: [...this.seen],
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { added, removed, last, seen } = state as Record<string, unknown>;
    this.rows.clear();
    move(readRows(added, reader), this.rows.added);
    move(readRows(removed, reader), this.rows.removed);
    readGroups([this.last], last, reader);
    this.seen.clear();
    for (const key of seen as GroupKey[]) this.seen.add(key);
  }
}

/**
 * `output first` with `group by` and other fields: each group by a condition of its own; no old rows. As in Esper each of
 * several updates (that waited for `after`) shows the items chosen so far anew.
 */
export class FirstItems implements Collector {
  private readonly processor: AggregateGrouped;
  private readonly conditions: GroupConditions;
  private readonly hasHaving: boolean;
  private readonly chosen = new Map<GroupKey, Item>();
  private readonly rows: OutRow[] = [];

  constructor(processor: AggregateGrouped, conditions: GroupConditions, hasHaving: boolean) {
    this.processor = processor;
    this.conditions = conditions;
    this.hasHaving = hasHaving;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    this.processor.apply(added, removed);
    for (const item of added) this.judge(item, true);
    for (const item of removed) this.judge(item, false);
    for (const [key, item] of this.chosen) pushRow(this.rows, this.processor.make(key, item, true));
  }

  take(into: Delivery): void {
    move(this.rows, into.added);
    this.chosen.clear();
  }

  snapshot(): unknown {
    return this.conditions.snapshot();
  }

  restore(state: unknown): void {
    this.conditions.restore(state);
  }

  private judge(item: Item, isInsert: boolean): void {
    const key = this.processor.keyOf(item);
    if (this.hasHaving && !this.processor.passes(key, item, isInsert)) return;
    if (this.conditions.passes(0, key, isInsert)) this.chosen.set(key, item);
  }
}
