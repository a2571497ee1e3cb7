import type { EventRecord } from '../event/record.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { RowPartition } from './run.ts';

/** Rows before the one under test, one for each `prev` of the conditions. */
type Previous = readonly (EventRecord | null)[];

/**
 * What `prev` sees: the rows of the partition by arrival, also those that have left the window. With a window in front
 * the rows before each row in it are kept with it, for whoever goes through the window again.
 */
export class RowHistory {
  private readonly offsets: readonly number[];
  private readonly reach: number;
  private readonly kept: Map<EventRecord, Previous> | null;
  private readonly current: (EventRecord | null)[];
  private readonly none: Previous;

  /** `offsets`: how far each `prev` looks back. */
  constructor(offsets: readonly number[], hasWindow: boolean) {
    this.offsets = offsets;
    this.reach = Math.max(0, ...offsets);
    this.kept = hasWindow && offsets.length > 0 ? new Map() : null;
    this.current = offsets.map(() => null);
    this.none = offsets.map(() => null);
  }

  /** Whether there is any `prev`: partitions without runs must stay. */
  get isUsed(): boolean {
    return this.offsets.length > 0;
  }

  /** A row arrives: gives the rows before it. */
  arrive(row: EventRecord, partition: RowPartition): Previous {
    const { offsets, current, reach } = this;
    if (offsets.length === 0) return current;
    const { last } = partition;
    for (let i = 0; i < offsets.length; i++) {
      const offset = offsets[i] as number;
      if (offset === 0) current[i] = row;
      else current[i] = offset === 1 ? last : (partition.earlier?.[offset - 2] ?? null);
    }
    if (reach > 0) partition.last = row;
    if (reach > 1 && last !== null) this.shift(last, partition);
    this.kept?.set(row, [...current]);
    return current;
  }

  /** The row before becomes the newest of the earlier ones. */
  private shift(last: EventRecord, partition: RowPartition): void {
    partition.earlier ??= [];
    const { earlier } = partition;
    for (let i = Math.min(earlier.length, this.reach - 2); i > 0; i--)
      earlier[i] = earlier[i - 1] as EventRecord;
    earlier[0] = last;
  }

  /** The rows before a row that arrived earlier and is still in the window. */
  recall(row: EventRecord): Previous {
    return this.kept?.get(row) ?? this.none;
  }

  /** A row left the window. */
  forget(row: EventRecord): void {
    this.kept?.delete(row);
  }

  snapshot(writer: EventWriter): unknown {
    const write = (row: EventRecord | null) => (row === null ? null : writer.event(row));
    return this.kept === null
      ? null
      : Array.from(this.kept, ([row, previous]) => [writer.event(row), previous.map(write)]);
  }

  restore(state: unknown, reader: EventReader): void {
    if (this.kept === null) return;
    this.kept.clear();
    for (const [row, previous] of state as [number, (number | null)[]][]) {
      const read = previous.map((id) => (id === null ? null : reader.event(id)));
      this.kept.set(reader.event(row), read);
    }
  }
}
