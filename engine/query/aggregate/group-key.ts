import type { Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import type { Item, ItemBinder, ItemEvaluator } from '../item.ts';

/** A group: two items are in one group exactly when their keys are equal, whatever the types of the key values. */
export type GroupKey = string | number | boolean | null;

/** The only group of a query without `group by`. */
export const UNGROUPED: GroupKey = null;

/** The group of key values: one value stands for itself, several (or an array) are joined to one text. */
export function groupKeyOf(values: readonly Value[]): GroupKey {
  return values.length === 1 ? equalityKey(values[0] as Value) : equalityKey(values);
}

/** Computes the key values of `group by` for items, and the groups they are in. */
export class GroupKeys {
  private readonly evaluators: readonly ItemEvaluator[];

  constructor(keys: readonly Expr[], binder: ItemBinder) {
    this.evaluators = keys.map((key) => binder.evaluator(key));
  }

  /** The values of all keys, in order. */
  values(item: Item): Value[] {
    return this.evaluators.map((evaluate) => evaluate(item));
  }

  /** The group by all keys. */
  keyOf(item: Item): GroupKey {
    const { evaluators } = this;
    if (evaluators.length === 1) return equalityKey((evaluators[0] as ItemEvaluator)(item));
    return evaluators.length === 0 ? UNGROUPED : equalityKey(this.values(item));
  }

  /** The group by some of the keys, whose values are given: a level of `rollup`, `cube` or `grouping sets`. */
  static ofSet(values: readonly Value[], set: readonly number[]): GroupKey {
    return set.length === 0 ? UNGROUPED : groupKeyOf(set.map((index) => values[index] as Value));
  }
}
