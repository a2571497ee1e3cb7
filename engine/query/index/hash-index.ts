import type { Expr } from '../../expr/ir.ts';
import { type GroupKey, GroupKeys } from '../aggregate/group-key.ts';
import type { Item, ItemBinder } from '../item.ts';
import type { RowIndex } from './row-index.ts';

/** Rows by the values of some expressions; null equals null. Rows of one key stay in the order they came. */
export class HashIndex implements RowIndex {
  private readonly keys: GroupKeys;
  private readonly buckets = new Map<GroupKey, Set<Item>>();
  /** The key of each row, so that it is found again whatever became of what its key was computed from. */
  private readonly keyOf = new Map<Item, GroupKey>();

  constructor(keys: readonly Expr[], binder: ItemBinder) {
    this.keys = new GroupKeys(keys, binder);
  }

  add(item: Item): void {
    if (this.keyOf.has(item)) return;
    const key = this.keys.keyOf(item);
    this.keyOf.set(item, key);
    const bucket = this.buckets.get(key);
    if (bucket === undefined) this.buckets.set(key, new Set([item]));
    else bucket.add(item);
  }

  remove(item: Item): void {
    const key = this.keyOf.get(item);
    if (key === undefined) return;
    this.keyOf.delete(item);
    const bucket = this.buckets.get(key) as Set<Item>;
    bucket.delete(item);
    if (bucket.size === 0) this.buckets.delete(key);
  }

  /** The rows of a key; none gives undefined. */
  find(key: GroupKey): ReadonlySet<Item> | undefined {
    return this.buckets.get(key);
  }

  all(): Iterable<Item> {
    return this.keyOf.keys();
  }

  clear(): void {
    this.buckets.clear();
    this.keyOf.clear();
  }
}
