import type { Item } from '../item.ts';

/** Rows kept in a way that finds those for some values without looking at the others. */
export interface RowIndex {
  add(item: Item): void;
  remove(item: Item): void;
  /** All rows. */
  all(): Iterable<Item>;
  clear(): void;
}
