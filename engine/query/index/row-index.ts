import { fieldKey, type Value } from '../../event/record.ts';
import type { SoughtKey } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import type { Found } from './bucket.ts';
import type { Bounds } from './sorted-rows.ts';

/** Computes a value of a row. It must be the same as long as the row is in an index. */
export type RowValue = (row: Item) => Value;

/** Reads a field. */
export function fieldValue(field: number): RowValue {
  const key = fieldKey(field);
  return (row) => (row as unknown as { readonly [key: string]: Value })[key] ?? null;
}

/** Rows kept in a way that finds those for some values without looking at the others. A row is in it once. */
export interface RowIndex {
  add(row: Item): void;
  remove(row: Item): void;
  has(row: Item): boolean;
  /**
   * The rows of a key: as they came, or with bounds in the order of what they are sorted by. Of many sorted rows only those
   * within the bounds, which are asked for then (null: nothing lies within); so whoever asks tests the range himself.
   */
  find(key: SoughtKey, bounds: () => Bounds | null): Found;
  clear(): void;
  /** All rows; added in this order to an empty index they make the same one. */
  all(): Iterable<Item>;
}
