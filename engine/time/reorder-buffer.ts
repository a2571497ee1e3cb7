import { LIMITS } from '../core/limits.ts';
import type { EventRecord } from '../event/record.ts';

/**
 * Holds admitted events until the watermark passes them and gives them out in the order (time, split, offset). Events
 * that arrive in order are only appended; the rest is sorted when it is released.
 */
export class ReorderBuffer {
  private events: EventRecord[] = [];
  private sorted = true;

  /** Number of events held. */
  get size(): number {
    return this.events.length;
  }

  /** Adds an event; false when the buffer is full and the event was not taken. */
  push(event: EventRecord): boolean {
    const last = this.events[this.events.length - 1];
    if (this.events.length >= LIMITS.reorderEventsMax) return false;
    if (last !== undefined && compare(last, event) > 0) this.sorted = false;
    this.events.push(event);
    return true;
  }

  /** The events held, in the order they go out, as numbers of the writer. */
  snapshot(writer: { event(record: EventRecord): number }): readonly number[] {
    return [...this.events].sort(compare).map((event) => writer.event(event));
  }

  /** Replaces the events held by those of a snapshot. */
  restore(snapshot: readonly number[], reader: { event(id: number): EventRecord }): void {
    this.events = snapshot.map((id) => reader.event(id));
    this.sorted = true;
  }

  /** Takes out the events with a time before `watermark` (ticks). O(n log n) of the events held when disordered. */
  release(watermark: number): readonly EventRecord[] {
    if (!this.sorted) this.events.sort(compare);
    this.sorted = true;
    const { events } = this;
    let count = 0;
    while (count < events.length && (events[count] as EventRecord).time < watermark) count++;
    if (count === 0) return [];
    this.events = events.slice(count);
    events.length = count;
    return events;
  }
}

function compare(a: EventRecord, b: EventRecord): number {
  return a.time - b.time || a.split - b.split || a.offset - b.offset;
}
