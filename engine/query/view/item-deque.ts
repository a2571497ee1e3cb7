import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';

/**
 * Items in order of arrival: in at the end, out at the front, and out anywhere.
 *
 * An array with `shift` costs O(n) an item, one ring of doubling size stands still while ten million places are copied,
 * and a linked list costs 40 bytes a row. Here a small deque is one ring of doubling size, so that a window for each of
 * a million keys stays small, and a large one is a ring of pages: pages are never copied, and given back when drained.
 * A row costs 8 bytes beside the item.
 *
 * Positions count on from the first item. Taking an item out of the middle leaves a hole; the index that finds it is
 * made with the first such removal.
 */
export class ItemDeque implements Iterable<Item> {
  /** Position of the first place in use; it may be a hole. */
  head = 0;
  /** Position the next item gets. */
  tail = 0;
  /** Number of items. */
  size = 0;
  private ring: (Item | null)[] | null = [null, null, null, null];
  /** Page of block b, items b × PAGE and on, at b modulo the number of pages. */
  private pages: ((Item | null)[] | null)[] = NO_PAGES;
  private spare: (Item | null)[] | null = null;
  private index: Map<Item, number> | null = null;
  private dense: Item[] | null = null;

  /** Appends an item. O(1) amortized. */
  push(item: Item): void {
    const at = this.tail;
    this.makeRoom();
    this.tail = at + 1;
    this.set(at, item);
    this.size++;
    this.index?.set(item, at);
    this.dense = null;
  }

  /** The item at the front; null when there is none. */
  first(): Item | null {
    this.skipHoles();
    return this.size === 0 ? null : this.get(this.head);
  }

  /** The item at the end; null when there is none. Costs the holes there. */
  last(): Item | null {
    if (this.size === 0) return null;
    for (let at = this.tail - 1; ; at--) {
      const item = this.get(at);
      if (item !== null) return item;
    }
  }

  /** Takes the item at the front out; null when there is none. */
  shift(): Item | null {
    this.skipHoles();
    if (this.size === 0) return null;
    const item = this.get(this.head) as Item;
    this.index?.delete(item);
    this.dropHead();
    this.size--;
    this.dense = null;
    return item;
  }

  /** Takes an item out wherever it is; false when it is not there. O(1) after the first time. */
  remove(item: Item): boolean {
    // Nothing needs to be found at the front: who lets the oldest go need not pay for the index.
    if (this.size === 0 || this.get(this.head) !== item) return this.takeOut(item) >= 0;
    this.shift();
    return true;
  }

  /** As `remove`; gives the position of the hole, −1 when the item is not there. */
  takeOut(item: Item): number {
    this.index ??= this.makeIndex();
    const at = this.index.get(item);
    if (at === undefined) return -1;
    this.index.delete(item);
    this.set(at, null);
    this.size--;
    this.dense = null;
    return at;
  }

  /** Whether the first place in use is a hole. */
  get beginsWithHole(): boolean {
    return this.head < this.tail && this.get(this.head) === null;
  }

  /** Gives up the hole at the front. */
  dropHole(): void {
    this.dropHead();
  }

  /** Appends a hole; gives its position. */
  pushHole(): number {
    this.makeRoom();
    return this.tail++;
  }

  /** The items, and null for each hole. */
  *places(): Iterable<Item | null> {
    for (let at = this.head; at < this.tail; at++) yield this.get(at);
  }

  has(item: Item): boolean {
    this.index ??= this.makeIndex();
    return this.index.has(item);
  }

  /** The item `offset` places from the front, 0 the oldest; null outside. With holes O(n) once after each change. */
  at(offset: number): Item | null {
    if (offset < 0 || offset >= this.size) return null;
    if (this.holes === 0) return this.get(this.head + offset);
    this.dense ??= [...this];
    return this.dense[offset] ?? null;
  }

  /** Places taken by items that are gone. */
  get holes(): number {
    return this.tail - this.head - this.size;
  }

  /** All items, oldest first, as a list of its own. */
  toArray(): Item[] {
    return [...this];
  }

