import type { Value } from '../../event/record.ts';
import { compileExpr, type Env, type Evaluator, equalityKey, type Slot } from '../../expr/evaluate.ts';
import { type GroupKey, groupKeyOf } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import type { ProbeSetup } from './prober.ts';
import type { IndexProgram } from './program.ts';
import { type Bounds, SortedBag, type SortValue } from './sorted-bag.ts';

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
export function createIndex(
  { keys, matchesNull, sort }: IndexProgram,
  { binder, backend }: ProbeSetup,
): JoinIndex {
  if (keys.length === 0 && sort === null) return new ItemList();
  const { env } = binder;
  const values = keys.map((key) => compileExpr(key, backend));
  const key = (item: Item) => keyOf(values, matchesNull, item, NO_SLOTS, env);
  if (sort === null) return new HashIndex(key);
  const sorted = compileExpr(sort, backend);
  return new SortedIndex(key, (item) => sorted(item, NO_SLOTS, env) as SortValue | null);
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
  if (evaluators.length === 0) return null;
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

/**
 * Items by equal keys, those of one key sorted by a value, equal ones by arrival: also the order in which Esper gives them.
 * A few of them are a plain list, which is given whole.
 */
export class SortedIndex implements JoinIndex {
  private readonly keyOf: (item: Item) => JoinKeyValue;
  private readonly valueOf: (item: Item) => SortValue | null;
  private readonly bags = new Map<JoinKeyValue, Item[] | SortedBag>();

  constructor(key: (item: Item) => JoinKeyValue, value: (item: Item) => SortValue | null) {
    this.keyOf = key;
    this.valueOf = value;
  }

  /** Items of a key; where they are many, those within the bounds only (null: nothing lies within). */
  find(key: JoinKeyValue, bounds: () => Bounds | null): Bag {
    const bag = key === undefined ? undefined : this.bags.get(key);
    if (bag === undefined) return EMPTY_BAG;
    if (Array.isArray(bag)) return bag;
    const ends = bounds();
    return ends === null ? EMPTY_BAG : bag.within(ends);
  }

  add(item: Item): void {
    const key = this.keyOf(item);
    const bag = this.bags.get(key);
    if (bag === undefined) this.bags.set(key, [item]);
    else if (!Array.isArray(bag)) bag.add(this.valueOf(item), item);
    else if (bag.length < LIST_MAX) this.insert(bag, item);
    else {
      const sorted = new SortedBag();
      for (const one of [...bag, item]) sorted.add(this.valueOf(one), one);
      this.bags.set(key, sorted);
    }
  }

  remove(item: Item): void {
    const key = this.keyOf(item);
    const bag = this.bags.get(key);
    if (bag === undefined) return;
    if (Array.isArray(bag)) {
      const at = bag.indexOf(item);
      if (at >= 0) bag.splice(at, 1);
      if (bag.length === 0) this.bags.delete(key);
    } else {
      bag.remove(this.valueOf(item), item);
      if (bag.size === 0) this.bags.delete(key);
    }
  }

  clear(): void {
    this.bags.clear();
  }

  *all(): Iterable<Item> {
    for (const bag of this.bags.values()) yield* bag;
  }

  /** Puts an item behind those that are not above it; one without a value at the end. */
  private insert(list: Item[], item: Item): void {
    const value = this.valueOf(item);
    let at = list.length;
    while (value !== null && at > 0) {
      const before = this.valueOf(list[at - 1] as Item);
      if (before !== null && before <= value) break;
      at--;
    }
    list.splice(at, 0, item);
  }
}

const NO_SLOTS: readonly Slot[] = [];

/** Up to so many items a key they are listed; removing from a longer list would be slow. */
const LIST_MAX = 16;
