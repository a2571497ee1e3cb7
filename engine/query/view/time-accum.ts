import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import type { Span } from './span.ts';
import { TimedWindow, type TimedWindowSnapshot } from './time.ts';
import { NO_ITEMS } from './view.ts';
import { ViewTimer, type WindowHost } from './window.ts';

/** `time_accum(t)`: all leave together when nothing came for t. */
export class TimeAccumulatingWindow extends TimedWindow {
  private readonly span: Span;
  private readonly timer: ViewTimer;
  private leaving: readonly Item[] | null = null;

  constructor(host: WindowHost, span: Span) {
    super(host);
    this.span = span;
    this.timer = new ViewTimer(host, () => this.end());
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { held, now } = this;
    if (removed.length > 0) {
      this.removeAll(removed);
      if (held.size === 0) this.timer.cancel();
      else this.timer.set(this.span.after(held.newestTime));
    }
    if (added.length > 0) {
      for (let i = 0; i < added.length; i++) held.add(now, added[i] as Item);
      this.checkRows(held.size);
      this.timer.set(this.span.after(now));
    }
    this.emit(added, removed);
  }

  /** While its items leave, as recorded, they still are what the window holds. */
  override items(): Iterable<Item> {
    return this.leaving ?? super.items();
  }

  override stop(): void {
    this.timer.cancel();
  }

  override snapshot(writer: EventWriter): TimedWindowSnapshot {
    return { held: this.held.snapshot(writer), timer: this.timer.snapshot() };
  }

  override restore(state: unknown, reader: EventReader): void {
    const { held, timer } = state as TimedWindowSnapshot;
    this.held.restore(held, reader);
    this.timer.restore(timer);
  }

  private end(): void {
    const all = this.held.items.toArray();
    this.held.clear();
    this.leaving = all;
    if (all.length > 0) this.emit(NO_ITEMS, all);
    this.leaving = null;
  }
}
