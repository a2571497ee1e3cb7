import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { ItemDeque } from './item-deque.ts';

/** State of `TimedItems`: the items, and for each run of one time the time and the number of items. */
export interface TimedItemsSnapshot {
  readonly items: readonly number[];
  readonly runs: readonly (readonly [time: number, count: number])[];
}

/**
 * Items in order of arrival, each with a time. Neighbours of one time share an entry: 16 bytes a distinct time in a
 * ring of doubling size. Times need not rise; the front leaves first.
 */
export class TimedItems {
  readonly items = new ItemDeque();
  private times: number[] = [0, 0];
  /** Position after the last item of the run. */
  private ends: number[] = [0, 0];
  private first = 0;
  private count = 0;

  get size(): number {
    return this.items.size;
  }

  add(time: number, item: Item): void {
    const { items } = this;
    items.push(item);
    const last = (this.first + this.count - 1) & (this.times.length - 1);
    if (this.count > 0 && this.times[last] === time) this.ends[last] = items.tail;
    else this.addRun(time, items.tail);
  }

  /** Time of the item at the front; NaN when there is none. */
  get oldestTime(): number {
    if (this.items.first() === null) return Number.NaN;
    this.skipRuns();
    return this.times[this.first] as number;
  }

  /** Time of the item at the end; NaN when there is none. Costs the runs there that are gone. */
  get newestTime(): number {
    const { items } = this;
    if (items.size === 0) return Number.NaN;
    if (items.holes > 0) this.compact();
    return this.times[(this.first + this.count - 1) & (this.times.length - 1)] as number;
  }

  /** Takes items out from the front up to the first whose time is not below `before`. O(1) each. */
  expireBefore(before: number): Item[] {
    const { items } = this;
    const out: Item[] = [];
    while (items.first() !== null) {
      this.skipRuns();
      if (!((this.times[this.first] as number) < before)) break;
      items.shiftTo(this.ends[this.first] as number, out);
      this.dropRun();
    }
    return out;
  }

  /** Takes the item at the front out. */
  shift(): Item | null {
    return this.items.shift();
  }

  /** Takes an item out wherever it is. */
  remove(item: Item): boolean {
    if (!this.items.remove(item)) return false;
    if (this.items.isSparse) this.compact();
    return true;
  }

  clear(): void {
    this.items.clear();
    this.times = [0, 0];
    this.ends = [0, 0];
    this.first = 0;
    this.count = 0;
  }

  snapshot(writer: EventWriter): TimedItemsSnapshot {
    this.compact();
    const runs: [number, number][] = [];
    let start = this.items.head;
    for (let i = 0; i < this.count; i++) {
      const at = (this.first + i) & (this.times.length - 1);
      const end = this.ends[at] as number;
      if (end > start) runs.push([this.times[at] as number, end - start]);
      start = Math.max(start, end);
    }
    return { items: this.items.snapshot(writer), runs };
  }

  restore(state: TimedItemsSnapshot, reader: EventReader): void {
    this.clear();
    let at = 0;
    for (const [time, count] of state.runs) {
      for (const end = at + count; at < end; at++) this.add(time, reader.event(state.items[at] as number));
    }
  }

  private addRun(time: number, end: number): void {
    if (this.count === this.times.length) this.grow();
    const at = (this.first + this.count) & (this.times.length - 1);
    this.times[at] = time;
    this.ends[at] = end;
    this.count++;
  }

  private dropRun(): void {
    this.first = (this.first + 1) & (this.times.length - 1);
    this.count--;
  }

  /** Drops the runs whose items are all gone from the front. */
  private skipRuns(): void {
    const { head } = this.items;
    while (this.count > 0 && (this.ends[this.first] as number) <= head) this.dropRun();
  }

  private grow(): void {
    const { times, ends } = this;
    const length = times.length * 2;
    this.times = new Array<number>(length).fill(0);
    this.ends = new Array<number>(length).fill(0);
    for (let i = 0; i < this.count; i++) {
      const from = (this.first + i) & (times.length - 1);
      this.times[i] = times[from] as number;
      this.ends[i] = ends[from] as number;
    }
    this.first = 0;
  }

  /** Closes the holes that removals left. */
  private compact(): void {
    this.skipRuns();
    if (this.items.holes === 0) return;
    const { times, ends, first, count } = this;
    this.times = [0, 0];
    this.ends = [0, 0];
    this.first = 0;
    this.count = 0;
    let run = 0;
    const at = (i: number) => (first + i) & (times.length - 1);
    this.items.compact((before, after) => {
      while (before >= (ends[at(run)] as number) && run < count - 1) run++;
      const time = times[at(run)] as number;
      const last = (this.first + this.count - 1) & (this.times.length - 1);
      if (this.count > 0 && this.times[last] === time) this.ends[last] = after + 1;
      else this.addRun(time, after + 1);
    });
  }
}
