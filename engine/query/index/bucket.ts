import { EventRecord } from '../../event/record.ts';
import type { Item } from '../item.ts';

/**
 * The rows of one key, in the order they came; a row is in it once. The only row of a key is itself its bucket, for most
 * indexes have one row a key; a few are a list, more are a set, from which one leaves without a search.
 */
export type Bucket = Item | Item[] | Set<Item>;

/** What a look-up finds; not to be changed, nor read after its index changed. Null: no rows. */
export type Found = Item | readonly Item[] | ReadonlySet<Item> | null;

/** Up to so many rows a key they are listed; removing from a longer list would be slow. */
export const LIST_MAX = 16;

/** A bucket with a row more: itself, or the one that takes its place. */
export function withRow(bucket: Bucket, row: Item): Bucket {
  if (bucket instanceof EventRecord) return bucket === row ? bucket : [bucket, row];
  if (!Array.isArray(bucket)) return bucket.add(row);
  if (bucket.includes(row)) return bucket;
  if (bucket.length >= LIST_MAX) return new Set(bucket).add(row);
  bucket.push(row);
  return bucket;
}

/** A bucket without a row: itself, or null when no row is left. */
export function withoutRow(bucket: Bucket, row: Item): Bucket | null {
  if (bucket instanceof EventRecord) return bucket === row ? null : bucket;
  if (!Array.isArray(bucket)) {
    bucket.delete(row);
    return bucket.size === 0 ? null : bucket;
  }
  const at = bucket.indexOf(row);
  if (at < 0) return bucket;
  if (bucket.length === 1) return null;
  if (at === 0) bucket.shift();
  else bucket.splice(at, 1);
  return bucket;
}

/** Whether a bucket has a row. */
export function hasRow(bucket: Bucket | undefined, row: Item): boolean {
  if (bucket === undefined || bucket instanceof EventRecord) return bucket === row;
  return Array.isArray(bucket) ? bucket.includes(row) : bucket.has(row);
}

/** The rows of a bucket, or of what was found, one by one. */
export function rowsIn(found: Found): Iterable<Item> {
  return found === null ? NO_ROWS : found instanceof EventRecord ? [found] : found;
}

/** Number of rows found. */
export function sizeOf(found: Found): number {
  if (found === null) return 0;
  if (found instanceof EventRecord) return 1;
  return Array.isArray(found) ? found.length : (found as ReadonlySet<Item>).size;
}

/** No rows. */
export const NO_ROWS: readonly Item[] = [];
