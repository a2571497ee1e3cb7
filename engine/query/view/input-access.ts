import type { Item } from '../item.ts';
import type { ViewChain } from './create-view.ts';
import type { AccessObserver, Window } from './window.ts';

/** Place of the window that delivered last, among all of the input. */
type InputAccessSnapshot = number | null;

/**
 * What `prev` sees of one input. The item at hand, null where an outer join has none, says which batch is meant; in other
 * windows it does not count.
 */
export class InputAccess implements AccessObserver {
  private chain: ViewChain | null = null;
  /** The window that delivered last. */
  private latest: Window | null = null;
  /** Of the items of the last batches, which window released them and where in the batch they are. */
  private readonly places = new Map<Item, { readonly window: Window; readonly at: number }>();
  private readonly batches = new Map<Window, readonly Item[]>();

  observe(chain: ViewChain): void {
    this.chain = chain;
    chain.observe(this);
  }

  changed(window: Window): void {
    const { batch } = window;
    if (batch === null) {
      this.latest = window;
      return;
    }
    for (const item of this.batches.get(window) ?? []) this.places.delete(item);
    this.batches.set(window, batch);
    batch.forEach((item, at) => {
      this.places.set(item, { window, at });
    });
  }

  /** The item `offset` places before the newest of the window, or before the item at hand in its batch. */
  at(item: Item | null, offset: number): Item | null {
    if (this.latest !== null) return this.latest.nth(offset);
    const place = this.placeOf(item);
    if (place === undefined || offset < 0) return null;
    return place.window.batch?.[place.at - offset] ?? null;
  }

  /** The item `offset` places after the oldest (last) of the window, or of the batch. */
  fromEnd(item: Item | null, offset: number): Item | null {
    const { latest } = this;
    if (latest !== null) return offset < 0 ? null : latest.nth(latest.reach - 1 - offset);
    return this.placeOf(item)?.window.batch?.[offset] ?? null;
  }

  count(item: Item | null): number | null {
    if (this.latest !== null) return this.latest.reach;
    return this.placeOf(item)?.window.batch?.length ?? null;
  }

  /** All items of the window or batch, in the order of `at`. */
  all(item: Item | null): Item[] | null {
    const { latest } = this;
    if (latest === null) return this.placeOf(item)?.window.batch?.toReversed() ?? null;
    return latest.inOrder();
  }

  private placeOf(item: Item | null) {
    return item === null ? undefined : this.places.get(item);
  }

  snapshot(): InputAccessSnapshot {
    if (this.latest === null || this.chain === null) return null;
    return [...this.chain.all()].indexOf(this.latest);
  }

  restore(state: unknown): void {
    const at = state as InputAccessSnapshot;
    if (this.chain === null) return;
    const all = [...this.chain.all()];
    this.latest = at === null ? null : (all[at] ?? null);
    this.places.clear();
    this.batches.clear();
    for (const window of all) if (window.batch !== null && window.batch.length > 0) this.changed(window);
  }
}