  clear(): void {
    this.head = 0;
    this.tail = 0;
    this.size = 0;
    this.ring = [null, null, null, null];
    this.pages = NO_PAGES;
    this.spare = null;
    this.index = null;
    this.dense = null;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let at = this.head; at < this.tail; at++) {
      const item = this.get(at);
      if (item !== null) yield item;
    }
  }

  /** Closes the holes. O(n). */
  compact(): void {
    const kept = this.toArray();
    this.clear();
    for (const item of kept) this.push(item);
  }

  /** Closes the holes when they are most of the places. */
  compactIfSparse(): void {
    if (this.holes > this.size + PAGE) this.compact();
  }

  snapshot(writer: EventWriter): number[] {
    return Array.from(this, (item) => writer.event(item));
  }

  restore(ids: readonly number[], reader: EventReader): void {
    this.clear();
    for (const id of ids) this.push(reader.event(id));
  }

  private get(at: number): Item | null {
    const { ring } = this;
    if (ring !== null) return ring[at & (ring.length - 1)] as Item | null;
    const page = this.pages[(at >>> PAGE_BITS) & (this.pages.length - 1)] as (Item | null)[];
    return page[at & PAGE_MASK] as Item | null;
  }

  private set(at: number, item: Item | null): void {
    const { ring } = this;
    if (ring !== null) {
      ring[at & (ring.length - 1)] = item;
      return;
    }
    const page = this.pages[(at >>> PAGE_BITS) & (this.pages.length - 1)] as (Item | null)[];
    page[at & PAGE_MASK] = item;
  }

  private skipHoles(): void {
    while (this.head < this.tail && this.get(this.head) === null) this.dropHead();
  }

  private dropHead(): void {
    this.set(this.head, null);
    this.head++;
    if (this.ring !== null || (this.head & PAGE_MASK) !== 0) return;
    const at = ((this.head - 1) >>> PAGE_BITS) & (this.pages.length - 1);
    this.spare = this.pages[at] as (Item | null)[];
    this.pages[at] = null;
  }

  /** Makes the place at `tail` usable. */
  private makeRoom(): void {
    const { ring, tail, head } = this;
    if (ring !== null) {
      if (tail - head < ring.length) return;
      if (ring.length < PAGE) this.ring = this.regrown(ring, ring.length * 2);
      else this.usePages(ring);
      if (this.ring !== null) return;
    }
    if ((this.tail & PAGE_MASK) !== 0) return;
    const blocks = Math.floor(this.tail / PAGE) - Math.floor(this.head / PAGE) + 1;
    if (blocks > this.pages.length) this.growPages();
    const page = this.spare ?? new Array<Item | null>(PAGE).fill(null);
    this.spare = null;
    this.pages[(this.tail >>> PAGE_BITS) & (this.pages.length - 1)] = page;
  }

  private regrown(ring: readonly (Item | null)[], length: number): (Item | null)[] {
    const grown = new Array<Item | null>(length).fill(null);
    for (let at = this.head; at < this.tail; at++) {
      grown[at & (length - 1)] = ring[at & (ring.length - 1)] as Item | null;
    }
    return grown;
  }

  /** Turns the full ring into pages, counting positions on. */
  private usePages(ring: readonly (Item | null)[]): void {
    this.ring = null;
    this.pages = new Array<(Item | null)[] | null>(4).fill(null);
    const { head, tail } = this;
    for (let at = head; at < tail; at++) {
      const slot = (at >>> PAGE_BITS) & 3;
      this.pages[slot] ??= new Array<Item | null>(PAGE).fill(null);
      (this.pages[slot] as (Item | null)[])[at & PAGE_MASK] = ring[at & PAGE_MASK] as Item | null;
    }
  }

  private growPages(): void {
    const { pages } = this;
    const grown = new Array<(Item | null)[] | null>(pages.length * 2).fill(null);
    const first = Math.floor(this.head / PAGE);
    for (let block = first; block < first + pages.length; block++) {
      grown[block % grown.length] = pages[block % pages.length] as (Item | null)[] | null;
    }
    this.pages = grown;
  }

  private makeIndex(): Map<Item, number> {
    const index = new Map<Item, number>();
    for (let at = this.head; at < this.tail; at++) {
      const item = this.get(at);
      if (item !== null) index.set(item, at);
    }
    return index;
  }
}

/** Shared by all small deques, and never written. */
const NO_PAGES: ((Item | null)[] | null)[] = [];
const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE - 1;
