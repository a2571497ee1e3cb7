import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { NO_ITEMS } from './view.ts';
import { Window, type WindowHost } from './window.ts';

/** A window among several on one stream. */
export interface Member {
  readonly window: Window;
  /** Does not keep every item it is given: `firstunique` and its kin. */
  readonly isChoosy: boolean;
  readonly isBatch: boolean;
}

interface CombinedSnapshot {
  readonly windows: readonly unknown[];
  readonly own: unknown;
}

/**
 * Several data windows of one stream. Each is told of what the stream brings; what each gives on is caught, and their
 * combination is given on instead: see `Intersection`, `BatchIntersection` and `Union`.
 */
export abstract class CombinedWindow extends Window {
  protected readonly members: readonly Member[];
  /** What each window gave on in the round at hand. */
  protected readonly added: (readonly Item[])[];
  protected readonly removed: (readonly Item[])[];
  private mode: 'listen' | 'catch' | 'ignore' = 'listen';

  constructor(host: WindowHost, members: readonly Member[]) {
    super(host);
    this.members = members;
    this.added = members.map(() => NO_ITEMS);
    this.removed = members.map(() => NO_ITEMS);
    members.forEach(({ window }, i) => {
      window.child = {
        update: (added, removed) => {
          if (this.mode === 'listen') this.onOwn(i, added, removed);
          if (this.mode !== 'catch') return;
          this.added[i] = added;
          this.removed[i] = removed;
        },
      };
    });
  }

  override start(): void {
    for (const { window } of this.members) window.start();
  }

  override stop(): void {
    for (const { window } of this.members) window.stop();
  }

  override *all(): Iterable<Window> {
    for (const { window } of this.members) yield* window.all();
  }

  snapshot(writer: EventWriter): CombinedSnapshot {
    return {
      windows: this.members.map(({ window }) => window.snapshot(writer)),
      own: this.snapshotOwn(writer),
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { windows, own } = state as CombinedSnapshot;
    this.members.forEach(({ window }, i) => {
      window.restore(windows[i], reader);
    });
    this.restoreOwn(own, reader);
  }

  /** A window gave something on by itself: its timer. */
  protected abstract onOwn(from: number, added: readonly Item[], removed: readonly Item[]): void;

  protected snapshotOwn(_writer: EventWriter): unknown {
    return null;
  }

  protected restoreOwn(_state: unknown, _reader: EventReader): void {}

  /** Tells a window of items and catches what it gives on. */
  protected offer(at: number, added: readonly Item[]): void {
    this.added[at] = NO_ITEMS;
    this.removed[at] = NO_ITEMS;
    this.mode = 'catch';
    (this.members[at] as Member).window.update(added, NO_ITEMS);
    this.mode = 'listen';
  }

  /** Takes items out of every window, or of every other one, without listening. */
  protected takeOut(items: readonly Item[], except = -1): void {
    if (items.length === 0) return;
    this.mode = 'ignore';
    this.members.forEach(({ window }, i) => {
      if (i !== except) window.update(NO_ITEMS, items);
    });
    this.mode = 'listen';
  }

  /** Whether all choosy windows that were offered an item keep it. */
  protected isKept(item: Item): boolean {
    return this.members.every(({ isChoosy }, i) => !isChoosy || this.added[i]?.includes(item) === true);
  }

  /** What any of the windows gave up, each item once, in the order of the windows. */
  protected allRemoved(): Set<Item> {
    const all = new Set<Item>();
    for (const list of this.removed) for (const item of list) all.add(item);
    return all;
  }
}

/** `retain-intersection`: an item is in while it is in every window. */
export class Intersection extends CombinedWindow {
  update(added: readonly Item[], removed: readonly Item[]): void {
    this.takeOut(removed);
    if (added.length === 0) {
      if (removed.length > 0) this.emit(NO_ITEMS, removed);
      return;
    }
    this.members.forEach((_, i) => {
      this.offer(i, added);
    });
    const isChoosy = this.members.some((member) => member.isChoosy);
    const taken = isChoosy ? added.filter((item) => this.isKept(item)) : added;
    const gone = this.allRemoved();
    this.takeOut([...gone]);
    if (taken.length < added.length) {
      const kept = new Set(taken);
      const refused = added.filter((item) => !kept.has(item));
      this.takeOut(refused);
      for (const item of refused) gone.delete(item);
    }
    for (const item of removed) gone.add(item);
    if (!isChoosy || taken.length > 0 || gone.size > 0) this.emit(taken, [...gone]);
  }

