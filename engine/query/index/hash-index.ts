import { type GroupKey, keyReader, type SoughtKey } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import { type Bucket, type Found, hasRow, rowsIn, withoutRow, withRow } from './bucket.ts';
import type { RowIndex, RowValue } from './row-index.ts';

/**
 * Rows by the key of some values, those of one key in the order they came. Without values it holds all rows under one key,
 * null. In the index null equals null: who looks a row up decides whether a null finds any.
 */
export class HashIndex implements RowIndex {
  private readonly keyOf: (row: Item) => GroupKey;
  private readonly buckets = new Map<SoughtKey, Bucket>();

  constructor(values: readonly RowValue[]) {
    this.keyOf = keyReader(values);
  }

  /** The rows of a key. */
  find(key: SoughtKey): Found {
    return this.buckets.get(key) ?? null;
  }

  add(row: Item): void {
    const key = this.keyOf(row);
    const { buckets } = this;
    const bucket = buckets.get(key);
    if (bucket === undefined) {
      buckets.set(key, row);
      return;
    }
    const next = withRow(bucket, row);
    if (next !== bucket) buckets.set(key, next);
  }

  remove(row: Item): void {
    const key = this.keyOf(row);
    const { buckets } = this;
    const bucket = buckets.get(key);
    if (bucket !== undefined && withoutRow(bucket, row) === null) buckets.delete(key);
  }

  has(row: Item): boolean {
    return hasRow(this.buckets.get(this.keyOf(row)), row);
  }

  clear(): void {
    this.buckets.clear();
  }

  *all(): Iterable<Item> {
    for (const bucket of this.buckets.values()) yield* rowsIn(bucket);
  }
}
