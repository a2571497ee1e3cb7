import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { GroupKey } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import type { GroupItems } from '../result/group-items.ts';
import { readGroups, readKeyedRows, writeGroups, writeKeyedRows } from '../result/group-items.ts';
import type { GroupedRows } from '../result/grouped-rows.ts';
import { Delivery, type OutRow, readRows, writeRows } from '../result/out-row.ts';
import { pushRow } from '../result/processor.ts';
import type { Collector } from './collector.ts';
import { move } from './collector.ts';
import { checkGroups, type GroupConditions } from './group-condition.ts';

/**
 * `output all` and `output last` with `group by`, keys and aggregates only: a row for each group ever seen, or for
 * each that changed.
 *
 * The old rows are those before the interval; a group that is new has its initial values there. With `all` at once, and
 * with `last` over several levels, the old row of a group is the first of the interval that passes `having`, before
 * whatever changes the group.
 */
export class GroupsSeen implements Collector {
  private readonly processor: GroupedRows;
  private readonly kind: 'all' | 'last';
  private readonly groups: GroupItems[];
  private readonly removed = new Delivery();
  /** The old rows of the interval by group, for `all` at once and without levels; null otherwise. */
  private readonly before: Map<GroupKey, OutRow> | null;
  /** By level, the groups that have their old row of the interval. */
  private readonly noted: GroupItems[];
  private readonly statementName: string;
  private isFirst = true;

  /** `atOnce`: it is told of updates as they come, not of all of an interval as rows leave. */
  constructor(
    processor: GroupedRows,
    kind: 'all' | 'last',
    { atOnce, statementName }: { readonly atOnce: boolean; readonly statementName: string },
  ) {
    this.processor = processor;
    this.statementName = statementName;
    this.kind = kind;
    this.groups = processor.newGroups();
    this.noted = processor.newGroups();
    const keepsBefore = atOnce && kind === 'all' && processor.hasRemoved && processor.levels === 1;
    this.before = keepsBefore ? new Map() : null;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    this.begin();
    const { processor } = this;
    processor.aggregates.begin();
    for (const item of added) {
      const keys = this.see(item);
      processor.enter(item, keys);
    }
    for (const item of removed) {
      const keys = this.see(item);
      processor.leave(item, keys);
    }
  }

  take(into: Delivery): void {
    this.begin();
    this.isFirst = true;
    this.processor.makeAll(this.groups, true, into.added);
    if (this.before !== null) {
      for (const row of this.before.values()) into.removed.push(row);
      this.before.clear();
    }
    move(this.removed.removed, into.removed);
    if (this.kind === 'all') return;
    for (const groups of [...this.groups, ...this.noted]) groups.clear();
  }

  /** Forgets a group that the reclaim hint removed. */
  forget(key: GroupKey): void {
    for (const groups of this.groups) groups.delete(key);
    this.before?.delete(key);
  }

  snapshot(writer: EventWriter): unknown {
    return {
      groups: writeGroups(this.groups, writer),
      noted: writeGroups(this.noted, writer),
      before: this.before === null ? null : writeKeyedRows(this.before, writer),
      removed: writeRows(this.removed.removed, writer),
      isFirst: this.isFirst,
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { groups, noted, before, removed, isFirst } = state as {
      groups: unknown;
      noted: unknown;
      before: unknown;
      removed: unknown;
      isFirst: boolean;
    };
    readGroups(this.groups, groups, reader);
    readGroups(this.noted, noted, reader);
    if (this.before !== null) readKeyedRows(this.before, before, reader);
    this.removed.clear();
    move(readRows(removed, reader), this.removed.removed);
    this.isFirst = isFirst;
  }

  /** With `all`, the old rows of all groups, once an interval. */
  private begin(): void {
    const { processor } = this;
    if (!this.isFirst) return;
    this.isFirst = false;
    if (this.kind !== 'all' || !processor.hasRemoved) return;
    if (this.before === null) processor.makeAll(this.groups, false, this.removed.removed);
    else for (const [key, item] of this.groups[0] as GroupItems) this.note(key, item, false);
  }

  private note(key: GroupKey, item: Item, isInsert: boolean): void {
    const row = this.processor.make(0, key, item, isInsert);
    if (row !== null) this.before?.set(key, row);
  }

  private see(item: Item): readonly GroupKey[] {
    const { processor } = this;
    const keys = processor.keysOf(item);
    for (let level = 0; level < processor.levels; level++) {
      const groups = this.groups[level] as GroupItems;
      const key = keys[level] as GroupKey;
      const isNew = !groups.has(key);
      groups.set(key, item);
      if (isNew) checkGroups(groups.size, this.statementName);
      if (this.before !== null) {
        if (!this.before.has(key)) this.note(key, item, true);
      } else if (processor.hasRemoved) this.noteOld(level, key, item, isNew);
    }
    return keys;
  }

  private noteOld(level: number, key: GroupKey, item: Item, isNew: boolean): void {
    const { processor } = this;
    const noted = this.noted[level] as GroupItems;
    const mayFollow = this.kind === 'last' && processor.levels > 1 && !noted.has(key);
    if (!isNew && !mayFollow) return;
    const row = processor.make(level, key, item, true);
    if (row !== null && mayFollow) noted.set(key, item);
    pushRow(this.removed.removed, row);
  }
}

/** `output first` with `group by`, keys and aggregates only: each group by a condition of its own. */
export class FirstOfGroups implements Collector {
  private readonly processor: GroupedRows;
  private readonly conditions: GroupConditions;
  private readonly hasHaving: boolean;
  private readonly groups: GroupItems[];
  private readonly removed = new Delivery();

  constructor(processor: GroupedRows, conditions: GroupConditions, hasHaving: boolean) {
    this.processor = processor;
    this.conditions = conditions;
    this.hasHaving = hasHaving;
    this.groups = processor.newGroups();
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    const { processor } = this;
    // With `having` the aggregates take in the whole update first; without, each item is judged before it enters.
    if (this.hasHaving) processor.apply(added, removed);
    for (const item of added) {
      const keys = this.judge(item, true);
      if (!this.hasHaving) processor.enter(item, keys);
    }
    for (const item of removed) {
      const keys = this.judge(item, false);
      if (!this.hasHaving) processor.leave(item, keys);
    }
  }

  take(into: Delivery): void {
    this.processor.makeAll(this.groups, true, into.added);
    for (const groups of this.groups) groups.clear();
    move(this.removed.removed, into.removed);
  }

  snapshot(): unknown {
    return this.conditions.snapshot();
  }

  restore(state: unknown): void {
    this.conditions.restore(state);
  }

  private judge(item: Item, isInsert: boolean): readonly GroupKey[] {
    const { processor } = this;
    const keys = processor.keysOf(item);
    for (let level = 0; level < processor.levels; level++) {
      const key = keys[level] as GroupKey;
      if (this.hasHaving && !processor.passes(level, key, item, isInsert)) continue;
      if (!this.conditions.passes(level, key, isInsert)) continue;
      const groups = this.groups[level] as GroupItems;
      const isNew = !groups.has(key);
      groups.set(key, item);
      if (isNew && processor.hasRemoved) {
        pushRow(this.removed.removed, processor.make(level, key, item, false));
      }
    }
    return keys;
  }
}
