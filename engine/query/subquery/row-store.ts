import { ExpressionFailure } from '../../expr/failure.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { LookupChoices, LookupPlan, LookupRange } from '../../plan/subquery-plan.ts';
import { type GroupKey, groupKeyOf } from '../aggregate/group-key.ts';
import { HashIndex } from '../index/hash-index.ts';
import { type KeyRange, SortedIndex, type SortKey } from '../index/sorted-index.ts';
import type { Item, ItemBinder, ItemEvaluator } from '../item.ts';
import { readItems, writeItems } from '../result/out-row.ts';
import type { ViewChild } from '../view/view.ts';
import { LookupKeys, NO_ROW } from './lookup-keys.ts';

const NO_ROWS: readonly Item[] = [];

/** Where the rows of a subquery are. */
export interface RowSet extends ViewChild {
  /** The rows that may count for the item around the subquery. Null: there are none at all for it. */
  candidates(): Iterable<Item> | null;
  /** A row as a value that is kept. */
  shown(item: Item): Item;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/**
 * The present rows of a subquery, in the order they came, with an index by what its condition looks up. As in Esper a
 * row has to be found by the index before the condition is asked, which tells equal nulls from unknown ones.
 */
export class SubqueryRows implements RowSet {
  private readonly lookup: Lookup;

  constructor(plan: LookupPlan, binder: ItemBinder) {
    this.lookup = createLookup(plan, binder);
  }

  /** Rows come and go; what does both is gone afterwards: an item that its window refuses, a row that one event changes twice. */
  update(added: readonly Item[], removed: readonly Item[]): void {
    for (let i = 0; i < added.length; i++) this.lookup.add(added[i] as Item);
    for (let i = 0; i < removed.length; i++) this.lookup.remove(removed[i] as Item);
  }

  candidates(): Iterable<Item> | null {
    return this.lookup.find();
  }

  shown(item: Item): Item {
    return item;
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
  const tests = ranges.map((range) => new Range(range, binder));
  if (keys.length > 0) {
    const index = new HashIndex(
      keys.map(({ row }) => row),
      binder,
    );
    return new KeyLookup(index, new LookupKeys(keys, binder), tests);
  }
  const [first] = ranges;
  if (first !== undefined) return new RangeLookup(new SortedIndex(first.row, binder), tests);
  if (choices === null) return new ScanLookup();
  return new ChoiceLookup(choices, binder);
}

/** A range of a condition: the ends it has for the item around the subquery. */
class Range {
  ends: KeyRange = { low: null, includeLow: false, high: null, includeHigh: false };
  readonly negated: boolean;
  private readonly row: ItemEvaluator;
  private readonly low: ItemEvaluator | null;
  private readonly high: ItemEvaluator | null;
  private readonly plan: LookupRange;
  private readonly failsOnNull: boolean;

  constructor(plan: LookupRange, binder: ItemBinder) {
    const { row, low, high, negated } = plan;
    this.plan = plan;
    this.negated = negated;
    this.row = binder.evaluator(row);
    this.low = low === null ? null : binder.evaluator(low);
    this.high = high === null ? null : binder.evaluator(high);
    // As in Esper a lower end that has to become another type must be there.
    this.failsOnNull = low !== null && high !== null && low.type.kind !== high.type.kind;
  }

  /** Computes the ends, the smaller first; false when one is null, and nothing can be inside. */
  prepare(): boolean {
    const { includeLow, includeHigh, swaps } = this.plan;
    const low = this.low === null ? null : (this.low(NO_ROW) as SortKey | null);
    const high = this.high === null ? null : (this.high(NO_ROW) as SortKey | null);
    if (low === null && this.failsOnNull) throw new ExpressionFailure('the lower end of a range is null');
    if ((this.low !== null && low === null) || (this.high !== null && high === null)) return false;
    const isSwapped = swaps && low !== null && high !== null && low > high;
    this.ends = isSwapped
      ? { low: high, includeLow: true, high: low, includeHigh: true }
      : { low, includeLow, high, includeHigh };
    return true;
  }

  holds(item: Item): boolean {
    const own = this.row(item) as SortKey | null;
    if (own === null) return false;
    const { low, includeLow, high, includeHigh } = this.ends;
    const isAbove = low === null || own > low || (includeLow && own === low);
    const isInside = isAbove && (high === null || own < high || (includeHigh && own === high));
    return isInside !== this.negated;
  }

  /** The rows of an index over the field. */
  in(index: SortedIndex): readonly Item[] | null {
    if (!this.negated) return index.find(this.ends);
    const { low, includeLow, high, includeHigh } = this.ends;
    const below = index.find({ low: null, includeLow: false, high: low, includeHigh: !includeLow });
    const above = index.find({ low: high, includeLow: !includeHigh, high: null, includeHigh: false });
    return below === null ? above : above === null ? below : [...below, ...above];
  }
}

function within(items: Iterable<Item>, ranges: readonly Range[]): readonly Item[] {
  const found: Item[] = [];
  for (const item of items) if (ranges.every((range) => range.holds(item))) found.push(item);
  return found;
}

class ScanLookup implements Lookup {
  private readonly rows = new Set<Item>();

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
    return this.rows.size === 0 ? null : this.rows;
  }
}

/** Rows by the first range; further ones are tested on what it finds. */
class RangeLookup implements Lookup {
  private readonly index: SortedIndex;
  private readonly ranges: readonly Range[];

  constructor(index: SortedIndex, ranges: readonly Range[]) {
    this.index = index;
    this.ranges = ranges;
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
    const { ranges } = this;
    const [first, ...rest] = ranges as readonly [Range, ...Range[]];
    if (!first.prepare()) return rest.length === 0 ? NO_ROWS : null;
    const found = first.in(this.index);
    if (rest.length === 0) return found;
    if (found === null) return NO_ROWS;
    return rest.every((range) => range.prepare()) ? within(found, rest) : null;
  }
}

class KeyLookup implements Lookup {
  private readonly index: HashIndex;
  private readonly keys: LookupKeys;
  private readonly ranges: readonly Range[];

  constructor(index: HashIndex, keys: LookupKeys, ranges: readonly Range[]) {
    this.index = index;
    this.keys = keys;
    this.ranges = ranges;
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
    const values = this.keys.values();
    const bucket = values === null ? undefined : this.index.find(groupKeyOf(values));
    if (bucket === undefined) return null;
    if (this.ranges.length === 0) return bucket;
    return this.ranges.every((range) => range.prepare()) ? within(bucket, this.ranges) : null;
  }
}

/** Rows of which one expression has one of several values. */
class ChoiceLookup implements Lookup {
  private readonly indexes: readonly HashIndex[];
  private readonly values: readonly { readonly evaluate: ItemEvaluator; readonly findsNull: boolean }[];

  constructor({ rows, values }: LookupChoices, binder: ItemBinder) {
    const kinds = rows.map(({ type }) => type.kind);
    this.indexes = rows.map((row) => new HashIndex([row], binder));
    this.values = values.map((value) => ({
      evaluate: binder.evaluator(value),
      findsNull: kinds.includes(value.type.kind),
    }));
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
    const keys = new Set<GroupKey>();
    for (const { evaluate, findsNull } of this.values) {
      const value = evaluate(NO_ROW);
      if (value !== null || findsNull) keys.add(groupKeyOf([value]));
    }
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
