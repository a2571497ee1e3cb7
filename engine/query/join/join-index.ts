import type { Value } from '../../event/record.ts';
import { compileExpr, type Env, type Evaluator, equalityKey, type Slot } from '../../expr/evaluate.ts';
import { type GroupKey, groupKeyOf } from '../aggregate/group-key.ts';
import type { Item, ItemBinder } from '../item.ts';
import type { IndexProgram } from './program.ts';

/** Items of one kind of look-up, in the order they came; not changed while somebody goes through them. */
export type Bag = readonly Item[] | ReadonlySet<Item>;

/** No items. */
export const EMPTY_BAG: Bag = [];

/** The items of a stream, kept for one way to look them up. */
export interface JoinIndex {
  add(item: Item): void;
  remove(item: Item): void;
  clear(): void;
  all(): Iterable<Item>;
}

/** Makes an index. */
export function createIndex(
  { keys }: IndexProgram,
  binder: ItemBinder,
  backend: 'codegen' | 'interpreter',
): JoinIndex {
  if (keys.length === 0) return new ItemList();
  const evaluators = keys.map((key) => compileExpr(key, backend));
  return new HashIndex((item) => keyOf(evaluators, item, NO_SLOTS, binder.env));
}

/**
 * The key of several values, by which equal ones are found; null when one of them is null, which is equal to nothing.
 */
export function keyOf(
  evaluators: readonly Evaluator[],
  item: Item | null,
  slots: readonly Slot[],
  env: Env,
): GroupKey {
  if (evaluators.length === 1) return equalityKey((evaluators[0] as Evaluator)(item, slots, env));
  const values: Value[] = [];
  for (let i = 0; i < evaluators.length; i++) {
    const value = (evaluators[i] as Evaluator)(item, slots, env);
    if (value === null) return null;
    values.push(value);
  }
  return groupKeyOf(values);
}

/** All items, without keys. */
export class ItemList implements JoinIndex {
  private readonly items = new Set<Item>();

  add(item: Item): void {
    this.items.add(item);
  }

  remove(item: Item): void {
    this.items.delete(item);
  }

  clear(): void {
    this.items.clear();
  }

  all(): ReadonlySet<Item> {
    return this.items;
  }
}

/** Items by equal keys. Those with a null key are kept, too, but never found. */
export class HashIndex implements JoinIndex {
  private readonly keyOf: (item: Item) => GroupKey;
  private readonly bags = new Map<GroupKey, Item[] | Set<Item>>();

  constructor(keyOf: (item: Item) => GroupKey) {
    this.keyOf = keyOf;
  }

  /** Items of a key that is not null. */
  find(key: GroupKey): Bag {
    return this.bags.get(key) ?? EMPTY_BAG;
  }

  add(item: Item): void {
    const key = this.keyOf(item);
    const bag = this.bags.get(key);
    if (bag === undefined) this.bags.set(key, [item]);
    else if (!Array.isArray(bag)) bag.add(item);
    else if (bag.length < LIST_MAX) {
      if (!bag.includes(item)) bag.push(item);
    } else this.bags.set(key, new Set(bag).add(item));
  }

  remove(item: Item): void {
    const key = this.keyOf(item);
    const bag = this.bags.get(key);
    if (bag === undefined) return;
    if (Array.isArray(bag)) {
      const at = bag.indexOf(item);
      if (at < 0) return;
      if (bag.length === 1) this.bags.delete(key);
      else if (at === 0) bag.shift();
      else bag.splice(at, 1);
    } else if (bag.delete(item) && bag.size === 0) this.bags.delete(key);
  }

  clear(): void {
    this.bags.clear();
  }

  *all(): Iterable<Item> {
    for (const bag of this.bags.values()) yield* bag;
  }
}

const NO_SLOTS: readonly Slot[] = [];

/** Up to so many items a key they are listed; removing from a longer list would be slow. */
const LIST_MAX = 16;
