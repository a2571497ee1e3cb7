import type { MapKey } from '../program.ts';
import { KeyFilter } from './key-filter.ts';

/**
 * Small numbers for the values that runs wait for, so that lists of waiting runs are found by an array index. All
 * atoms of a pattern share the numbers, and the number of the last value is remembered: an event is usually looked up
 * several times by one key.
 *
 * A number is held as long as a wait uses it. Numbers out of use are given up once they are many, because a key that has
 * just been left is often taken again at once.
 */
export class KeyIds {
  private readonly ids = new Map<MapKey, number>();
  /** In front of the map once it is large. */
  private filter: KeyFilter | null = null;
  private values: (MapKey | null)[] = [];
  private uses: Int32Array = NO_USES;
  private readonly free: number[] = [];
  private idle = 0;
  private lastValue: MapKey | null = null;
  private lastId = -1;

  /** Numbers in use are below this. */
  get end(): number {
    return this.values.length;
  }

  /** Number of a value, −1 when no run waits for it. */
  find(value: MapKey): number {
    if (value === this.lastValue) return this.lastId;
    const { filter } = this;
    const id = filter !== null && !filter.mayHave(value) ? -1 : (this.ids.get(value) ?? -1);
    this.lastValue = value;
    this.lastId = id;
    return id;
  }

  /** Number of a value, which gets one if it has none; `hold` or `sweep` must follow. */
  assign(value: MapKey): number {
    const known = this.find(value);
    if (known >= 0) return known;
    const id = this.free.pop() ?? this.values.length;
    this.values[id] = value;
    this.ids.set(value, id);
    this.note(value);
    this.idle++;
    if (id >= this.uses.length) {
      const more = new Int32Array(Math.max(4, this.uses.length * 2));
      more.set(this.uses);
      this.uses = more;
    }
    this.lastValue = value;
    this.lastId = id;
    return id;
  }

  /** The value of a number in use. */
  value(id: number): MapKey | null {
    return this.values[id] ?? null;
  }

  /** Counts one more wait for the number. */
  hold(id: number): void {
    const uses = this.uses[id] as number;
    if (uses === 0) this.idle--;
    this.uses[id] = uses + 1;
  }

  /** Counts one wait less. */
  leave(id: number): void {
    const left = (this.uses[id] as number) - 1;
    this.uses[id] = left;
    if (left === 0) this.idle++;
  }

  /** Gives up numbers out of use once they are many; called between events. Costs O(1) on the average. */
  sweep(): void {
    if (this.idle < IDLE_MAX + (this.ids.size >> 1)) return;
    for (const [value, id] of this.ids) {
      if (this.uses[id] !== 0) continue;
      this.ids.delete(value);
      this.values[id] = null;
      this.free.push(id);
    }
    this.idle = 0;
    this.lastValue = null;
    this.fill();
  }

  private note(value: MapKey): void {
    if (this.filter === null ? this.ids.size <= UNFILTERED_MAX : this.ids.size <= this.filter.capacity)
      this.filter?.add(value);
    else this.fill();
  }

  /** Makes a filter for the keys there are and as many more, or none for few. */
  private fill(): void {
    this.filter = null;
    if (this.ids.size <= UNFILTERED_MAX) return;
    const filter = new KeyFilter(2 ** Math.ceil(Math.log2(this.ids.size * 2)));
    for (const value of this.ids.keys()) filter.add(value);
    this.filter = filter;
  }

  /** Forgets everything. */
  clear(): void {
    this.ids.clear();
    this.filter = null;
    this.values = [];
    this.uses.fill(0);
    this.free.length = 0;
    this.idle = 0;
    this.lastValue = null;
  }
}

/** With fewer keys the map itself stays in a near cache. */
const UNFILTERED_MAX = 16_384;

/** Numbers out of use that are kept beyond half of all. */
const IDLE_MAX = 1024;

/** Shared by those that have no numbers yet, and never written. */
const NO_USES = new Int32Array(0);
