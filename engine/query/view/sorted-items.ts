import { assert } from '../../core/assert.ts';
import { orderOf } from '../../event/order.ts';
import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { readValue, writeValue } from '../value-snapshot.ts';

/** An item with its sort keys; `order` tells items of equal keys apart. */
export interface SortedEntry {
  /** The first of the keys, at hand for comparing. */
  readonly first: Value;
  readonly keys: readonly Value[];
  readonly order: number;
  readonly item: Item;
}

/** State of `SortedItems`. */
export interface SortedItemsSnapshot {
  readonly next: number;
  readonly entries: readonly (readonly [item: number, order: number, keys: readonly unknown[]])[];
}

/**
 * Items sorted by keys, and among equal keys by arrival.
 *
 * The entries lie in blocks of at most `BLOCK`, sorted within and among themselves: an item is found by two binary
 * searches, and moves at most one block when it goes in or out, so that a window of n rows costs O(log n) comparisons an
 * item and a copy of a few hundred pointers. A balanced tree would do the same with five times the memory.
 */
export class SortedItems implements Iterable<Item> {
  size = 0;
  private blocks: SortedEntry[][] = [];
  private next = 0;
  private index: Map<Item, SortedEntry> | null = null;
  private readonly descending: readonly boolean[];
  private readonly step: 1 | -1;
  /** What comparing gives when the first key is the smaller number. */
  private readonly firstSign: 1 | -1;

  /** `descending` for each key; `newestFirst`: among equal keys the last to arrive stands first. */
  constructor(descending: readonly boolean[], newestFirst: boolean) {
    this.descending = descending;
    this.step = newestFirst ? -1 : 1;
    this.firstSign = descending[0] === true ? 1 : -1;
  }

  /** Puts an item at its place. */
  insert(keys: readonly Value[], item: Item): SortedEntry {
    const entry: SortedEntry = { first: keys[0] ?? null, keys, order: this.next, item };
    this.next += this.step;
    this.place(entry);
    this.index?.set(item, entry);
    return entry;
  }

  first(): SortedEntry | null {
    return this.blocks[0]?.[0] ?? null;
  }

  last(): SortedEntry | null {
    return this.blocks.at(-1)?.at(-1) ?? null;
  }

  /** The first entry whose keys equal those of the last. */
  firstOfLast(): SortedEntry | null {
    const last = this.last();
    return last === null ? null : this.firstOf(last.keys);
  }

  /** Takes the last entry out; null when there is none. */
  pop(): SortedEntry | null {
    const block = this.blocks.at(-1);
    const entry = block?.pop();
    if (block === undefined || entry === undefined) return null;
    if (block.length === 0) this.blocks.pop();
    this.size--;
    this.index?.delete(entry.item);
    return entry;
  }

  /** Takes an entry out. */
  remove(entry: SortedEntry): void {
    const b = this.blockOf(entry);
    const block = this.blocks[b] as SortedEntry[];
    const at = this.placeIn(block, entry);
    assert(block[at] === entry, 'a sorted entry is not where it belongs');
    if (at === 0) block.shift();
    else block.splice(at, 1);
    if (block.length === 0) this.blocks.splice(b, 1);
    this.size--;
    this.index?.delete(entry.item);
  }

  /** The entry of an item; null when it is not there. The index that finds it is made on first use. */
  entryOf(item: Item): SortedEntry | null {
    this.index ??= new Map(Array.from(this.entries(), (entry) => [entry.item, entry]));
    return this.index.get(item) ?? null;
  }

  /** Whether keys would stand after, at (0) or before those of an entry: negative when before. */
  compareTo(keys: readonly Value[], entry: SortedEntry): number {
    return compareKeys(keys, entry.keys, this.descending);
  }

  /** The item at a place in the sort order; null outside. O(n / BLOCK). */
  at(offset: number): Item | null {
    let left = offset;
    if (left < 0) return null;
    for (const block of this.blocks) {
      if (left < block.length) return (block[left] as SortedEntry).item;
      left -= block.length;
    }
    return null;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const block of this.blocks) for (const entry of block) yield entry.item;
  }

  /** All entries in their order. */
  *entries(): Iterable<SortedEntry> {
    for (const block of this.blocks) yield* block;
  }

  snapshot(writer: EventWriter): SortedItemsSnapshot {
    const entries = [...this.entries()].map(
      ({ item, order, keys }) =>
        [writer.event(item), order, keys.map((key) => writeValue(key, writer))] as const,
    );
    return { next: this.next, entries };
  }

  restore(state: SortedItemsSnapshot, reader: EventReader): void {
    this.blocks = [];
    this.index = null;
    this.size = 0;
    this.next = state.next;
    for (const [id, order, keys] of state.entries) {
      const values = keys.map((key) => readValue(key, reader));
      this.place({ first: values[0] ?? null, keys: values, order, item: reader.event(id) });
    }
  }

  private firstOf(keys: readonly Value[]): SortedEntry | null {
    const probe = { first: keys[0] ?? null, keys, order: Number.NEGATIVE_INFINITY } as SortedEntry;
    const b = this.blockOf(probe);
    const block = this.blocks[b];
    if (block === undefined) return null;
    return block[this.placeIn(block, probe)] ?? null;
  }

  private place(entry: SortedEntry): void {
    this.size++;
    if (this.blocks.length === 0) {
      this.blocks.push([entry]);
      return;
    }
    const b = Math.min(this.blockOf(entry), this.blocks.length - 1);
    const block = this.blocks[b] as SortedEntry[];
    block.splice(this.placeIn(block, entry), 0, entry);
    if (block.length > BLOCK) this.blocks.splice(b + 1, 0, block.splice(block.length >> 1));
  }

  /** The first block whose last entry is not before the entry. */
  private blockOf(entry: SortedEntry): number {
    const { blocks } = this;
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = blocks[middle] as SortedEntry[];
      if (this.compare(block[block.length - 1] as SortedEntry, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private compare(a: SortedEntry, b: SortedEntry): number {
    const left = a.first;
    const right = b.first;
    if (typeof left === 'number' && typeof right === 'number') {
      if (left < right) return this.firstSign;
      if (left > right) return -this.firstSign;
    }
    return compareKeys(a.keys, b.keys, this.descending) || a.order - b.order;
  }

  /** Place of an entry in a block: the number of those before it. */
  private placeIn(block: readonly SortedEntry[], entry: SortedEntry): number {
    let low = 0;
    let high = block.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(block[middle] as SortedEntry, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const BLOCK = 128;

/** Order of sort keys: null first, numbers by value (NaN last), text by UTF-16 code unit, false before true. */
export function compareKeys(
  a: readonly Value[],
  b: readonly Value[],
  descending: readonly boolean[],
): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareValues(a[i] as Value, b[i] as Value);
    if (order !== 0) return descending[i] === true ? -order : order;
  }
  return 0;
}

function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number' && (Number.isNaN(a) || Number.isNaN(b))) {
    return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  }
  return orderOf(a, b);
}
