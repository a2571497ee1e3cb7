import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item, ItemEvaluator } from '../item.ts';
import { type SortedEntry, SortedItems, type SortedItemsSnapshot } from './sorted-items.ts';
import type { Span } from './span.ts';
import { timeValue } from './time.ts';
import { NO_ITEMS } from './view.ts';
import { ViewTimer, type ViewTimerSnapshot, Window, type WindowHost } from './window.ts';

interface TimeOrderSnapshot {
  readonly sorted: SortedItemsSnapshot;
  readonly timer: ViewTimerSnapshot;
}

/**
 * `time_order(x, t)`: sorts by the times that x gives, and lets an item go when its time is t ago; one that comes later
 * than that leaves at once. `timetolive(x)` is the same with t = 0: an item goes when its own time comes.
 */
export class TimeOrderWindow extends Window {
  private readonly timeOf: ItemEvaluator;
  private readonly span: Span;
  private readonly sorted = new SortedItems([false], false);
  private readonly timer: ViewTimer;

  constructor(host: WindowHost, timeOf: ItemEvaluator, span: Span) {
    super(host);
    this.timeOf = timeOf;
    this.span = span;
    this.timer = new ViewTimer(host, () => this.expire());
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { sorted } = this;
    const out: Item[] = [];
    for (const item of removed) {
      const entry = sorted.entryOf(item);
      if (entry === null) continue;
      sorted.remove(entry);
      out.push(item);
    }
    const { now } = this;
    const tail = now - (this.span.after(now) - now) + 1;
    const before = sorted.first();
    for (const item of added) {
      const time = timeValue(this.timeOf(item));
      if (time < tail) out.push(item);
      else sorted.insert([time], item);
    }
    this.checkRows(sorted.size);
    if (!this.timer.isSet || sorted.first() !== before) this.schedule(tail);
    this.emit(added, out);
  }

  items(): Iterable<Item> {
    return this.sorted;
  }

  override get size(): number {
    return this.sorted.size;
  }

  override get isMovedByItems(): boolean {
    return true;
  }

  override nth(offset: number): Item | null {
    return this.sorted.at(offset);
  }

  override get reach(): number {
    return this.sorted.size;
  }

  override stop(): void {
    this.timer.cancel();
  }

  snapshot(writer: EventWriter): TimeOrderSnapshot {
    return { sorted: this.sorted.snapshot(writer), timer: this.timer.snapshot() };
  }

  restore(state: unknown, reader: EventReader): void {
    const { sorted, timer } = state as TimeOrderSnapshot;
    this.sorted.restore(sorted, reader);
    this.timer.restore(timer);
  }

  private expire(): void {
    const { sorted } = this;
    const tail = this.span.before(this.now) + 1;
    const out: Item[] = [];
    for (let first = sorted.first(); first !== null; first = sorted.first()) {
      if (timeOfEntry(first) >= tail) break;
      sorted.remove(first);
      out.push(first.item);
    }
    if (out.length > 0) this.emit(NO_ITEMS, out);
    this.schedule(tail);
  }

  private schedule(tail: number): void {
    const first = this.sorted.first();
    if (first !== null) this.timer.set(this.now + timeOfEntry(first) - tail + 1);
  }
}

function timeOfEntry(entry: SortedEntry): number {
  return entry.keys[0] as number;
}
