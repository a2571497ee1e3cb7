import { assert } from '../core/assert.ts';
import type { PathNode } from './path.ts';
import type { RowMatch } from './run.ts';

/** The clock when the first row of a path came. */
export function beganAt({ began }: PathNode): number {
  assert(began !== null, 'with an interval every path knows when it began');
  return began.time;
}

/** Matches that wait for the end of their interval, by the time they began. */
export class WaitingMatches {
  /** Times of beginning, ascending, from `head` on, with the matches of each. */
  private times: number[] = [];
  private lists: RowMatch[][] = [];
  private head = 0;

  get isEmpty(): boolean {
    return this.head === this.times.length;
  }

  /** The earliest time a waiting match began. */
  get firstTime(): number {
    return this.times[this.head] as number;
  }

  has(time: number): boolean {
    return this.times[this.placeOf(time)] === time;
  }

  add(match: RowMatch): void {
    const began = beganAt(match.path);
    const at = this.placeOf(began);
    if (this.times[at] === began) {
      (this.lists[at] as RowMatch[]).push(match);
    } else if (at === this.times.length) {
      this.times.push(began);
      this.lists.push([match]);
    } else {
      this.times.splice(at, 0, began);
      this.lists.splice(at, 0, [match]);
    }
  }

  /** Takes out those that began at `time` or before, the earliest first. */
  takeUntil(time: number): RowMatch[] {
    const taken: RowMatch[] = [];
    while (!this.isEmpty && this.firstTime <= time) {
      taken.push(...(this.lists[this.head] as RowMatch[]));
      this.lists[this.head] = [];
      this.head++;
    }
    this.compact();
    return taken;
  }

  /** Takes out those that began at `time` and pass, `most` of them. */
  takeWhere(time: number, passes: (match: RowMatch) => boolean, most: number): RowMatch[] {
    const at = this.placeOf(time);
    if (this.times[at] !== time) return [];
    const list = this.lists[at] as RowMatch[];
    const taken = list.filter(passes).slice(0, most);
    if (taken.length === 0) return taken;
    const kept = list.filter((match) => !taken.includes(match));
    this.lists[at] = kept;
    if (kept.length > 0) return taken;
    if (at === this.head) this.head++;
    else {
      this.times.splice(at, 1);
      this.lists.splice(at, 1);
    }
    this.compact();
    return taken;
  }

  clear(): void {
    this.times = [];
    this.lists = [];
    this.head = 0;
  }

  /** All that wait, the earliest first. */
  *all(): Iterable<RowMatch> {
    for (let i = this.head; i < this.lists.length; i++) yield* this.lists[i] as RowMatch[];
  }

  /** The place of a time, or where it would be. It nearly always is the last. */
  private placeOf(time: number): number {
    const { times } = this;
    let low = this.head;
    let high = times.length;
    if (high > low && (times[high - 1] as number) < time) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private compact(): void {
    if (this.head < 64 || this.head * 2 < this.times.length) return;
    this.times = this.times.slice(this.head);
    this.lists = this.lists.slice(this.head);
    this.head = 0;
  }
}
