import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { ItemDeque } from './item-deque.ts';
import type { Span } from './span.ts';
import { NO_ITEMS } from './view.ts';
import { isEmpty, ViewTimer, type ViewTimerSnapshot, Window, type WindowHost } from './window.ts';

/** State of a batch window. */
export interface BatchSnapshot {
  readonly current: readonly number[];
  readonly last: readonly number[];
}

/**
 * Windows that gather items and give them on together: the batch enters as the one before it leaves. What is taken out
 * of the batch at hand was never given on, so nobody is told.
 */
export abstract class BatchWindow extends Window {
  protected current = new ItemDeque();
  protected last: readonly Item[] = NO_ITEMS;
  private leaving: readonly Item[] | null = null;

  /** While a batch is given on it is still the present one. */
  items(): Iterable<Item> {
    return this.leaving ?? this.current;
  }

  override get size(): number {
    return this.current.size;
  }

  /** The batch given on last: what `prev` looks into. */
  override get batch(): readonly Item[] {
    return this.last;
  }

  snapshot(writer: EventWriter): BatchSnapshot {
    return { current: this.current.snapshot(writer), last: this.last.map((item) => writer.event(item)) };
  }

  restore(state: unknown, reader: EventReader): void {
    const { current, last } = state as BatchSnapshot;
    this.current.restore(current, reader);
    this.last = last.map((id) => reader.event(id));
  }

  /** Takes items in and out of the batch at hand. */
  protected gather(added: readonly Item[], removed: readonly Item[]): void {
    for (let i = 0; i < removed.length; i++) this.current.remove(removed[i] as Item);
    for (let i = 0; i < added.length; i++) this.current.push(added[i] as Item);
    this.checkRows(this.current.size + this.last.length);
  }

  /** Gives a batch on and keeps it until the next. */
  protected release(batch: readonly Item[], evenEmpty = false): void {
    const before = this.last;
    this.last = batch;
    if (evenEmpty || !isEmpty(batch, before)) this.emit(batch, before);
  }

  /** Gives on all of the batch at hand. */
  protected releaseCurrent(evenEmpty = false): void {
    const batch = this.takeCurrent();
    this.leaving = batch;
    this.release(batch, evenEmpty);
    this.leaving = null;
  }

  protected takeCurrent(): readonly Item[] {
    const batch = this.current.toArray();
    this.current.clear();
    return batch;
  }
}

/** `length_batch(n)`: released when n are there. */
export class LengthBatchWindow extends BatchWindow {
  private readonly length: number;

  constructor(host: WindowHost, length: number) {
    super(host);
    this.length = length;
  }

  override get isMovedByItems(): boolean {
    return true;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.gather(added, removed);
    if (added.length > 0 && this.current.size >= this.length) this.releaseCurrent();
  }
}

/** Words of flow control of `time_batch` and `time_length_batch`. */
export interface Flow {
  /** Deliver at each interval even when there is nothing. */
  readonly forced: boolean;
  /** Count the first interval from the start, not from the first item. */
  readonly eager: boolean;
}

/** When the intervals of a batch window by time end. */
export interface Intervals {
  /** The first end after `now`, counted from `reference`; with the reference of the next question. */
  next(now: number, reference: number): { readonly due: number; readonly reference: number };
}

interface TimeBatchSnapshot extends BatchSnapshot {
  readonly timer: ViewTimerSnapshot;
  readonly reference: number | null;
}

/**
 * `time_batch(t)`, and `tumble`: released at the end of each interval. The intervals go on while there is anything in
 * this one or the one before, then stop until the next item.
 */
export class TimeBatchWindow extends BatchWindow {
  private readonly intervals: Intervals;
  private readonly flow: Flow;
  private readonly timer: ViewTimer;
  private reference: number | null;

  /** `reference`: a time from which the intervals count; null: the first item. As in Esper it is passed over by `eager`. */
  constructor(host: WindowHost, intervals: Intervals, reference: number | null, flow: Flow) {
    super(host);
    this.intervals = intervals;
    this.reference = flow.eager ? null : reference;
    this.flow = flow;
    this.timer = new ViewTimer(host, () => this.end());
  }

  override start(): void {
    if (this.flow.eager) this.schedule();
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const wasEmpty = this.current.size === 0;
    this.gather(added, removed);
    if (added.length > 0 && wasEmpty && !this.timer.isSet) this.schedule();
  }

  override stop(): void {
    this.timer.cancel();
  }

  override snapshot(writer: EventWriter): TimeBatchSnapshot {
    return { ...super.snapshot(writer), timer: this.timer.snapshot(), reference: this.reference };
  }

  override restore(state: unknown, reader: EventReader): void {
    super.restore(state, reader);
    const { timer, reference } = state as TimeBatchSnapshot;
    this.timer.restore(timer);
    this.reference = reference;
  }

  private end(): void {
    const goesOn = this.current.size > 0 || this.last.length > 0 || this.flow.forced;
    if (goesOn) this.schedule();
    this.releaseCurrent(this.flow.forced);
  }

  private schedule(): void {
    const { now } = this;
    const { due, reference } = this.intervals.next(now, this.reference ?? now);
    this.reference = reference;
    this.timer.set(due);
  }
}

interface TimeLengthBatchSnapshot extends BatchSnapshot {
  readonly timer: ViewTimerSnapshot;
}

/** `time_length_batch(t, n)`: released after t or when n are there, whichever is first. */
export class TimeLengthBatchWindow extends BatchWindow {
  private readonly span: Span;
  private readonly length: number;
  private readonly flow: Flow;
  private readonly timer: ViewTimer;

  constructor(host: WindowHost, span: Span, length: number, flow: Flow) {
    super(host);
    this.span = span;
    this.length = length;
    this.flow = flow;
    this.timer = new ViewTimer(host, () => this.end());
  }

  override start(): void {
    if (this.flow.eager) this.timer.set(this.span.after(this.now));
  }

  override get isMovedByItems(): boolean {
    return true;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.gather(added, removed);
    if (added.length === 0) return;
    if (this.current.size >= this.length) this.end();
    else if (!this.timer.isSet) this.timer.set(this.span.after(this.now));
  }

  override stop(): void {
    this.timer.cancel();
  }

  override snapshot(writer: EventWriter): TimeLengthBatchSnapshot {
    return { ...super.snapshot(writer), timer: this.timer.snapshot() };
  }

  override restore(state: unknown, reader: EventReader): void {
    super.restore(state, reader);
    this.timer.restore((state as TimeLengthBatchSnapshot).timer);
  }

  private end(): void {
    this.timer.cancel();
    const goesOn = this.current.size > 0 || this.last.length > 0 || this.flow.forced;
    if (goesOn) this.timer.set(this.span.after(this.now));
    this.releaseCurrent(this.flow.forced);
  }
}
