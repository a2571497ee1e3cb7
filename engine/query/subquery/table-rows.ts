import type { ReadableRow } from '../../expr/table-access.ts';
import type { LookupPlan } from '../../plan/subquery-plan.ts';
import { type GroupKey, keyReader } from '../aggregate/group-key.ts';
import type { Found } from '../index/bucket.ts';
import type { Item, ItemBinder, ItemPredicate } from '../item.ts';
import type { TableStore } from '../table/table-store.ts';
import { NO_ROW } from './row-lookup.ts';
import type { RowSet } from './row-store.ts';

/** The rows of a table: it keeps them, and they are looked at when the subquery is asked. */
export class SubqueryTable implements RowSet {
  private readonly store: TableStore;
  private readonly filter: ItemPredicate;
  /** The primary key to look up; null where the condition does not give it. */
  private readonly keyOf: ((row: Item) => GroupKey) | null;

  /** `filter`: the condition in the parentheses of the table; `store` as long as the statement runs. */
  constructor(store: TableStore, { keys }: LookupPlan, filter: ItemPredicate, binder: ItemBinder) {
    const key = store.plan.keys;
    this.store = store;
    this.filter = filter;
    const given = key.map((column) => keys.find(({ row }) => row.op === 'field' && row.field === column));
    const whole = key.length > 0 && given.every((found) => found !== undefined);
    this.keyOf = whole ? keyReader(given.map(({ value }) => binder.evaluator(value))) : null;
  }

  update(): void {}

  /** Esper has an index of the primary key only, where null equals null; a condition that is null can let a row pass. */
  candidates(): Found {
    if (this.keyOf !== null) {
      const row = this.store.find(this.keyOf(NO_ROW));
      return row !== null && this.filter(row) ? row : null;
    }
    const passing = Array.from(this.store.rows()).filter((row) => this.filter(row));
    return passing.length === 0 ? null : passing;
  }

  /** A row lives in the table: what leaves the subquery is a copy. */
  shown(item: Item): Item {
    return (item as ReadableRow).copy();
  }

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}
