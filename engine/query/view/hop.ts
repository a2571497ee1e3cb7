import type { EventRecord } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { type Item, MatchRecord } from '../item.ts';
import { originsOf } from '../origins.ts';
import type { Intervals } from './batch.ts';
import { TimedItems, type TimedItemsSnapshot } from './timed-items.ts';
import { NO_ITEMS } from './view.ts';
import { isEmpty, ViewTimer, type ViewTimerSnapshot, Window, type WindowHost } from './window.ts';

interface HopSnapshot {
  readonly held: TimedItemsSnapshot;
  readonly last: readonly number[];
  readonly timer: ViewTimerSnapshot;
}

/**
 * `hop(size, slide)`: at each multiple of the slide the items of the last `size` are given on as a batch, as the batch
 * before leaves. An item is in several batches when the slide is less than the size: each gets a copy of its own, so
 * that what enters is what leaves.
 */
export class HopWindow extends Window {
  private readonly intervals: Intervals;
  private readonly span: number;
  private readonly held = new TimedItems();
  private readonly given = new WeakSet<Item>();
  private last: readonly Item[] = NO_ITEMS;
  private readonly timer: ViewTimer;

  /** `span`: its size in ticks. */
  constructor(host: WindowHost, span: number, intervals: Intervals) {
    super(host);
    this.span = span;
    this.intervals = intervals;
    this.timer = new ViewTimer(host, () => this.hop());
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    for (const item of removed) this.held.remove(item);
    for (const item of added) this.held.add(this.now, item);
    this.checkRows(this.held.size + this.last.length);
    if (this.held.size > 0 && !this.timer.isSet) this.schedule();
  }

  items(): Iterable<Item> {
    return this.held.items;
  }

  override get size(): number {
    return this.held.size;
  }

  override get batch(): readonly Item[] {
    return this.last;
  }

  override stop(): void {
    this.timer.cancel();
  }

  snapshot(writer: EventWriter): HopSnapshot {
    const last = this.last.map((item) => writer.event(item));
    return { held: this.held.snapshot(writer), last, timer: this.timer.snapshot() };
  }

  restore(state: unknown, reader: EventReader): void {
    const { held, last, timer } = state as HopSnapshot;
    this.held.restore(held, reader);
    this.last = last.map((id) => reader.event(id));
    for (const item of this.last) this.given.add(item);
    this.timer.restore(timer);
  }

  private hop(): void {
    this.held.expireBefore(this.now - this.span);
    const batch = Array.from(this.held.items, (item) => {
      if (this.given.has(item)) return this.copyOf(item);
      this.given.add(item);
      return item;
    });
    const before = this.last;
    this.last = batch;
    if (!isEmpty(batch, before)) this.emit(batch, before);
    if (batch.length > 0) this.schedule();
  }

  private schedule(): void {
    this.timer.set(this.intervals.next(this.now, 0).due);
  }

  private copyOf(item: Item): Item {
    if (item instanceof MatchRecord) return new MatchRecord(item.slots, item.time);
    const { type, time, split, offset } = item;
    const copy: EventRecord = new (this.host.recordClass(type))(type, time, split, offset);
    Object.assign(copy, item);
    copy.origins = originsOf(item);
    return copy;
  }
}