  items(): Iterable<Item> {
    return (this.members[0] as Member).window.items();
  }

  protected onOwn(from: number, _added: readonly Item[], removed: readonly Item[]): void {
    this.takeOut(removed, from);
    if (removed.length > 0) this.emit(NO_ITEMS, removed);
  }
}

/** An intersection with a batch window: the batch holds what the others keep, and is given on as the batch window does. */
export class BatchIntersection extends CombinedWindow {
  private readonly batchAt: number;

  constructor(host: WindowHost, members: readonly Member[]) {
    super(host, members);
    this.batchAt = members.findIndex(({ isBatch }) => isBatch);
  }

  override get batch(): readonly Item[] | null {
    return (this.members[this.batchAt] as Member).window.batch;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.takeOut(removed);
    if (added.length === 0) return;
    this.members.forEach((_, i) => {
      if (i !== this.batchAt) this.offer(i, added);
    });
    const gone = this.allRemoved();
    this.takeOut([...gone]);
    const taken = added.filter((item) => !gone.has(item) && this.isKept(item));
    this.clearCaught();
    if (taken.length > 0) (this.members[this.batchAt] as Member).window.update(taken, NO_ITEMS);
  }

  items(): Iterable<Item> {
    return (this.members[this.batchAt] as Member).window.items();
  }

  protected onOwn(from: number, added: readonly Item[], removed: readonly Item[]): void {
    if (from !== this.batchAt) {
      this.takeOut(removed, from);
      return;
    }
    this.emit(added, removed);
    this.takeOut(added, from);
  }

  private clearCaught(): void {
    this.added.fill(NO_ITEMS);
    this.removed.fill(NO_ITEMS);
  }
}

/** `retain-union`: an item is in while it is in any window. */
export class Union extends CombinedWindow {
  /** Of each item the number of windows that have it. */
  private readonly counts = new Map<Item, number>();

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.takeOut(removed);
    for (const item of removed) this.counts.delete(item);
    if (added.length === 0) {
      if (removed.length > 0) this.emit(NO_ITEMS, removed);
      return;
    }
    for (const item of added) this.counts.set(item, this.members.length);
    this.members.forEach((_, i) => {
      this.offer(i, added);
    });
    const taken = added.filter((item) => this.isHeldAnywhere(item));
    const gone: Item[] = [];
    for (const list of this.removed) this.release(list, gone);
    this.emit(taken, removed.length === 0 ? gone : [...removed, ...gone]);
  }

  items(): Iterable<Item> {
    return this.counts.keys();
  }

  protected onOwn(_from: number, _added: readonly Item[], removed: readonly Item[]): void {
    const gone: Item[] = [];
    this.release(removed, gone);
    if (gone.length > 0) this.emit(NO_ITEMS, gone);
  }

  protected override snapshotOwn(writer: EventWriter): unknown {
    return Array.from(this.counts, ([item, count]) => [writer.event(item), count]);
  }

  protected override restoreOwn(state: unknown, reader: EventReader): void {
    this.counts.clear();
    for (const [id, count] of state as [number, number][]) this.counts.set(reader.event(id), count);
  }

  /** Counts the choosy windows that did not take the item; whether any window did. */
  private isHeldAnywhere(item: Item): boolean {
    let count = this.counts.get(item) as number;
    this.members.forEach(({ isChoosy }, i) => {
      if (isChoosy && this.added[i]?.includes(item) !== true) count--;
    });
    if (count > 0) this.counts.set(item, count);
    else this.counts.delete(item);
    return count > 0;
  }

  /** Counts down the items a window gave up; those that are in no window any more are added to `gone`. */
  private release(items: readonly Item[], gone: Item[]): void {
    for (const item of items) {
      const count = this.counts.get(item);
      if (count === undefined) continue;
      if (count > 1) this.counts.set(item, count - 1);
      else {
        this.counts.delete(item);
        gone.push(item);
      }
    }
  }
}
