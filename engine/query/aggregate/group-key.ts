import type { Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import type { Item, ItemBinder, ItemEvaluator } from '../item.ts';

/** A group: two items are in one group exactly when their keys are equal, whatever the types of the key values. */
export type GroupKey = string | number | boolean | null;

/** The only group of a query without `group by`. */
export const UNGROUPED: GroupKey = null;

/** The group of key values: one value stands for itself, several are joined to one text. */
export function groupKeyOf(values: readonly Value[]): GroupKey {
  if (values.length === 1) return equalityKey(values[0] as Value);
  let key = '';
  for (let i = 0; i < values.length; i++) key += partOf(values[i] as Value);
  return key;
}

/** A key that rows are looked up by; undefined when a part of it is a null that is equal to nothing. */
export type SoughtKey = GroupKey | undefined;

/**
 * Makes the key of several values that are computed from something, as `groupKeyOf` does, without a list of them. One
 * value alone is its own key, so that nothing is made for it.
 */
export function keyReader<T>(values: readonly ((of: T) => Value)[]): (of: T) => GroupKey {
  const [first] = values;
  if (first === undefined) return () => UNGROUPED;
  if (values.length === 1) return (of) => equalityKey(first(of));
  return (of) => {
    let key = '';
    for (let i = 0; i < values.length; i++) key += partOf((values[i] as (of: T) => Value)(of));
    return key;
  };
}

/** As `keyReader`, for what is looked up. `matchesNull`, by value: whether a null is equal to null, or to nothing. */
export function soughtKeyReader<T>(
  values: readonly ((of: T) => Value)[],
  matchesNull: readonly boolean[],
): (of: T) => SoughtKey {
  const [first] = values;
  if (first === undefined || !matchesNull.includes(false)) return keyReader(values);
  if (values.length === 1) {
    return (of) => {
      const value = first(of);
      return value === null ? undefined : equalityKey(value);
    };
  }
  return (of) => {
    let key = '';
    for (let i = 0; i < values.length; i++) {
      const value = (values[i] as (of: T) => Value)(of);
      if (value === null && matchesNull[i] !== true) return undefined;
      key += partOf(value);
    }
    return key;
  };
}

/** A text for a value that is no beginning of the text for another: joined texts are equal only part by part. */
function partOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return `${value.length}s${value}`;
    case 'number':
      return `${value}n`;
    case 'boolean':
      return value ? 'T' : 'F';
    default: {
      if (value === null) return '_';
      const text = String(equalityKey(value));
      return `${text.length}o${text}`;
    }
  }
}

/** Computes the key values of `group by` for items, and the groups they are in. */
export class GroupKeys {
  /** The group of an item by all keys. */
  readonly keyOf: (item: Item) => GroupKey;
  private readonly evaluators: readonly ItemEvaluator[];

  constructor(keys: readonly Expr[], binder: ItemBinder) {
    this.evaluators = keys.map((key) => binder.evaluator(key));
    this.keyOf = keyReader(this.evaluators);
  }

  /** The values of all keys, in order. */
  values(item: Item): Value[] {
    return this.evaluators.map((evaluate) => evaluate(item));
  }

  /** The group by some of the keys, whose values are given: a level of `rollup`, `cube` or `grouping sets`. */
  static ofSet(values: readonly Value[], set: readonly number[]): GroupKey {
    return set.length === 0 ? UNGROUPED : groupKeyOf(set.map((index) => values[index] as Value));
  }
}
