import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { readValue, writeValue } from '../value-snapshot.ts';

/** A row of a query before it leaves: its values, and the item it was made of. */
export class OutRow {
  readonly values: readonly Value[];
  /** The item that made it or stands for its group; null when there is none. */
  readonly item: Item | null;
  /** Values of the criteria of `order by`; null without one. */
  readonly sortKeys: readonly Value[] | null;

  constructor(values: readonly Value[], item: Item | null, sortKeys: readonly Value[] | null) {
    this.values = values;
    this.item = item;
    this.sortKeys = sortKeys;
  }
}

/** Rows that leave together: of the insert stream and of the remove stream. */
export class Delivery {
  readonly added: OutRow[] = [];
  readonly removed: OutRow[] = [];

  get isEmpty(): boolean {
    return this.added.length === 0 && this.removed.length === 0;
  }

  clear(): void {
    // Setting a length is slow even where it changes nothing.
    if (this.added.length > 0) this.added.length = 0;
    if (this.removed.length > 0) this.removed.length = 0;
  }
}

/** Rows as JSON. */
export function writeRows(rows: Iterable<OutRow>, writer: EventWriter): unknown {
  const write = (values: readonly Value[]) => values.map((value) => writeValue(value, writer));
  return Array.from(rows, ({ values, item, sortKeys }) => [
    write(values),
    item === null ? null : writer.event(item),
    sortKeys === null ? null : write(sortKeys),
  ]);
}

/** The rows of `writeRows`. */
export function readRows(state: unknown, reader: EventReader): OutRow[] {
  const read = (values: readonly unknown[]) => values.map((value) => readValue(value, reader));
  return (state as [unknown[], number | null, unknown[] | null][]).map(
    ([values, item, sortKeys]) =>
      new OutRow(
        read(values),
        item === null ? null : reader.event(item),
        sortKeys === null ? null : read(sortKeys),
      ),
  );
}

/** Items as JSON. */
export function writeItems(items: readonly Item[], writer: EventWriter): number[] {
  return items.map((item) => writer.event(item));
}

/** The items of `writeItems`. */
export function readItems(state: unknown, reader: EventReader): Item[] {
  return (state as number[]).map((id) => reader.event(id));
}
