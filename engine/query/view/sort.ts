import type { Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item, ItemEvaluator } from '../item.ts';
import { type SortedEntry, SortedItems, type SortedItemsSnapshot } from './sorted-items.ts';
import { Window, type WindowHost } from './window.ts';

/** Criteria of a sorted window. */
export interface SortCriteria {
  readonly evaluate: readonly ItemEvaluator[];
  readonly descending: readonly boolean[];
}

/** Windows in the order of their criteria. */
abstract class SortedWindow extends Window {
  protected readonly sorted: SortedItems;
  protected readonly length: number;
  private readonly criteria: SortCriteria;

  constructor(host: WindowHost, length: number, criteria: SortCriteria, newestFirst: boolean) {
    super(host);
    this.length = length;
    this.criteria = criteria;
    this.sorted = new SortedItems(criteria.descending, newestFirst);
  }

  items(): Iterable<Item> {
    return this.sorted;
  }

  override get size(): number {
    return this.sorted.size;
  }

  override get isMovedByItems(): boolean {
    return true;
  }

  override nth(offset: number): Item | null {
    return this.sorted.at(offset);
  }

  override get reach(): number {
    return this.sorted.size;
  }

  snapshot(writer: EventWriter): SortedItemsSnapshot {
    return this.sorted.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.sorted.restore(state as SortedItemsSnapshot, reader);
  }

  protected keysOf(item: Item): Value[] {
    return this.criteria.evaluate.map((one) => one(item));
  }
}

/** `sort(n, criteria)`: the first n by the criteria; of equal ones the newest stay. */
export class SortWindow extends SortedWindow {
  constructor(host: WindowHost, length: number, criteria: SortCriteria) {
    super(host, length, criteria, true);
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { sorted } = this;
    const out: Item[] = [];
    for (const item of removed) {
      const entry = sorted.entryOf(item);
      if (entry === null) continue;
      sorted.remove(entry);
      out.push(item);
    }
    for (const item of added) sorted.insert(this.keysOf(item), item);
    while (sorted.size > this.length) out.push((sorted.pop() as SortedEntry).item);
    this.emit(added, out);
  }
}

/** State of `RankWindow`; `unknown`: places of the entries that are not those of their keys. */
interface RankWindowSnapshot extends SortedItemsSnapshot {
  readonly unknown: readonly number[];
}

/**
 * `rank(keys, n, criteria)`: the newest of each key, of these the first n by the criteria. As in Esper an item whose only
 * criterion is null is not known by its key: the next of the key does not replace it, and no one of the key is known any
 * more when it leaves as the last.
 */
export class RankWindow extends SortedWindow {
  private readonly keyOf: ItemEvaluator;
  private readonly entries = new Map<Value, SortedEntry>();

  constructor(host: WindowHost, length: number, criteria: SortCriteria, keyOf: ItemEvaluator) {
    super(host, length, criteria, false);
    this.keyOf = keyOf;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const out: Item[] = [];
    for (const item of removed) {
      const key = equalityKey(this.keyOf(item));
      const entry = this.entries.get(key);
      if (entry === undefined) continue;
      this.drop(key, entry);
      out.push(entry.item);
    }
    for (const item of added) this.take(item, out);
    const { sorted } = this;
    while (sorted.size > this.length) {
      const entry = sorted.firstOfLast() as SortedEntry;
      this.drop(equalityKey(this.keyOf(entry.item)), entry);
      out.push(entry.item);
    }
    this.emit(added, out);
  }

  override snapshot(writer: EventWriter): RankWindowSnapshot {
    const unknown: number[] = [];
    let place = 0;
    for (const entry of this.sorted.entries()) {
      if (this.entries.get(equalityKey(this.keyOf(entry.item))) !== entry) unknown.push(place);
      place++;
    }
    return { ...super.snapshot(writer), unknown };
  }

  override restore(state: unknown, reader: EventReader): void {
    super.restore(state, reader);
    this.entries.clear();
    const unknown = new Set((state as RankWindowSnapshot).unknown);
    let place = 0;
    for (const entry of this.sorted.entries())
      if (!unknown.has(place++)) this.entries.set(equalityKey(this.keyOf(entry.item)), entry);
  }

  /** An item that ranks below a full window leaves as it comes. */
  private take(item: Item, out: Item[]): void {
    const key = equalityKey(this.keyOf(item));
    const keys = this.keysOf(item);
    const known = this.entries.get(key);
    if (known !== undefined) {
      out.push(known.item);
      const isSame = this.sorted.compareTo(keys, known) === 0;
      this.drop(key, known);
      if (isSame) {
        this.insert(key, keys, item);
        return;
      }
    }
    const last = this.sorted.last();
    if (this.sorted.size >= this.length && last !== null && this.sorted.compareTo(keys, last) > 0) {
      out.push(item);
      return;
    }
    this.insert(key, keys, item);
  }

  private insert(key: Value, keys: readonly Value[], item: Item): void {
    const entry = this.sorted.insert(keys, item);
    if (keys.length === 1 && keys[0] === null) this.entries.delete(key);
    else this.entries.set(key, entry);
  }

  private drop(key: Value, entry: SortedEntry): void {
    this.entries.delete(key);
    this.sorted.remove(entry);
  }
}
