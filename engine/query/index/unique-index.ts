import { type GroupKey, keyReader, type SoughtKey } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import type { RowIndex, RowValue } from './row-index.ts';

/**
 * One row of each key; null equals null. A row of a key that is taken is refused, and as in Esper takes it all the same;
 * which of both then leaves, the key is free.
 */
export class UniqueIndex implements RowIndex {
  private readonly keyOf: (row: Item) => GroupKey;
  private readonly refuse: (row: Item) => never;
  private readonly rows = new Map<SoughtKey, Item>();

  /** `refuse` throws what a row fails with whose key another has. */
  constructor(values: readonly RowValue[], refuse: (row: Item) => never) {
    this.keyOf = keyReader(values);
    this.refuse = refuse;
  }

  find(key: SoughtKey): Item | null {
    return this.rows.get(key) ?? null;
  }

  add(row: Item): void {
    const key = this.keyOf(row);
    const known = this.rows.get(key);
    this.rows.set(key, row);
    if (known !== undefined && known !== row) this.refuse(row);
  }

  /** Fails where adding a row would fail, and changes nothing. */
  check(row: Item): void {
    const known = this.rows.get(this.keyOf(row));
    if (known !== undefined && known !== row) this.refuse(row);
  }

  remove(row: Item): void {
    this.rows.delete(this.keyOf(row));
  }

  has(row: Item): boolean {
    return this.rows.get(this.keyOf(row)) === row;
  }

  clear(): void {
    this.rows.clear();
  }

  all(): Iterable<Item> {
    return this.rows.values();
  }
}
