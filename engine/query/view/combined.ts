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
  /** Takes nothing back in a union: `length_batch` and `time_batch`. */
  readonly isFinal: boolean;
}

const NONE = () => false;

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

  override get isMovedByItems(): boolean {
    return this.members.some(({ window }) => window.isMovedByItems);
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

  /** Takes items out of every window that is not exempt, without listening. */
  protected takeOut(items: readonly Item[], isExempt: (member: Member, at: number) => boolean = NONE): void {
    if (items.length === 0) return;
    this.mode = 'ignore';
    this.members.forEach((member, i) => {
      if (!isExempt(member, i)) member.window.update(NO_ITEMS, items);
    });
    this.mode = 'listen';
  }

  /** Offers items to every window in turn. */
  protected offerAll(added: readonly Item[]): void {
    for (let i = 0; i < this.members.length; i++) this.offer(i, added);
  }

  /** Whether all choosy windows keep an item. */
  protected isKept(item: Item): boolean {
    return this.members.every(({ isChoosy }, i) => !isChoosy || this.added[i]?.includes(item) === true);
  }

  /** Forgets the round at hand. */
  protected clearCaught(): void {
    this.added.fill(NO_ITEMS);
    this.removed.fill(NO_ITEMS);
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
  private readonly isChoosy: boolean;

  constructor(host: WindowHost, members: readonly Member[]) {
    super(host, members);
    this.isChoosy = members.some((member) => member.isChoosy);
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.takeOut(removed);
    if (added.length === 0) {
      if (removed.length > 0) this.emit(NO_ITEMS, removed);
      return;
    }
    this.offerAll(added);
    const refused = this.isChoosy ? added.filter((item) => !this.isKept(item)) : NO_ITEMS;
    this.takeOut(refused);
    const gone = new Set<Item>(removed);
    if (this.removed.some((list) => list.length > 0)) {
      // As in Esper what is refused is among what leaves as soon as anything leaves.
      for (const item of refused) gone.add(item);
      for (const [from, list] of this.removed.entries()) this.passOn(from, list, gone);
    }
    const taken = this.isChoosy ? without(added, gone, refused) : added;
    if (!this.isChoosy || taken.length > 0 || gone.size > 0) this.emit(taken, [...gone]);
  }

  override get size(): number {
    return (this.members[0] as Member).window.size;
  }

  items(): Iterable<Item> {
    return (this.members[0] as Member).window.items();
  }

  protected onOwn(from: number, _added: readonly Item[], removed: readonly Item[]): void {
    this.takeOut(removed, (_, i) => i === from);
    if (removed.length > 0) this.emit(NO_ITEMS, removed);
  }

  /** What one window gave up leaves the others; the window itself may by now have an item of the same key. */
  private passOn(from: number, items: readonly Item[], gone: Set<Item>): void {
    this.takeOut(items, (_, i) => i === from);
    for (const item of items) gone.add(item);
  }
}

/**
 * An intersection with a batch window: the batch holds what the others keep, and is given on as the batch window does.
 * What another window gives up leaves the batch, of which the batch window may tell: `ext_timed_batch` does.
 */
export class BatchIntersection extends CombinedWindow {
  private readonly batchAt: number;

  /** `batchAt`: the batch window, or `firsttime`, which gives on what it takes and as in Esper counts as one. */
  constructor(host: WindowHost, members: readonly Member[], batchAt: number) {
    super(host, members);
    this.batchAt = batchAt;
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
    const taken = added.filter((item) => !gone.has(item) && this.isGivenOn(item));
    const lists = [...this.removed];
    this.clearCaught();
    for (const [from, list] of lists.entries()) if (list.length > 0) this.passOn(from, list);
    const { window } = this.members[this.batchAt] as Member;
    if (taken.length > 0) window.update(taken, NO_ITEMS);
  }

  override get size(): number {
    return (this.members[this.batchAt] as Member).window.size;
  }

  items(): Iterable<Item> {
    return (this.members[this.batchAt] as Member).window.items();
  }

  protected onOwn(from: number, added: readonly Item[], removed: readonly Item[]): void {
    if (from !== this.batchAt) {
      this.takeOut(removed, (_, i) => i === from);
      return;
    }
    this.emit(added, removed);
    this.takeOut(added, (_, i) => i === from);
  }

  /** What one window gave up leaves the others, which as in Esper are listened to: they may tell of it in their turn. */
  private passOn(from: number, items: readonly Item[]): void {
    this.members.forEach(({ window }, i) => {
      if (i !== from) window.update(NO_ITEMS, items);
    });
  }

  /** Whether any window but the batch window took an item; as in Esper one is enough. */
  private isGivenOn(item: Item): boolean {
    return this.added.some((added) => added.includes(item));
  }
}

/** The items that are in neither collection. */
function without(items: readonly Item[], gone: ReadonlySet<Item>, refused: readonly Item[]): readonly Item[] {
  return gone.size === 0 && refused.length === 0
    ? items
    : items.filter((item) => !gone.has(item) && !refused.includes(item));
}
