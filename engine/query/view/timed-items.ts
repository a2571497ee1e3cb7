import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { ItemDeque } from './item-deque.ts';

/** State of `TimedItems`: the items, and by their places the times of those that have another time than their own. */
export interface TimedItemsSnapshot {
  readonly items: readonly number[];
  readonly times: readonly (readonly [place: number, time: number])[];
  /** Times of the gaps, each with the number of items before it. */
  readonly gaps: readonly (readonly [place: number, time: number])[];
}

/**
 * Items in order of arrival, each with a time; the front leaves first, whether or not times rise. The time of an item in
 * a window nearly always is its own event time, so only other times are kept: a row costs what it costs in `ItemDeque`.
 */
export class TimedItems {
  readonly items = new ItemDeque();
  private others: Map<Item, number> = NO_TIMES;
  /** Times of items taken out that hold up the front, by position. */
  private gaps: Map<number, number> = NO_GAPS;

  get size(): number {
    return this.items.size;
  }

  add(time: number, item: Item): void {
    this.items.push(item);
    if (time !== item.time) this.setTime(item, time);
  }

  /** Time of the item at the front; NaN when there is none. */
  get oldestTime(): number {
    const first = this.items.first();
    return first === null ? Number.NaN : this.timeOf(first);
  }

  /** Time of the item at the end; NaN when there is none. */
  get newestTime(): number {
    const last = this.items.last();
    return last === null ? Number.NaN : this.timeOf(last);
  }

  /** Takes items out from the front up to the first whose time is not below `before`. O(1) each. */
  expireBefore(before: number): Item[] {
    const { items } = this;
    const out: Item[] = [];
    if (this.gaps.size > 0) return this.expireWithGaps(before);
    for (let first = items.first(); first !== null; first = items.first()) {
      if (!(this.timeOf(first) < before)) break;
      items.shift();
      if (this.others.size > 0) this.others.delete(first);
      out.push(first);
    }
    return out;
  }

  /** As `remove`, but the place keeps its time: what stands behind it does not leave before it would have left. */
  removeKeepingTime(item: Item): boolean {
    const time = this.timeOf(item);
    const at = this.items.takeOut(item);
    if (at < 0) return false;
    this.others.delete(item);
    this.setGap(at, time);
    return true;
  }

  /** Takes the item at the front out. */
  shift(): Item | null {
    const item = this.items.shift();
    if (item !== null && this.others.size > 0) this.others.delete(item);
    return item;
  }

  /** Takes an item out wherever it is. */
  remove(item: Item): boolean {
    if (!this.items.remove(item)) return false;
    this.items.compactIfSparse();
    this.others.delete(item);
    return true;
  }

  clear(): void {
    this.items.clear();
    this.others.clear();
    this.gaps.clear();
  }

  snapshot(writer: EventWriter): TimedItemsSnapshot {
    const times: (readonly [number, number])[] = [];
    let place = 0;
    if (this.others.size > 0) {
      for (const item of this.items) {
        const time = this.others.get(item);
        if (time !== undefined) times.push([place, time]);
        place++;
      }
    }
    const gaps: (readonly [number, number])[] = [];
    if (this.gaps.size > 0) {
      let before = 0;
      let at = this.items.head;
      for (const item of this.items.places()) {
        const time = this.gaps.get(at++);
        if (item !== null) before++;
        else if (time !== undefined) gaps.push([before, time]);
      }
    }
    return { items: this.items.snapshot(writer), times, gaps };
  }

  restore(state: TimedItemsSnapshot, reader: EventReader): void {
    this.others.clear();
    this.gaps.clear();
    if (state.gaps.length === 0) this.items.restore(state.items, reader);
    else this.restoreWithGaps(state, reader);
    for (const [place, time] of state.times) this.setTime(reader.event(state.items[place] as number), time);
  }

  private restoreWithGaps({ items, gaps }: TimedItemsSnapshot, reader: EventReader): void {
    this.items.clear();
    let next = 0;
    for (let place = 0; place <= items.length; place++) {
      for (; gaps[next]?.[0] === place; next++)
        this.setGap(this.items.pushHole(), (gaps[next] as readonly [number, number])[1]);
      if (place < items.length) this.items.push(reader.event(items[place] as number));
    }
  }

  private expireWithGaps(before: number): Item[] {
    const { items, gaps } = this;
    const out: Item[] = [];
    for (;;) {
      while (items.beginsWithHole) {
        const time = gaps.get(items.head);
        if (time !== undefined && !(time < before)) return out;
        gaps.delete(items.head);
        items.dropHole();
      }
      const first = items.first();
      if (first === null || !(this.timeOf(first) < before)) return out;
      out.push(this.shift() as Item);
    }
  }

  private setTime(item: Item, time: number): void {
    if (this.others === NO_TIMES) this.others = new Map();
    this.others.set(item, time);
  }

  private setGap(at: number, time: number): void {
    if (this.gaps === NO_GAPS) this.gaps = new Map();
    this.gaps.set(at, time);
  }

  private timeOf(item: Item): number {
    return this.others.size === 0 ? item.time : (this.others.get(item) ?? item.time);
  }
}

/** Shared by those that need none, and never written: a map without entries takes 180 bytes. */
const NO_TIMES: Map<Item, number> = new Map();
const NO_GAPS: Map<number, number> = new Map();
