import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item, ItemEvaluator } from '../item.ts';
import { type BatchSnapshot, BatchWindow, type Intervals } from './batch.ts';
import { timeValue } from './time.ts';
import { NO_ITEMS } from './view.ts';
import type { WindowHost } from './window.ts';

interface ExternallyTimedBatchSnapshot extends BatchSnapshot {
  readonly reference: number | null;
  readonly oldest: number | null;
}

/** `ext_timed_batch(x, t)`: intervals of the times that x gives; the first item beyond the interval releases it. */
export class ExternallyTimedBatchWindow extends BatchWindow {
  private readonly timeOf: ItemEvaluator;
  private readonly intervals: Intervals;
  private reference: number | null;
  private oldest: number | null = null;

  /** `reference`: a time from which the intervals count; null: the first item. */
  constructor(host: WindowHost, timeOf: ItemEvaluator, intervals: Intervals, reference: number | null) {
    super(host);
    this.timeOf = timeOf;
    this.intervals = intervals;
    this.reference = reference;
  }

  override get isMovedByItems(): boolean {
    return true;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    if (removed.length > 0) {
      this.gather(NO_ITEMS, removed);
      this.findOldest();
    }
    let batch: Item[] | null = null;
    for (let i = 0; i < added.length; i++) {
      const item = added[i] as Item;
      const time = timeValue(this.timeOf(item));
      this.reference ??= time;
      if (this.oldest === null) this.oldest = time;
      else if (this.isBeyond(time, this.oldest)) {
        batch = [...(batch ?? NO_ITEMS), ...this.takeCurrent()];
        this.oldest = time;
      }
      this.current.push(item);
    }
    this.checkRows(this.current.size + this.last.length);
    if (batch !== null) {
      this.release(batch);
      this.findOldest();
    }
    if (removed.length > 0) this.emit(NO_ITEMS, removed);
  }

  override snapshot(writer: EventWriter): ExternallyTimedBatchSnapshot {
    return { ...super.snapshot(writer), reference: this.reference, oldest: this.oldest };
  }

  override restore(state: unknown, reader: EventReader): void {
    super.restore(state, reader);
    const { reference, oldest } = state as ExternallyTimedBatchSnapshot;
    this.reference = reference;
    this.oldest = oldest;
  }

  private isBeyond(time: number, oldest: number): boolean {
    const { due, reference } = this.intervals.next(oldest, this.reference as number);
    this.reference = reference;
    return time >= due;
  }

  private findOldest(): void {
    const first = this.current.first();
    this.oldest = first === null ? null : timeValue(this.timeOf(first));
  }
}
