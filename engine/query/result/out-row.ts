import { LIMITS } from '../../core/limits.ts';
import type { Origins } from '../../event/origins.ts';
import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { originsOf, originsOfSlots } from '../origins.ts';
import { readValue, writeValue } from '../value-snapshot.ts';

/** What a row is made of: an item, or the items of an update that came together; null when there is none. */
export type RowSource = Item | readonly Item[] | null;

/** A row of a query before it leaves: its values, and what it was made of. */
export class OutRow {
  readonly values: readonly Value[];
  readonly source: RowSource;
  /** Values of the criteria of `order by`; null without one. */
  readonly sortKeys: readonly Value[] | null;

  constructor(values: readonly Value[], source: RowSource, sortKeys: readonly Value[] | null) {
    this.values = values;
    this.source = source;
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
  return Array.from(rows, ({ values, source, sortKeys }) => [
    write(values),
    writeSource(source, writer),
    sortKeys === null ? null : write(sortKeys),
  ]);
}

/** The rows of `writeRows`. */
export function readRows(state: unknown, reader: EventReader): OutRow[] {
  const read = (values: readonly unknown[]) => values.map((value) => readValue(value, reader));
  return (state as [unknown[], SourceSnapshot, unknown[] | null][]).map(
    ([values, source, sortKeys]) =>
      new OutRow(read(values), readSource(source, reader), sortKeys === null ? null : read(sortKeys)),
  );
}

/** A source as JSON. */
export type SourceSnapshot = number | readonly number[] | null;

/** A source as JSON. */
export function writeSource(source: RowSource, writer: EventWriter): SourceSnapshot {
  if (source === null) return null;
  return isList(source) ? writeItems(source, writer) : writer.event(source);
}

/** The source of `writeSource`. */
export function readSource(state: SourceSnapshot, reader: EventReader): RowSource {
  if (state === null) return null;
  return typeof state === 'number' ? reader.event(state) : readItems(state, reader);
}

/** The admitted events behind a row. */
export function originsOfRow({ source }: OutRow): Origins {
  if (source === null) return NO_ORIGINS;
  if (!isList(source)) return originsOf(source);
  if (source.length === 1) return originsOf(source[0] as Item);
  return originsOfSlots([source]);
}

/** Items as the source of a row: all of them where they are few enough to be shown, else the last. */
export function sourceOf(items: readonly Item[]): RowSource {
  return items.length <= LIMITS.evidenceEventsMax ? items : (items.at(-1) ?? null);
}

function isList(source: Item | readonly Item[]): source is readonly Item[] {
  return Array.isArray(source);
}

const NO_ORIGINS: Origins = [];

/** Items as JSON. */
export function writeItems(items: readonly Item[], writer: EventWriter): number[] {
  return items.map((item) => writer.event(item));
}

/** The items of `writeItems`. */
export function readItems(state: unknown, reader: EventReader): Item[] {
  return (state as number[]).map((id) => reader.event(id));
}
