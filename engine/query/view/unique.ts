import type { Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item, ItemEvaluator } from '../item.ts';
import { isEmpty, Window, type WindowHost } from './window.ts';

/** Windows of one item a key. */
abstract class KeyedWindow extends Window {
  protected readonly held = new Map<Value, Item>();
  private readonly keyOf: ItemEvaluator;
  /** The items from the oldest key on; kept, for finding the first of a map anew costs those deleted before. */
  private front: Iterator<Item> | null = null;

  constructor(host: WindowHost, keyOf: ItemEvaluator) {
    super(host);
    this.keyOf = keyOf;
  }

  items(): Iterable<Item> {
    return this.held.values();
  }

  override get size(): number {
    return this.held.size;
  }

  snapshot(writer: EventWriter): readonly number[] {
    return Array.from(this.held.values(), (item) => writer.event(item));
  }

  /** Only asked for what is then taken out. */
  override firstItems(count: number): Item[] {
    const out: Item[] = [];
    for (let isAnew = false; out.length < count; ) {
      this.front ??= this.held.values();
      const next = this.front.next();
      if (next.done !== true) out.push(next.value);
      else if (isAnew) break;
      else {
        isAnew = true;
        this.front = null;
      }
    }
    return out;
  }

  restore(state: unknown, reader: EventReader): void {
    this.held.clear();
    this.front = null;
    for (const id of state as readonly number[]) {
      const item = reader.event(id);
      this.held.set(this.key(item), item);
    }
  }

  protected key(item: Item): Value {
    return equalityKey(this.keyOf(item));
  }

  /** Takes out those of the items that are here. */
  protected takeOut(removed: readonly Item[], out: Item[]): void {
    for (const item of removed) {
      const key = this.key(item);
      if (this.held.get(key) !== item) continue;
      this.held.delete(key);
      out.push(item);
    }
  }
}

/** `unique(keys)`: the newest of each key. */
export class UniqueWindow extends KeyedWindow {
  override get isMovedByItems(): boolean {
    return true;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const out: Item[] = [];
    for (const item of added) {
      const key = this.key(item);
      const before = this.held.get(key);
      if (before !== undefined) out.push(before);
      this.held.set(key, item);
    }
    this.checkRows(this.held.size);
    this.takeOut(removed, out);
    this.emit(added, out);
  }
}

/** `firstunique(keys)`: the first of each key; others do not enter. */
export class FirstUniqueWindow extends KeyedWindow {
  update(added: readonly Item[], removed: readonly Item[]): void {
    const out: Item[] = [];
    this.takeOut(removed, out);
    const taken: Item[] = [];
    for (const item of added) {
      const key = this.key(item);
      if (this.held.has(key)) continue;
      this.held.set(key, item);
      taken.push(item);
    }
    this.checkRows(this.held.size);
    if (!isEmpty(taken, out)) this.emit(taken, out);
  }
}
