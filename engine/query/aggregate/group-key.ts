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
    return evaluators.length === 0 ? UNGROUPED : groupKeyOf(this.values(item));
  }

  /** The group by some of the keys, whose values are given: a level of `rollup`, `cube` or `grouping sets`. */
  static ofSet(values: readonly Value[], set: readonly number[]): GroupKey {
    return set.length === 0 ? UNGROUPED : groupKeyOf(set.map((index) => values[index] as Value));
  }
}
