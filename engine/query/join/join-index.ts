import type { Value } from '../../event/record.ts';
import { compileExpr, type Env, type Evaluator, equalityKey, type Slot } from '../../expr/evaluate.ts';
import { type GroupKey, groupKeyOf } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import type { ProbeSetup } from './prober.ts';
import type { IndexProgram } from './program.ts';

/** Items of one look-up, in the order they came; not changed while somebody goes through them. */
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
export function createIndex({ keys, matchesNull }: IndexProgram, { binder, backend }: ProbeSetup): JoinIndex {
  if (keys.length === 0) return new ItemList();
  const values = keys.map((key) => compileExpr(key, backend));
  return new HashIndex((item) => keyOf(values, matchesNull, item, NO_SLOTS, binder.env));
}

/** A key by which equal values are found; undefined when one is a null that is equal to nothing. */
export type JoinKeyValue = GroupKey | undefined;

/** The key of several values. `matchesNull` by value: whether null is equal to null. */
export function keyOf(
  evaluators: readonly Evaluator[],
  matchesNull: readonly boolean[],
  item: Item | null,
  slots: readonly Slot[],
  env: Env,
): JoinKeyValue {
  if (evaluators.length === 1) {
    const value = (evaluators[0] as Evaluator)(item, slots, env);
    return value === null && matchesNull[0] !== true ? undefined : equalityKey(value);
  }
  const values: Value[] = [];
  for (let i = 0; i < evaluators.length; i++) {
    const value = (evaluators[i] as Evaluator)(item, slots, env);
    if (value === null && matchesNull[i] !== true) return undefined;
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

/** Items by equal keys. Those whose key is equal to nothing are kept, too, but never found. */
export class HashIndex implements JoinIndex {
  private readonly keyOf: (item: Item) => JoinKeyValue;
  private readonly bags = new Map<JoinKeyValue, Item[] | Set<Item>>();

  constructor(key: (item: Item) => JoinKeyValue) {
    this.keyOf = key;
  }

  find(key: JoinKeyValue): Bag {
    return key === undefined ? EMPTY_BAG : (this.bags.get(key) ?? EMPTY_BAG);
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
