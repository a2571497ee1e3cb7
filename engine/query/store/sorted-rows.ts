import { type EventRecord, fieldKey, type Value } from '../../event/record.ts';

type Key = number | string;

const NO_ROWS: ReadonlySet<EventRecord> = new Set();

/**
 * Rows in the order of a field, those of one value in the order they came; rows without a value are in none of the
 * ranges. The values lie in one sorted array: finding costs O(log n), a new value moves those above it.
 */
export class SortedRows {
  private readonly key: string;
  private readonly values: Key[] = [];
  private readonly rows = new Map<Key, Set<EventRecord>>();

  constructor(field: number) {
    this.key = fieldKey(field);
  }

  /** Number of different values. */
  get size(): number {
    return this.values.length;
  }

  add(row: EventRecord): void {
    const value = this.sortKeyOf(row);
    if (value === null) return;
    let rows = this.rows.get(value);
    if (rows === undefined) {
      rows = new Set();
      this.rows.set(value, rows);
      this.values.splice(this.placeOf(value), 0, value);
    }
    rows.add(row);
  }

  delete(row: EventRecord): void {
    const value = this.sortKeyOf(row);
    const rows = value === null ? undefined : this.rows.get(value);
    if (value === null || rows === undefined || !rows.delete(row) || rows.size > 0) return;
    this.rows.delete(value);
    this.values.splice(this.placeOf(value), 1);
  }

  /** The rows whose value is neither below `low` nor above `high`, by rising value; null is no bound. */
  *between(low: Value, high: Value): Iterable<EventRecord> {
    const { values } = this;
    for (let at = low === null ? 0 : this.placeOf(low as Key); at < values.length; at++) {
      const value = values[at] as Key;
      if (high !== null && value > (high as Key)) return;
      yield* this.rows.get(value) ?? NO_ROWS;
    }
  }

  *[Symbol.iterator](): Iterator<EventRecord> {
    yield* this.between(null, null);
  }

  /** Place of the first value that is not below. */
  private placeOf(value: Key): number {
    const { values } = this;
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((values[middle] as Key) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private sortKeyOf(row: EventRecord): Key | null {
    const value = (row as unknown as Record<string, Value>)[this.key] ?? null;
    return typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value)) ? value : null;
  }
}
