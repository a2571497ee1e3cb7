import type { Expr } from '../../expr/ir.ts';
import type { Item, ItemBinder, ItemEvaluator } from '../item.ts';
import type { RowIndex } from './row-index.ts';

/** What rows are sorted by: numbers or texts, never both in one index. */
export type SortKey = number | string;

interface Entry {
  readonly key: SortKey;
  /** Tells entries of equal keys apart: those that came first stand first. */
  readonly order: number;
  readonly item: Item;
}

/** A range of keys; an end that is null is open. */
export interface KeyRange {
  readonly low: SortKey | null;
  readonly includeLow: boolean;
  readonly high: SortKey | null;
  readonly includeHigh: boolean;
}

/** Entries of a block, at most: copying that many pointers is as cheap as finding the block. */
const BLOCK = 512;

/**
 * Rows by the order of an expression. The entries lie in sorted blocks of at most `BLOCK`, so that with n rows going in
 * or out costs O(log n) comparisons and a copy of a few hundred pointers, and a range costs its rows. Rows without a
 * value, or with NaN, are in no range.
 */
export class SortedIndex implements RowIndex {
  private readonly evaluate: ItemEvaluator;
  private readonly entries = new Map<Item, Entry | null>();
  private blocks: Entry[][] = [];
  private next = 0;

  constructor(key: Expr, binder: ItemBinder) {
    this.evaluate = binder.evaluator(key);
  }

  add(item: Item): void {
    if (this.entries.has(item)) return;
    const key = this.evaluate(item) as SortKey | null;
    if (key === null || Number.isNaN(key)) {
      this.entries.set(item, null);
      return;
    }
    const entry: Entry = { key, order: this.next++, item };
    this.entries.set(item, entry);
    const at = this.blockOf(entry);
    const block = this.blocks[at];
    if (block === undefined) {
      this.blocks.push([entry]);
      return;
    }
    block.splice(placeIn(block, entry), 0, entry);
    if (block.length > BLOCK) this.blocks.splice(at + 1, 0, block.splice(BLOCK / 2));
  }

  remove(item: Item): void {
    const entry = this.entries.get(item);
    this.entries.delete(item);
    if (entry === undefined || entry === null) return;
    const at = this.blockOf(entry);
    const block = this.blocks[at] as Entry[];
    block.splice(placeIn(block, entry), 1);
    if (block.length === 0) this.blocks.splice(at, 1);
  }

  /** The rows of a range in the order of their keys; null when there are none. */
  find({ low, includeLow, high, includeHigh }: KeyRange): readonly Item[] | null {
    const found: Item[] = [];
    const { blocks } = this;
    const from: Entry | null =
      low === null ? null : ({ key: low, order: includeLow ? -1 : this.next } as Entry);
    let at = from === null ? 0 : this.blockOf(from);
    let place = from === null ? 0 : placeIn(blocks[at] ?? [], from);
    for (; at < blocks.length; at++, place = 0) {
      const block = blocks[at] as Entry[];
      for (; place < block.length; place++) {
        const { key, item } = block[place] as Entry;
        if (high !== null && (key > high || (key === high && !includeHigh)))
          return found.length === 0 ? null : found;
        found.push(item);
      }
    }
    return found.length === 0 ? null : found;
  }

  all(): Iterable<Item> {
    return this.entries.keys();
  }

  clear(): void {
    this.entries.clear();
    this.blocks = [];
  }

  /** The block an entry is in or belongs to: the first whose last entry is not before it, else the last block. */
  private blockOf(entry: Entry): number {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.blocks[middle] as Entry[];
      if (isBefore(block[block.length - 1] as Entry, entry)) low = middle + 1;
      else high = middle;
    }
    return Math.max(low, 0);
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}

/** The first place whose entry is not before another. */
function placeIn(block: readonly Entry[], entry: Entry): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(block[middle] as Entry, entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}
