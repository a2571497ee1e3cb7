import type { Item } from '../item.ts';
import type { Delivery, OutRow } from './out-row.ts';

/**
 * Makes the rows of a query from what enters and leaves its windows: one kind for each shape of query, as Esper's
 * result set processors.
 *
 * | processor | query | rows |
 * |---|---|---|
 * | `SimpleRows` | no aggregates | one an item |
 * | `RowForAll` | aggregates only | one an update |
 * | `AggregateAll` | aggregates and fields, no `group by` | one an item, with the aggregates of all |
 * | `GroupedRows` | `group by`, only keys and aggregates | one a group an update touches; at each level of `rollup` |
 * | `AggregateGrouped` | `group by` and other fields | one an item, with the aggregates of its group |
 *
 * Aggregates first take in what enters, then lose what leaves.
 *
 */
export interface ResultProcessor {
  /** Takes an update in and adds its rows to a delivery. */
  process(added: readonly Item[], removed: readonly Item[], into: Delivery): void;
  /** Takes an update in without making rows. */
  apply(added: readonly Item[], removed: readonly Item[]): void;
  /** What `limit` does to the rows of such an update where they leave with it. */
  cut(added: readonly Item[], removed: readonly Item[]): Cut;
  /** The rows of the present items. */
  iterate(items: Iterable<Item>): OutRow[];
}

/**
 * What of `limit` holds: count and offset, of two unsorted rows the count alone, or nothing. As in Esper it does not hold
 * for the row of aggregates alone, nor for the row of a group that one item enters, also in the place of another.
 */
export type Cut = 'limit' | 'count' | 'none';

/** Adds a row unless there is none. */
export function pushRow(rows: OutRow[], row: OutRow | null): void {
  if (row !== null) rows.push(row);
}
