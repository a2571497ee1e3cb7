import type { Item } from '../item.ts';

/** A value that events are sorted by. */
export type SortValue = number | string;

/** Where a look-up begins and ends; null: not bounded on that side. */
export interface Bounds {
  readonly low: SortValue | null;
  readonly includesLow: boolean;
  readonly high: SortValue | null;
  readonly includesHigh: boolean;
}

interface Entry {
  readonly value: SortValue;
  readonly item: Item;
}

/**
 * Items sorted by a value, equal ones by arrival. They lie in blocks of at most `BLOCK`, so that one goes in or out by two
 * binary searches and a move within a block; a look-up costs two searches and what it finds.
 */
export class SortedBag {
  /** Items without a value, which no look-up finds. */
  private readonly others = new Set<Item>();
  private readonly blocks: Entry[][] = [];
  private count = 0;

  get size(): number {
    return this.count + this.others.size;
  }

  /** `value` null: there is none. */
  add(value: SortValue | null, item: Item): void {
    if (value === null) {
      this.others.add(item);
      return;
    }
    const at = this.blockAfter(value);
    const block = this.blocks[Math.min(at, this.blocks.length - 1)];
    this.count++;
    if (block === undefined) {
      this.blocks.push([{ value, item }]);
      return;
    }
    block.splice(positionAfter(block, value), 0, { value, item });
    if (block.length <= BLOCK) return;
    this.blocks.splice(this.blocks.indexOf(block) + 1, 0, block.splice(BLOCK / 2));
  }

  remove(value: SortValue | null, item: Item): void {
    if (value === null) {
      this.others.delete(item);
      return;
    }
    for (let at = this.blockWith(value); at < this.blocks.length; at++) {
      const block = this.blocks[at] as Entry[];
      for (let i = positionOf(block, value); i < block.length; i++) {
        const entry = block[i] as Entry;
        if (entry.value > value) return;
        if (entry.item !== item) continue;
        block.splice(i, 1);
        if (block.length === 0) this.blocks.splice(at, 1);
        this.count--;
        return;
      }
    }
  }

  /** The items within bounds, in their order. */
  within({ low, includesLow, high, includesHigh }: Bounds): Item[] {
    const found: Item[] = [];
    for (let at = low === null ? 0 : this.blockWith(low); at < this.blocks.length; at++) {
      const block = this.blocks[at] as Entry[];
      let i = 0;
      if (low !== null) i = includesLow ? positionOf(block, low) : positionAfter(block, low);
      for (; i < block.length; i++) {
        const { value, item } = block[i] as Entry;
        if (high !== null && (includesHigh ? value > high : value >= high)) return found;
        found.push(item);
      }
    }
    return found;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const block of this.blocks) for (const { item } of block) yield item;
    yield* this.others;
  }

  /** The first block whose last value is not below the value. */
  private blockWith(value: SortValue): number {
    return search(this.blocks.length, (i) => this.lastOf(i) >= value);
  }

  /** The first block whose last value is above the value. */
  private blockAfter(value: SortValue): number {
    return search(this.blocks.length, (i) => this.lastOf(i) > value);
  }

  private lastOf(block: number): SortValue {
    const entries = this.blocks[block] as Entry[];
    return (entries[entries.length - 1] as Entry).value;
  }
}

function positionOf(block: readonly Entry[], value: SortValue): number {
  return search(block.length, (i) => (block[i] as Entry).value >= value);
}

function positionAfter(block: readonly Entry[], value: SortValue): number {
  return search(block.length, (i) => (block[i] as Entry).value > value);
}

/** The first index from 0 on for which a condition holds, that holds for all after it, too; `count` when there is none. */
function search(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const BLOCK = 512;
