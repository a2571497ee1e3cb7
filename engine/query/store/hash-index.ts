import { type EventRecord, fieldKey, type Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/equality.ts';
import type { RowIndex } from './row-store.ts';
import { SortedRows } from './sorted-rows.ts';

type Key = ReturnType<typeof equalityKey>;

const NO_ROWS: ReadonlySet<EventRecord> = new Set();

/** Rows of one key: in the order they came, or of a field. */
type Leaf = Set<EventRecord> | SortedRows;

/** Rows under the values of one field, or further maps under them. */
type Level = Map<Key, Level | Leaf>;

/**
 * Rows by the values of some fields: one map a field, each leading to the next. Adding, removing and finding cost O(1) a
 * field. A row with a null in a field is found by no key. Without fields it holds all rows. The rows of one key are in the
 * order they came, or with a further field in its order.
 */
export class HashIndex implements RowIndex {
  private readonly keys: readonly string[];
  private readonly sorted: number;
  private root: Level | Leaf;

  /** `sorted`: the field that orders the rows of one key; −1 for none. */
  constructor(fields: readonly number[], sorted = -1) {
    this.keys = fields.map(fieldKey);
    this.sorted = sorted;
    this.root = this.emptyAt(0);
  }

  /** The values by which a row is found. */
  keyOf(row: EventRecord): readonly Value[] {
    return this.keys.map((key) => fieldOf(row, key));
  }

  find(key: readonly Value[], low: Value = null, high: Value = null): Iterable<EventRecord> {
    let at = this.root;
    for (const value of key) {
      const next = value === null ? undefined : (at as Level).get(equalityKey(value));
      if (next === undefined) return NO_ROWS;
      at = next;
    }
    return at instanceof SortedRows ? at.between(low, high) : (at as Set<EventRecord>);
  }

  /** All rows, those of one key in the order they came. */
  rows(): EventRecord[] {
    const gather = (at: Level | Leaf): EventRecord[] =>
      at instanceof Map ? [...at.values()].flatMap(gather) : [...at];
    return gather(this.root);
  }

  add(rows: Iterable<EventRecord>): void {
    for (const row of rows) {
      let at: Level | Leaf | null = this.root;
      for (let i = 0; i < this.keys.length && at !== null; i++) at = this.obtain(at as Level, row, i);
      if (at !== null) (at as Leaf).add(row);
    }
  }

  remove(rows: Iterable<EventRecord>): void {
    for (const row of rows) this.removeFrom(this.root, row, 0);
  }

  clear(): void {
    this.root = this.emptyAt(0);
  }

  private emptyAt(level: number): Level | Leaf {
    if (level < this.keys.length) return new Map();
    return this.sorted < 0 ? new Set() : new SortedRows(this.sorted);
  }

  private obtain(at: Level, row: EventRecord, level: number): Level | Leaf | null {
    const value = equalityKey(fieldOf(row, this.keys[level] as string));
    if (value === null) return null;
    const known = at.get(value);
    if (known !== undefined) return known;
    const made = this.emptyAt(level + 1);
    at.set(value, made);
    return made;
  }

  private removeFrom(at: Level | Leaf, row: EventRecord, level: number): void {
    if (!(at instanceof Map)) {
      at.delete(row);
      return;
    }
    const value = equalityKey(fieldOf(row, this.keys[level] as string));
    const next = at.get(value);
    if (next === undefined) return;
    this.removeFrom(next, row, level + 1);
    if (next.size === 0) at.delete(value);
  }
}

function fieldOf(row: EventRecord, key: string): Value {
  return (row as unknown as Record<string, Value>)[key] ?? null;
}
