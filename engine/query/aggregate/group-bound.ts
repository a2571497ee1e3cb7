import { LIMITS, type LimitPolicy } from '../../core/limits.ts';
import { type BudgetSetup, LimitReporter } from '../../pattern/limit-reporter.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { readItems, writeItems } from '../result/out-row.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { GroupKey } from './group-key.ts';

/** The groups of a query that a bound keeps few. */
export interface BoundedGroups {
  /** The group of an item. */
  keyOf(item: Item): GroupKey;
  /** Whether items leave again, from a data window. */
  readonly hasWindow: boolean;
  /** Forgets all about a group; null where a group cannot be forgotten alone. */
  readonly forget: ((key: GroupKey) => void) | null;
}

/** Keys with the number of their items, 0 where none leaves, and the items that found no room. */
type GroupBoundSnapshot = readonly [keys: readonly (readonly [unknown, number])[], refused: unknown];

/**
 * The bound on the groups of a query. With the policy `fail` a further group ends the run; with `drop-newest` its items
 * are left out of the query. With `drop-oldest` the group that got no item for longest is forgotten, as by the hint
 * `reclaim_group_aged`; where its items are still in a data window, or it is one level of several, the further group is
 * left out instead, since its items could not leave the group again.
 */
export class GroupBound {
  private readonly groups: BoundedGroups;
  private readonly max: number;
  private readonly forgets: boolean;
  private readonly reporter: LimitReporter;
  private readonly counts = new Map<GroupKey, number>();
  private readonly refused = new Set<Item>();
  /** The keys from the oldest on; kept, for finding the first of a map anew costs those deleted before. */
  private front: Iterator<GroupKey> | null = null;

  constructor(groups: BoundedGroups, setup: BudgetSetup) {
    const { groupsMax, onLimit } = setup.limits;
    this.groups = groups;
    this.max = groupsMax ?? LIMITS.groupsMax;
    this.forgets = onLimit === 'drop-oldest' && groups.forget !== null && !groups.hasWindow;
    this.reporter = new LimitReporter(setup);
  }

  /** Whether a query needs one: else the table of its groups fails at the engine's own bound. */
  static isNeeded(groupsMax: number | null, onLimit: LimitPolicy): boolean {
    return groupsMax !== null || onLimit !== 'fail';
  }

  /** Those of the items that enter a group. */
  enter(items: readonly Item[]): readonly Item[] {
    const { refused } = this;
    let taken: Item[] | null = null;
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as Item;
      if (this.takes(this.groups.keyOf(item))) taken?.push(item);
      else {
        taken ??= items.slice(0, i);
        if (this.groups.hasWindow) refused.add(item);
      }
    }
    return taken ?? items;
  }

  /** Those of the items that had entered one. */
  leave(items: readonly Item[]): readonly Item[] {
    const { refused } = this;
    const left = refused.size === 0 ? items : items.filter((item) => !refused.delete(item));
    for (const item of left) this.countOut(this.groups.keyOf(item));
    return left;
  }

  /** Those of the items that are in a group. */
  present(items: Iterable<Item>): Iterable<Item> {
    return this.refused.size === 0 ? items : [...items].filter((item) => !this.refused.has(item));
  }

  /** A group was forgotten for another reason. */
  delete(key: GroupKey): void {
    this.counts.delete(key);
  }

  clear(): void {
    this.counts.clear();
    this.refused.clear();
    this.front = null;
  }

  snapshot(writer: EventWriter): GroupBoundSnapshot {
    const keys = Array.from(this.counts, ([key, count]) => [writeValue(key, writer), count] as const);
    return [keys, writeItems([...this.refused], writer)];
  }

  restore(state: unknown, reader: EventReader): void {
    const [keys, refused] = state as GroupBoundSnapshot;
    this.clear();
    for (const [key, count] of keys) this.counts.set(readValue(key, reader) as GroupKey, count);
    for (const item of readItems(refused, reader)) this.refused.add(item);
  }

  private takes(key: GroupKey): boolean {
    const { counts } = this;
    const count = counts.get(key);
    if (count === undefined) {
      if (counts.size >= this.max) {
        this.reporter.reach('groups', this.max, []);
        if (!this.forgets) return false;
        this.forgetOldest();
      }
    } else if (this.forgets) counts.delete(key); // To the end of the order.
    counts.set(key, this.groups.hasWindow ? (count ?? 0) + 1 : 0);
    return true;
  }

  private forgetOldest(): void {
    this.front ??= this.counts.keys();
    // All keys that it has passed are gone or behind it: as long as there are any it finds one.
    const next = this.front.next();
    if (next.done === true) return;
    this.counts.delete(next.value);
    this.groups.forget?.(next.value);
  }

  private countOut(key: GroupKey): void {
    const left = (this.counts.get(key) ?? 0) - 1;
    if (left > 0) this.counts.set(key, left);
    else this.counts.delete(key);
  }
}
