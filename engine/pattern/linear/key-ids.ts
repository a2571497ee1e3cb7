import type { MapKey } from '../program.ts';

/**
 * Small numbers for the values that runs wait for, so that lists of waiting runs are found by an array index. All
 * atoms of a pattern share the numbers, and the number of the last value is remembered: an event is usually looked up
 * several times by one key.
 *
 * A number is held as long as a wait uses it. Numbers that fall out of use are given up in batches, because a key that
 * has just been left is often taken again at once.
 */
export class KeyIds {
  private readonly ids = new Map<MapKey, number>();
  private values: (MapKey | null)[] = [];
  private uses = new Int32Array(64);
  private readonly free: number[] = [];
  private readonly idle: number[] = [];
  private lastValue: MapKey | null = null;
  private lastId = -1;

  /** Numbers in use are below this. */
  get end(): number {
    return this.values.length;
  }

  /** Number of a value, −1 when no run waits for it. */
  find(value: MapKey): number {
    if (value === this.lastValue) return this.lastId;
    const id = this.ids.get(value) ?? -1;
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
    if (id >= this.uses.length) {
      const more = new Int32Array(this.uses.length * 2);
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
    this.uses[id] = (this.uses[id] as number) + 1;
  }

  /** Counts one wait less. */
  leave(id: number): void {
    const left = (this.uses[id] as number) - 1;
    this.uses[id] = left;
    if (left === 0) this.idle.push(id);
  }

  /** Gives up numbers out of use once there are many; called between events. */
  sweep(): void {
    if (this.idle.length < IDLE_MAX + (this.ids.size >> 2)) return;
    for (const id of this.idle) {
      const value = this.values[id] ?? null;
      if (this.uses[id] !== 0 || value === null) continue;
      this.ids.delete(value);
      this.values[id] = null;
      this.free.push(id);
    }
    this.idle.length = 0;
    this.lastValue = null;
  }

  /** Forgets everything. */
  clear(): void {
    this.ids.clear();
    this.values = [];
    this.uses.fill(0);
    this.free.length = 0;
    this.idle.length = 0;
    this.lastValue = null;
  }
}

/** Numbers out of use that are kept beyond a quarter of those in use. */
const IDLE_MAX = 1024;
