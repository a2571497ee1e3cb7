import type { EventRecord } from '../event/record.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';

/**
 * With a window in front, the rows in it that any run has taken, in the order they first were. Rows that leave in another
 * order (a sorted window, a delete) mean that all runs have to be looked for again.
 */
export class MatchedRows {
  /** Number of each row when a run last took it. */
  private readonly numbers = new Map<EventRecord, number>();
  private readonly members = new Set<EventRecord>();
  /** Members in order, from `head` on; those that left early are still among them. */
  private queue: EventRecord[] = [];
  private head = 0;

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  /** A run took the row as number `number`. */
  add(row: EventRecord, number: number): void {
    this.numbers.set(row, number);
    if (this.members.has(row)) return;
    this.members.add(row);
    this.queue.push(row);
  }

  /** Takes a row out; false when no run ever took it. */
  delete(row: EventRecord): boolean {
    this.numbers.delete(row);
    return this.members.delete(row);
  }

  /** The member that is longest in it; null when there is none. O(1) on the whole. */
  first(): EventRecord | null {
    const { queue, members } = this;
    while (this.head < queue.length && !members.has(queue[this.head] as EventRecord)) this.head++;
    if (this.head === queue.length) {
      this.queue = [];
      this.head = 0;
      return null;
    }
    if (this.head > 64 && this.head * 2 > queue.length) {
      this.queue = queue.slice(this.head);
      this.head = 0;
    }
    return this.queue[this.head] as EventRecord;
  }

  /** Number of a row that a run took; undefined when none has. */
  numberOf(row: EventRecord): number | undefined {
    return this.numbers.get(row);
  }

  /** All rows are about to be numbered anew. */
  clearNumbers(): void {
    this.numbers.clear();
  }

  /** Gives a row a number, without a place in the order. */
  renumber(row: EventRecord, number: number): void {
    this.numbers.set(row, number);
  }

  snapshot(writer: EventWriter): unknown {
    const members = this.queue.slice(this.head).filter((row) => this.members.has(row));
    return {
      members: members.map((row) => writer.event(row)),
      numbers: Array.from(this.numbers, ([row, number]) => [writer.event(row), number]),
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { members, numbers } = state as { members: number[]; numbers: [number, number][] };
    this.queue = members.map((id) => reader.event(id));
    this.head = 0;
    this.members.clear();
    for (const row of this.queue) this.members.add(row);
    this.numbers.clear();
    for (const [id, number] of numbers) this.numbers.set(reader.event(id), number);
  }
}
