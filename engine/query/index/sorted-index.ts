import { EventRecord } from '../../event/record.ts';
import { type GroupKey, keyReader, type SoughtKey } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import { type Found, hasRow, LIST_MAX, rowsIn } from './bucket.ts';
import type { RowIndex, RowValue } from './row-index.ts';
import { type Bounds, SortedRows, type SortValue } from './sorted-rows.ts';

/** The rows of one key: sorted, whatever they are kept in. */
type Leaf = Item | Item[] | SortedRows;

/**
 * Rows by the key of some values as in a hash index, those of one key sorted by a further value, equal ones by arrival:
 * also the order in which Esper gives them. Rows without that value, or with NaN, come last and are in no range. Without
 * values it is a sorted index of all rows. A few rows of a key are a list.
 */
export class SortedIndex implements RowIndex {
  private readonly keyOf: (row: Item) => GroupKey;
  private readonly sortOf: (row: Item) => SortValue | null;
  private readonly leaves = new Map<SoughtKey, Leaf>();

  /** `sort` gives numbers or texts, or null. */
  constructor(values: readonly RowValue[], sort: RowValue) {
    this.keyOf = keyReader(values);
    this.sortOf = sort as (row: Item) => SortValue | null;
  }

  find(key: SoughtKey, bounds: () => Bounds | null): Found {
    const leaf = this.leaves.get(key);
    if (leaf === undefined) return null;
    if (!(leaf instanceof SortedRows)) return leaf;
    const ends = bounds();
    if (ends === null) return null;
    const found: Item[] = [];
    leaf.collect(ends, found);
    return found.length === 0 ? null : found;
  }

  hasKey(key: SoughtKey): boolean {
    return this.leaves.has(key);
  }

  add(row: Item): void {
    const key = this.keyOf(row);
    const leaf = this.leaves.get(key);
    if (leaf === undefined) this.leaves.set(key, row);
    else if (leaf instanceof SortedRows) leaf.add(this.sortOf(row), row);
    else if (leaf instanceof EventRecord) {
      if (leaf !== row) this.leaves.set(key, this.insert([leaf], row));
    } else if (leaf.length < LIST_MAX) this.insert(leaf, row);
    else this.leaves.set(key, this.sorted([...leaf, row]));
  }

  remove(row: Item): void {
    const key = this.keyOf(row);
    const leaf = this.leaves.get(key);
    if (leaf === undefined) return;
    if (leaf instanceof SortedRows) {
      leaf.remove(this.sortOf(row), row);
      if (leaf.isEmpty) this.leaves.delete(key);
    } else if (leaf instanceof EventRecord) {
      if (leaf === row) this.leaves.delete(key);
    } else {
      const at = leaf.indexOf(row);
      if (at >= 0) leaf.splice(at, 1);
      if (leaf.length === 0) this.leaves.delete(key);
    }
  }

  has(row: Item): boolean {
    const leaf = this.leaves.get(this.keyOf(row));
    return leaf instanceof SortedRows ? leaf.has(this.sortOf(row), row) : hasRow(leaf, row);
  }

  clear(): void {
    this.leaves.clear();
  }

  *all(): Iterable<Item> {
    for (const leaf of this.leaves.values()) yield* leaf instanceof SortedRows ? leaf : rowsIn(leaf);
  }

  private sorted(rows: readonly Item[]): SortedRows {
    const made = new SortedRows();
    for (const row of rows) made.add(this.sortOf(row), row);
    return made;
  }

  /** Puts a row behind those that are not above it; one without a value at the end. */
  private insert(list: Item[], row: Item): Item[] {
    if (list.includes(row)) return list;
    const value = this.sortOf(row);
    let at = list.length;
    while (value !== null && !Number.isNaN(value) && at > 0) {
      const before = this.sortOf(list[at - 1] as Item);
      if (before !== null && before <= value) break;
      at--;
    }
    list.splice(at, 0, row);
    return list;
  }
}
