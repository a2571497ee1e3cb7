import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item, ItemEvaluator } from '../item.ts';
import type { Span } from './span.ts';
import { TimedItems, type TimedItemsSnapshot } from './timed-items.ts';
import { NO_ITEMS } from './view.ts';
import { joined, ViewTimer, type ViewTimerSnapshot, Window, type WindowHost } from './window.ts';

/** Windows that hold items in order of arrival with a time each. */
export abstract class TimedWindow extends Window {
  protected readonly held = new TimedItems();

  items(): Iterable<Item> {
    return this.held.items;
  }

  override nth(offset: number): Item | null {
    return this.held.items.at(this.held.size - 1 - offset);
  }

  override inOrder(): Item[] {
    return this.held.items.toArray().reverse();
  }

  override get reach(): number {
    return this.held.size;
  }

  override get size(): number {
    return this.held.size;
  }

  protected removeAll(removed: readonly Item[]): void {
    for (let i = 0; i < removed.length; i++) this.held.remove(removed[i] as Item);
  }
}

/** State of a timed window with a timer. */
export interface TimedWindowSnapshot {
  readonly held: TimedItemsSnapshot;
  readonly timer: ViewTimerSnapshot;
}

/** `time(t)`: an item that came at t0 leaves at t0 + t. One timer waits for the oldest. */
export class TimeWindow extends TimedWindow {
  private readonly span: Span;
  private readonly timer: ViewTimer;

  constructor(host: WindowHost, span: Span) {
    super(host);
    this.span = span;
    this.timer = new ViewTimer(host, () => this.expire());
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { held, now } = this;
    if (removed.length > 0) this.removeAll(removed);
    if (added.length > 0) {
      if (held.size === 0) this.timer.set(this.span.after(now));
      for (let i = 0; i < added.length; i++) held.add(now, added[i] as Item);
      this.checkRows(held.size);
    }
    this.emit(added, removed);
  }

  override stop(): void {
    this.timer.cancel();
  }

  snapshot(writer: EventWriter): TimedWindowSnapshot {
    return { held: this.held.snapshot(writer), timer: this.timer.snapshot() };
  }

  restore(state: unknown, reader: EventReader): void {
    const { held, timer } = state as TimedWindowSnapshot;
    this.held.restore(held, reader);
    this.timer.restore(timer);
  }

  private expire(): void {
    const { held } = this;
    const expired = held.expireBefore(this.span.before(this.now) + 1);
    if (expired.length > 0) this.emit(NO_ITEMS, expired);
    if (held.size > 0 && !this.timer.isSet) this.timer.set(this.span.after(held.oldestTime));
  }
}

/** `ext_timed(x, t)`: the times are those of x, and only arriving items move it. */
export class ExternallyTimedWindow extends TimedWindow {
  private readonly span: Span;
  private readonly timeOf: ItemEvaluator;

  constructor(host: WindowHost, timeOf: ItemEvaluator, span: Span) {
    super(host);
    this.span = span;
    this.timeOf = timeOf;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { held } = this;
    let time = Number.NaN;
    for (let i = 0; i < added.length; i++) {
      const item = added[i] as Item;
      time = timeValue(this.timeOf(item));
      held.add(time, item);
    }
    this.checkRows(held.size);
    const expired = Number.isNaN(time) ? NO_ITEMS : held.expireBefore(this.span.before(time) + 1);
    const gone = removed.filter((item) => held.removeKeepingTime(item) || !expired.includes(item));
    this.emit(added, joined(expired, gone));
  }

  override get isMovedByItems(): boolean {
    return true;
  }

  snapshot(writer: EventWriter): TimedItemsSnapshot {
    return this.held.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.held.restore(state as TimedItemsSnapshot, reader);
  }
}

/** A time that an expression gave: ticks; null counts as 0. */
export function timeValue(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
