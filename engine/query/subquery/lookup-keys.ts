import type { Value } from '../../event/record.ts';
import { ExpressionFailure } from '../../expr/failure.ts';
import type { LookupKey } from '../../plan/subquery-plan.ts';
import type { Item, ItemBinder, ItemEvaluator } from '../item.ts';

/** Stands for the row where an expression does not read it. */
export const NO_ROW = null as unknown as Item;

/** The values that the rows of a subquery are looked up by. */
export class LookupKeys {
  private readonly keys: readonly {
    readonly evaluate: ItemEvaluator;
    readonly onNull: LookupKey['onNull'];
  }[];

  constructor(keys: readonly LookupKey[], binder: ItemBinder) {
    this.keys = keys.map(({ value, onNull }) => ({ evaluate: binder.evaluator(value), onNull }));
  }

  /** The values for the item around the subquery; null when they find nothing. */
  values(): Value[] | null {
    const values: Value[] = [];
    for (const { evaluate, onNull } of this.keys) {
      const value = evaluate(NO_ROW);
      if (value === null && onNull === 'fail') throw new ExpressionFailure('a key of a subquery is null');
      if (value === null && onNull === 'nothing') return null;
      values.push(value);
    }
    return values;
  }
}
