import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { CombinedWindow, type Member } from './combined.ts';
import { NO_ITEMS } from './view.ts';
import type { WindowHost } from './window.ts';

/** `retain-union`: an item is in while it is in any window. */
export class Union extends CombinedWindow {
  /** Of each item the number of windows that have it. */
  private readonly counts = new Map<Item, number>();
  private readonly isChoosy: boolean;

  constructor(host: WindowHost, members: readonly Member[]) {
    super(host, members);
    this.isChoosy = members.some((member) => member.isChoosy);
  }

  override get size(): number {
    return this.counts.size;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.takeOut(removed);
    for (const item of removed) this.counts.delete(item);
    if (added.length === 0) {
      if (removed.length > 0) this.emit(NO_ITEMS, removed);
      return;
    }
    for (const item of added) this.counts.set(item, this.members.length);
    this.checkRows(this.counts.size);
    this.offerAll(added);
    const refused = this.isChoosy ? added.filter((item) => !this.isGivenOn(item)) : NO_ITEMS;
    if (refused.length > 0) this.refuse(refused);
    const gone: Item[] = [];
    for (const list of this.removed) this.release(list, gone);
    // As in Esper what is refused is told of as new when something leaves at the same time.
    const isTold = refused.length === 0 || gone.length > 0;
    const taken = isTold ? added : added.filter((item) => !refused.includes(item));
    if (this.isChoosy && taken.length === 0 && gone.length === 0 && removed.length === 0) return;
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

  /**
   * Whether any window gave an item on as it came: `firstunique` and its kin by taking it, batch windows with a batch
   * of it alone. As in Esper one window is enough for all to count as having it.
   */
  private isGivenOn(item: Item): boolean {
    return this.members.some(({ isBatch }, i) => {
      const added = this.added[i] as readonly Item[];
      return isBatch ? added[0] === item : added.includes(item);
    });
  }

  /** Takes items out of the windows again, but for the batches of those that never take anything back. */
  private refuse(items: readonly Item[]): void {
    this.takeOut(items, ({ isFinal }) => isFinal);
    for (const item of items) this.counts.delete(item);
  }

  /** Counts down the items a window gave up; those that are in no window any more are added to `gone`. */
  private release(items: readonly Item[], gone: Item[]): void {
    for (const item of items) {
      const count = this.counts.get(item) ?? 1;
      if (count > 1) this.counts.set(item, count - 1);
      else {
        this.counts.delete(item);
        gone.push(item);
      }
    }
  }
}
