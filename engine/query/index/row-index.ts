import type { Value } from '../../event/record.ts';
import type { Item } from '../item.ts';

/** Computes a value of a row. It must be the same as long as the row is in an index. */
export type RowValue = (row: Item) => Value;

/** Rows kept in a way that finds those for some values without looking at the others. A row is in it once. */
export interface RowIndex {
  add(row: Item): void;
  remove(row: Item): void;
  clear(): void;
  /** All rows; added in this order to an empty index they make the same one. */
  all(): Iterable<Item>;
}
