import type { Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { ticksOf } from '../../time/time-base.ts';
import type { Item, ItemEvaluator } from '../item.ts';
import { NO_ITEMS, type View, type ViewChild } from './view.ts';
import { Window, type WindowHost } from './window.ts';

/** Views that are made for each key. */
export interface GroupViews extends View {
  all(): Iterable<Window>;
}

/** The views of one key. */
interface Group {
  readonly views: GroupViews;
  /** An item of the key: tells it after a restore. */
  readonly sample: Item;
  lastUse: number;
}

/** When groups that saw nothing for long are forgotten; ms. */
export interface Reclaim {
  readonly agedMs: number;
  readonly frequencyMs: number;
}

interface GroupSnapshot {
  readonly nextSweep: number | null;
  readonly groups: readonly (readonly [sample: number, lastUse: number, views: unknown])[];
}

/**
 * `groupwin(keys)`: the views after it, once for each key. Each key's views deliver for themselves. With the hint
 * `reclaim_group_aged` a key that saw nothing for so long is forgotten, its items without a word.
 */
export class GroupWindow extends Window {
  private readonly keyOf: ItemEvaluator;
  private readonly makeViews: (child: ViewChild) => GroupViews;
  private readonly reclaim: Reclaim | null;
  private readonly groups = new Map<Value, Group>();
  private nextSweep: number | null = null;
  /** The groups from the one used least recently on; kept, for finding the first of a map anew costs those deleted before. */
  private front: Iterator<[Value, Group]> | null = null;
  private readonly own: ViewChild = {
    update: (added, removed) => this.child.update(added, removed),
  };

  constructor(
    host: WindowHost,
    keyOf: ItemEvaluator,
    makeViews: (child: ViewChild) => GroupViews,
    reclaim: Reclaim | null,
  ) {
    super(host);
    this.keyOf = keyOf;
    this.makeViews = makeViews;
    this.reclaim = reclaim;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    if (this.reclaim !== null) this.sweep(this.reclaim);
    if (added.length === 1 && removed.length === 0) {
      this.groupOf(added[0] as Item)?.views.update(added, NO_ITEMS);
      return;
    }
    const parts = new Map<GroupViews, { added: Item[]; removed: Item[] }>();
    const partOf = (group: Group | null) => {
      if (group === null) return;
      const { views } = group;
      const part = parts.get(views) ?? { added: [], removed: [] };
      parts.set(views, part);
      return part;
    };
    for (const item of added) partOf(this.groupOf(item))?.added.push(item);
    for (const item of removed) partOf(this.groupOf(item, false))?.removed.push(item);
    for (const [views, part] of parts) views.update(part.added, part.removed);
  }

  *items(): Iterable<Item> {
    for (const { views } of this.groups.values()) yield* views.items();
  }

  override *all(): Iterable<Window> {
    for (const { views } of this.groups.values()) yield* views.all();
  }

  override stop(): void {
    for (const { views } of this.groups.values()) views.stop();
  }

  snapshot(writer: EventWriter): GroupSnapshot {
    const groups = Array.from(
      this.groups.values(),
      ({ views, sample, lastUse }) => [writer.event(sample), lastUse, views.snapshot(writer)] as const,
    );
    return { nextSweep: this.nextSweep, groups };
  }

  restore(state: unknown, reader: EventReader): void {
    const { nextSweep, groups } = state as GroupSnapshot;
    this.nextSweep = nextSweep;
    this.groups.clear();
    this.front = null;
    for (const [id, lastUse, own] of groups) {
      const sample = reader.event(id);
      const views = this.makeViews(this.own);
      views.restore(own, reader);
      this.groups.set(equalityKey(this.keyOf(sample)), { views, sample, lastUse });
    }
  }

  /** The group of an item; null when there is none and the bound on them lets none begin. */
  private groupOf(item: Item, mayBegin = true): Group | null {
    const { bound } = this.host;
    const key = equalityKey(this.keyOf(item));
    let group = this.groups.get(key);
    if (group === undefined) {
      if (bound.drops && !mayBegin) return null;
      if (this.groups.size >= bound.keysMax && !this.makeRoom()) return null;
      group = { views: this.makeViews(this.own), sample: item, lastUse: this.now };
      this.groups.set(key, group);
    } else if (bound.policy === 'drop-oldest') {
      this.groups.delete(key);
      this.groups.set(key, group);
    }
    group.lastUse = this.now;
    return group;
  }

  /** Drops the group used least recently; false where the policy is not to. */
  private makeRoom(): boolean {
    const { bound } = this.host;
    if (!bound.drops) throw this.tooMany(`${bound.keysMax} keys of \`groupwin\` (windowGroupsMax)`);
    bound.tellKey();
    if (bound.policy === 'drop-newest') return false;
    this.front ??= this.groups.entries();
    // All groups that it has passed are gone or behind it: as long as there are any it finds one.
    const next = this.front.next();
    if (next.done === true) return true;
    const [key, { views }] = next.value;
    this.groups.delete(key);
    views.stop();
    const items = [...views.items()];
    if (items.length > 0) this.own.update(NO_ITEMS, items);
    return true;
  }

  private sweep({ agedMs, frequencyMs }: Reclaim): void {
    const { now } = this;
    const { timeBase } = this.host.binder.env;
    if (this.nextSweep !== null && this.nextSweep > now) return;
    this.nextSweep = now + ticksOf(frequencyMs, timeBase);
    const aged = ticksOf(agedMs, timeBase);
    for (const [key, group] of this.groups) {
      if (now - group.lastUse <= aged) continue;
      group.views.stop();
      this.groups.delete(key);
    }
  }
}
