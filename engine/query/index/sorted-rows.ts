import { EventRecord } from '../../event/record.ts';
import type { Item } from '../item.ts';
import { type Bucket, hasRow, rowsIn, withoutRow, withRow } from './bucket.ts';

/** A value that rows are sorted by: all numbers or all texts in one index. */
export type SortValue = number | string;

/** A range of values; an end that is null is open. */
export interface Bounds {
  readonly low: SortValue | null;
  readonly includesLow: boolean;
  readonly high: SortValue | null;
  readonly includesHigh: boolean;
  /** The values outside are meant; the lower end is not above the higher then. */
  readonly negated: boolean;
}

/** Whether a value is one of those meant; null and NaN never are. */
export function isWithin(value: SortValue | null, bounds: Bounds): boolean {
  if (value === null || Number.isNaN(value)) return false;
  const { low, includesLow, high, includesHigh, negated } = bounds;
  const isAbove = low === null || value > low || (includesLow && value === low);
  const isInside = isAbove && (high === null || value < high || (includesHigh && value === high));
  return isInside !== negated;
}

/** Different values in order, and the rows of each. */
interface Block {
  readonly values: SortValue[];
  readonly buckets: Bucket[];
}

/** Values of a block, at most: moving that many is as cheap as finding the block. */
const BLOCK = 512;

/**
 * Rows sorted by a value, those of one value in the order they came. The different values lie in blocks of at most
 * `BLOCK`, each with a bucket of rows: with v values a row goes in or out by O(log v) comparisons and a move within a
 * block, however many rows share its value, and a range costs two searches and what it finds.
 */
export class SortedRows {
  /** Rows without a value, or with NaN: in no range. */
  private readonly others = new Set<Item>();
  private blocks: Block[] = [];

  get isEmpty(): boolean {
    return this.blocks.length === 0 && this.others.size === 0;
  }

  /** `value` null: there is none. */
  add(value: SortValue | null, row: Item): void {
    if (value === null || Number.isNaN(value)) {
      this.others.add(row);
      return;
    }
    const at = Math.min(this.blockWith(value), this.blocks.length - 1);
    const block = this.blocks[at];
    if (block === undefined) {
      this.blocks.push({ values: [value], buckets: [row] });
      return;
    }
    const { values, buckets } = block;
    const place = placeOf(values, value);
    if (values[place] === value) {
      buckets[place] = withRow(buckets[place] as Bucket, row);
      return;
    }
    values.splice(place, 0, value);
    buckets.splice(place, 0, row);
    if (values.length <= BLOCK) return;
    const half = BLOCK / 2;
    this.blocks.splice(at + 1, 0, { values: values.splice(half), buckets: buckets.splice(half) });
  }

  remove(value: SortValue | null, row: Item): void {
    if (value === null || Number.isNaN(value)) {
      this.others.delete(row);
      return;
    }
    const at = this.blockWith(value);
    const block = this.blocks[at];
    if (block === undefined) return;
    const { values, buckets } = block;
    const place = placeOf(values, value);
    if (values[place] !== value || withoutRow(buckets[place] as Bucket, row) !== null) return;
    values.splice(place, 1);
    buckets.splice(place, 1);
    if (values.length === 0) this.blocks.splice(at, 1);
  }

  has(value: SortValue | null, row: Item): boolean {
    if (value === null || Number.isNaN(value)) return this.others.has(row);
    const { values, buckets } = this.blocks[this.blockWith(value)] ?? { values: NO_VALUES, buckets: [] };
    const place = placeOf(values, value);
    return values[place] === value && hasRow(buckets[place], row);
  }

  /** Adds the rows within bounds to a list, in their order. */
  collect(bounds: Bounds, into: Item[]): void {
    const { low, includesLow, high, includesHigh, negated } = bounds;
    if (!negated) {
      this.collectRange(bounds, into);
      return;
    }
    if (low !== null) this.collectRange({ ...OPEN, high: low, includesHigh: !includesLow }, into);
    // A value that is both ends, and in neither, is found below already.
    const isBelow = low === high && !includesLow;
    if (high !== null)
      this.collectRange({ ...OPEN, low: high, includesLow: !includesHigh && !isBelow }, into);
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const { buckets } of this.blocks) for (const bucket of buckets) yield* rowsIn(bucket);
    yield* this.others;
  }

  private collectRange({ low, includesLow, high, includesHigh }: Bounds, into: Item[]): void {
    const { blocks } = this;
    let at = low === null ? 0 : this.blockWith(low);
    let place = low === null ? 0 : placeOf(blocks[at]?.values ?? NO_VALUES, low);
    if (low !== null && !includesLow && blocks[at]?.values[place] === low) place++;
    for (; at < blocks.length; at++, place = 0) {
      const { values, buckets } = blocks[at] as Block;
      for (; place < values.length; place++) {
        const value = values[place] as SortValue;
        if (high !== null && (includesHigh ? value > high : value >= high)) return;
        const bucket = buckets[place] as Bucket;
        if (bucket instanceof EventRecord) into.push(bucket);
        else for (const row of bucket) into.push(row);
      }
    }
  }

  /** The first block whose last value is not below the value; behind the last when there is none. */
  private blockWith(value: SortValue): number {
    const { blocks } = this;
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { values } = blocks[middle] as Block;
      if ((values[values.length - 1] as SortValue) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The first place whose value is not below another. */
function placeOf(values: readonly SortValue[], value: SortValue): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as SortValue) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const OPEN: Bounds = { low: null, includesLow: false, high: null, includesHigh: false, negated: false };

const NO_VALUES: readonly SortValue[] = [];
