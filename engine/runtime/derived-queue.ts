import type { EventRecord } from '../event/record.ts';

/**
 * Events made by statements that wait to be processed within the present instant: those of higher precedence first,
 * else in the order they were made. It is empty between two events. Taking costs O(1), adding too while all have one
 * precedence.
 */
export class DerivedQueue {
  private readonly events: EventRecord[] = [];
  private readonly precedences: number[] = [];
  private head = 0;

  /** How many were taken since it was empty. */
  get taken(): number {
    return this.head;
  }

  /** Adds an event behind all of the same or a higher precedence. */
  push(event: EventRecord, precedence: number): void {
    const { events, precedences } = this;
    let at = events.length;
    while (at > this.head && (precedences[at - 1] as number) < precedence) at--;
    if (at === events.length) {
      events.push(event);
      precedences.push(precedence);
      return;
    }
    events.splice(at, 0, event);
    precedences.splice(at, 0, precedence);
  }

  /** Takes the next event; null, and the queue starts afresh, when there is none. */
  next(): EventRecord | null {
    if (this.head === this.events.length) {
      if (this.head > 0) this.clear();
      return null;
    }
    return this.events[this.head++] as EventRecord;
  }

  /** Forgets all events. */
  clear(): void {
    this.events.length = 0;
    this.precedences.length = 0;
    this.head = 0;
  }
}
