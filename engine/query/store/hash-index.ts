import { EventRecord, fieldKey, type Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/equality.ts';
import type { RowIndex } from './row-store.ts';
import { SortedRows } from './sorted-rows.ts';

type Key = ReturnType<typeof equalityKey>;

const NO_ROWS: ReadonlySet<EventRecord> = new Set();

/** Rows of one key: in the order they came, or of a field. The only row of a key, as in an index of unique keys, is itself one. */
type Leaf = EventRecord | Rows;
type Rows = Set<EventRecord> | SortedRows;

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
    if (at instanceof EventRecord) return [at];
    return at instanceof SortedRows ? at.between(low, high) : (at as Set<EventRecord>);
  }

  /** All rows, those of one key in the order they came. */
  rows(): EventRecord[] {
    const gather = (at: Level | Leaf): EventRecord[] => {
      if (at instanceof EventRecord) return [at];
      return at instanceof Map ? [...at.values()].flatMap(gather) : [...at];
    };
    return gather(this.root);
  }

  add(rows: Iterable<EventRecord>): void {
    for (const row of rows) {
      if (this.keys.length === 0) (this.root as Rows).add(row);
      else this.addTo(this.root as Level, row);
    }
  }

  remove(rows: Iterable<EventRecord>): void {
    for (const row of rows) {
      if (this.keys.length === 0) (this.root as Rows).delete(row);
      else this.removeFrom(this.root as Level, row, 0);
    }
  }

  clear(): void {
    this.root = this.emptyAt(0);
  }

  private emptyAt(level: number): Level | Rows {
    if (level < this.keys.length) return new Map();
    return this.sorted < 0 ? new Set() : new SortedRows(this.sorted);
  }

  private addTo(root: Level, row: EventRecord): void {
    const last = this.keys.length - 1;
    let at = root;
    for (let i = 0; i <= last; i++) {
      const value = equalityKey(fieldOf(row, this.keys[i] as string));
      if (value === null) return;
      const known = at.get(value);
      if (i === last) {
        this.addToLeaf(at, value, known as Leaf | undefined, row);
        return;
      }
      if (known === undefined) {
        const made: Level = new Map();
        at.set(value, made);
        at = made;
      } else at = known as Level;
    }
  }

  private addToLeaf(level: Level, value: Key, known: Leaf | undefined, row: EventRecord): void {
    if (known === undefined && this.sorted < 0) level.set(value, row);
    else if (known === undefined) {
      const made = new SortedRows(this.sorted);
      made.add(row);
      level.set(value, made);
    } else if (!(known instanceof EventRecord)) known.add(row);
    else if (known !== row) level.set(value, new Set([known, row]));
  }

  private removeFrom(at: Level, row: EventRecord, depth: number): void {
    const value = equalityKey(fieldOf(row, this.keys[depth] as string));
    const next = at.get(value);
    if (next === undefined) return;
    if (next instanceof EventRecord) {
      if (next === row) at.delete(value);
      return;
    }
    if (next instanceof Map) this.removeFrom(next, row, depth + 1);
    else next.delete(row);
    if (next.size === 0) at.delete(value);
  }
}

function fieldOf(row: EventRecord, key: string): Value {
  return (row as unknown as Record<string, Value>)[key] ?? null;
}
