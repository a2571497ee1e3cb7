import { ExpressionFailure } from '../../expr/failure.ts';
import type { LookupChoices, LookupKey, LookupPlan, LookupRange } from '../../plan/subquery-plan.ts';
import { type GroupKey, groupKeyOf, type SoughtKey, soughtKeyReader } from '../aggregate/group-key.ts';
import { type Found, NO_ROWS, rowsIn } from '../index/bucket.ts';
import { HashIndex } from '../index/hash-index.ts';
import type { RowIndex, RowValue } from '../index/row-index.ts';
import { SortedIndex } from '../index/sorted-index.ts';
import { type Bounds, isWithin, type SortValue } from '../index/sorted-rows.ts';
import type { Item, ItemBinder } from '../item.ts';

/** Stands for the row where an expression does not read it. */
export const NO_ROW = null as unknown as Item;

/** How the rows of a subquery are found that may count for the item around it. */
export interface RowLookup {
  /** What it needs the rows to be kept in. */
  readonly indexes: readonly RowIndex[];
  /** Null: there are no rows at all for the item, which for Esper is not the same as a list of none. */
  find(): Found;
}

/** Makes the look-up of a plan ready. */
export function createLookup({ keys, ranges, choices }: LookupPlan, binder: ItemBinder): RowLookup {
  const [first, ...rest] = ranges.map((range) => new Range(range, binder));
  if (first !== undefined) return new RangeLookup(keys, first, rest, binder);
  return choices === null ? new KeyLookup(keys, binder) : new ChoiceLookup(choices, binder);
}

/** Rows of equal keys; all of them where there is no key. */
class KeyLookup implements RowLookup {
  readonly indexes: readonly [HashIndex];
  private readonly keyOf: (row: Item) => SoughtKey;

  constructor(keys: readonly LookupKey[], binder: ItemBinder) {
    this.indexes = [new HashIndex(rowValues(keys, binder))];
    this.keyOf = keyAround(keys, binder);
  }

  find(): Found {
    return this.indexes[0].find(this.keyOf(NO_ROW));
  }
}

/** Rows of equal keys, if any, within ranges: sorted by the first, the others are tested on what that finds. */
class RangeLookup implements RowLookup {
  readonly indexes: readonly [SortedIndex];
  private readonly keyOf: (row: Item) => SoughtKey;
  private readonly hasKeys: boolean;
  private readonly first: Range;
  private readonly rest: readonly Range[];

  constructor(keys: readonly LookupKey[], first: Range, rest: readonly Range[], binder: ItemBinder) {
    this.indexes = [new SortedIndex(rowValues(keys, binder), first.evaluate)];
    this.keyOf = keyAround(keys, binder);
    this.hasKeys = keys.length > 0;
    this.first = first;
    this.rest = rest;
  }

  find(): Found {
    const [index] = this.indexes;
    const { first, rest, hasKeys } = this;
    const key = this.keyOf(NO_ROW);
    if (hasKeys && !index.hasKey(key)) return null;
    const isAlone = !hasKeys && rest.length === 0;
    if (!first.prepare()) return isAlone ? NO_ROWS : null;
    const found = first.among(rowsIn(index.find(key, () => first.bounds)));
    if (isAlone) return found.length === 0 ? null : found;
    if (found.length === 0 && !hasKeys) return NO_ROWS;
    if (!rest.every((range) => range.prepare())) return null;
    return rest.reduce((rows, range) => range.among(rows), found);
  }
}

/** A range of a condition: the ends it has for the item around the subquery. */
class Range {
  readonly evaluate: RowValue;
  bounds: Bounds;
  private readonly low: RowValue | null;
  private readonly high: RowValue | null;
  private readonly plan: LookupRange;
  private readonly failsOnNull: boolean;

  constructor(plan: LookupRange, binder: ItemBinder) {
    const { row, low, high } = plan;
    this.plan = plan;
    this.bounds = boundsOf(plan, null, null);
    this.evaluate = binder.evaluator(row);
    this.low = low === null ? null : binder.evaluator(low);
    this.high = high === null ? null : binder.evaluator(high);
    // As in Esper a lower end that has to become another type must be there.
    this.failsOnNull = low !== null && high !== null && low.type.kind !== high.type.kind;
  }

  /** Computes the ends, the smaller first; false when one is null, and nothing can be inside. */
  prepare(): boolean {
    const low = this.low === null ? null : (this.low(NO_ROW) as SortValue | null);
    const high = this.high === null ? null : (this.high(NO_ROW) as SortValue | null);
    if (low === null && this.failsOnNull) throw new ExpressionFailure('the lower end of a range is null');
    if ((this.low !== null && low === null) || (this.high !== null && high === null)) return false;
    this.bounds = boundsOf(this.plan, low, high);
    return true;
  }

  /** Those of some rows that are in the range. */
  among(rows: Iterable<Item>): Item[] {
    const found: Item[] = [];
    for (const row of rows)
      if (isWithin(this.evaluate(row) as SortValue | null, this.bounds)) found.push(row);
    return found;
  }
}

/** Rows of which one expression has one of several values. */
class ChoiceLookup implements RowLookup {
  readonly indexes: readonly HashIndex[];
  private readonly values: readonly { readonly evaluate: RowValue; readonly findsNull: boolean }[];

  constructor({ rows, values }: LookupChoices, binder: ItemBinder) {
    const kinds = rows.map(({ type }) => type.kind);
    this.indexes = rows.map((row) => new HashIndex([binder.evaluator(row)]));
    this.values = values.map((value) => ({
      evaluate: binder.evaluator(value),
      findsNull: kinds.includes(value.type.kind),
    }));
  }

  find(): Found {
    const keys = new Set<GroupKey>();
    for (const { evaluate, findsNull } of this.values) {
      const value = evaluate(NO_ROW);
      if (value !== null || findsNull) keys.add(groupKeyOf([value]));
    }
    let found: Set<Item> | null = null;
    for (const key of keys) {
      for (const index of this.indexes) {
        for (const item of rowsIn(index.find(key))) {
          found ??= new Set();
          found.add(item);
        }
      }
    }
    return found;
  }
}

function rowValues(keys: readonly LookupKey[], binder: ItemBinder): RowValue[] {
  return keys.map(({ row }) => binder.evaluator(row));
}

/** Makes the key to look up for the item around the subquery. */
function keyAround(keys: readonly LookupKey[], binder: ItemBinder): (row: Item) => SoughtKey {
  const values = keys.map(({ value, onNull }): RowValue => {
    const evaluate = binder.evaluator(value);
    if (onNull !== 'fail') return evaluate;
    return (row) => {
      const found = evaluate(row);
      if (found === null) throw new ExpressionFailure('a key of a subquery is null');
      return found;
    };
  });
  return soughtKeyReader(
    values,
    keys.map(({ onNull }) => onNull === 'null'),
  );
}

function boundsOf(plan: LookupRange, low: SortValue | null, high: SortValue | null): Bounds {
  const { includeLow, includeHigh, swaps, negated } = plan;
  const isSwapped = swaps && low !== null && high !== null && low > high;
  return isSwapped
    ? { low: high, includesLow: true, high: low, includesHigh: true, negated }
    : { low, includesLow: includeLow, high, includesHigh: includeHigh, negated };
}
