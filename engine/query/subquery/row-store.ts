import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { LookupPlan, LookupRange } from '../../plan/subquery-plan.ts';
import { groupKeyOf } from '../aggregate/group-key.ts';
import { HashIndex } from '../index/hash-index.ts';
import type { Item, ItemBinder, ItemEvaluator } from '../item.ts';
import { readItems, writeItems } from '../result/out-row.ts';
import type { ViewChild } from '../view/view.ts';

/** Stands for the row where an expression does not read it. */
export const NO_ROW = null as unknown as Item;

const NO_ROWS: readonly Item[] = [];

/**
 * The present rows of a subquery, in the order they came, with an index by what its condition looks up. As in Esper a
 * row has to be found by the index before the condition is asked, which tells equal nulls from unknown ones.
 */
export class SubqueryRows implements ViewChild {
  private readonly lookup: Lookup;

  constructor(plan: LookupPlan, binder: ItemBinder) {
    this.lookup = createLookup(plan, binder);
  }

  /** Rows come and go; what does both, such as a row of a named window that one event changes twice, is gone afterwards. */
  update(added: readonly Item[], removed: readonly Item[]): void {
    for (let i = 0; i < added.length; i++) this.lookup.add(added[i] as Item);
    for (let i = 0; i < removed.length; i++) this.lookup.remove(removed[i] as Item);
  }

  /** The rows that may count for the item around the subquery. Null: the index has none at all for it. */
  candidates(): Iterable<Item> | null {
    return this.lookup.find();
  }

  snapshot(writer: EventWriter): unknown {
    return writeItems([...this.lookup.all()], writer);
  }

  restore(state: unknown, reader: EventReader): void {
    for (const item of readItems(state, reader)) this.lookup.add(item);
  }
}

interface Lookup {
  add(item: Item): void;
  remove(item: Item): void;
  all(): Iterable<Item>;
  find(): Iterable<Item> | null;
}

function createLookup({ keys, ranges, choices }: LookupPlan, binder: ItemBinder): Lookup {
  const bounds = ranges.map((range) => new Bound(range, binder));
  if (keys.length > 0) {
    const index = new HashIndex(
      keys.map(({ row }) => row),
      binder,
    );
    const values = keys.map(({ value }) => binder.evaluator(value));
    return new KeyLookup(index, values, bounds);
  }
  if (bounds.length > 0) return new ScanLookup(bounds);
  if (choices === null) return new ScanLookup([]);
  const values = choices.values.map((value) => binder.evaluator(value));
  return new ChoiceLookup(
    choices.rows.map((row) => new HashIndex([row], binder)),
    values,
  );
}

/** One bound of a range: what the row has and the value it is compared with. */
class Bound {
  value: Value = null;
  private readonly row: ItemEvaluator;
  private readonly evaluate: ItemEvaluator;
  private readonly operator: LookupRange['operator'];

  constructor({ row, operator, value }: LookupRange, binder: ItemBinder) {
    this.row = binder.evaluator(row);
    this.evaluate = binder.evaluator(value);
    this.operator = operator;
  }

  /** Computes the value; false when it is null, and nothing can be inside. */
  prepare(): boolean {
    this.value = this.evaluate(NO_ROW);
    return this.value !== null;
  }

  holds(item: Item): boolean {
    const own = this.row(item);
    if (own === null) return false;
    const [left, right] = [own as number, this.value as number];
    switch (this.operator) {
      case '<':
        return left < right;
      case '<=':
        return left <= right;
      case '>':
        return left > right;
      case '>=':
        return left >= right;
    }
  }
}

function within(items: Iterable<Item>, bounds: readonly Bound[]): readonly Item[] | null {
  if (!bounds.every((bound) => bound.prepare())) return NO_ROWS;
  const found: Item[] = [];
  for (const item of items) if (bounds.every((bound) => bound.holds(item))) found.push(item);
  return found.length === 0 ? null : found;
}

class ScanLookup implements Lookup {
  private readonly rows = new Set<Item>();
  private readonly bounds: readonly Bound[];

  constructor(bounds: readonly Bound[]) {
    this.bounds = bounds;
  }

  add(item: Item): void {
    this.rows.add(item);
  }

  remove(item: Item): void {
    this.rows.delete(item);
  }

  all(): Iterable<Item> {
    return this.rows;
  }

  find(): Iterable<Item> | null {
    if (this.rows.size === 0) return null;
    return this.bounds.length === 0 ? this.rows : within(this.rows, this.bounds);
  }
}

class KeyLookup implements Lookup {
  private readonly index: HashIndex;
  private readonly values: readonly ItemEvaluator[];
  private readonly bounds: readonly Bound[];

  constructor(index: HashIndex, values: readonly ItemEvaluator[], bounds: readonly Bound[]) {
    this.index = index;
    this.values = values;
    this.bounds = bounds;
  }

  add(item: Item): void {
    this.index.add(item);
  }

  remove(item: Item): void {
    this.index.remove(item);
  }

  all(): Iterable<Item> {
    return this.index.all();
  }

  find(): Iterable<Item> | null {
    const key = groupKeyOf(this.values.map((value) => value(NO_ROW)));
    const bucket = this.index.find(key);
    if (bucket === undefined) return null;
    return this.bounds.length === 0 ? bucket : within(bucket, this.bounds);
  }
}

/** Rows of which one expression has one of several values. */
class ChoiceLookup implements Lookup {
  private readonly indexes: readonly HashIndex[];
  private readonly values: readonly ItemEvaluator[];

  constructor(indexes: readonly HashIndex[], values: readonly ItemEvaluator[]) {
    this.indexes = indexes;
    this.values = values;
  }

  add(item: Item): void {
    for (const index of this.indexes) index.add(item);
  }

  remove(item: Item): void {
    for (const index of this.indexes) index.remove(item);
  }

  all(): Iterable<Item> {
    return (this.indexes[0] as HashIndex).all();
  }

  find(): Iterable<Item> | null {
    const keys = new Set(this.values.map((value) => groupKeyOf([value(NO_ROW)])));
    let found: Set<Item> | null = null;
    for (const key of keys) {
      for (const index of this.indexes) {
        const bucket = index.find(key);
        if (bucket === undefined) continue;
        found ??= new Set();
        for (const item of bucket) found.add(item);
      }
    }
    return found;
  }
}
