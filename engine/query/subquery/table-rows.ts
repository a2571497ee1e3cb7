import type { ReadableRow } from '../../expr/table-access.ts';
import type { LookupKey, LookupPlan } from '../../plan/subquery-plan.ts';
import type { Item, ItemBinder, ItemEvaluator, ItemPredicate } from '../item.ts';
import type { RowStore } from '../store/row-store.ts';
import { NO_ROW, type RowSet } from './row-store.ts';

/** The rows of a table: it keeps them, and they are looked at when the subquery is asked. */
export class SubqueryTable implements RowSet {
  private readonly store: RowStore;
  private readonly filter: ItemPredicate;
  private readonly keys: readonly { readonly field: number; readonly value: ItemEvaluator }[];

  /** `filter`: the condition in the parentheses of the table; `store` as long as the statement runs. */
  constructor(store: RowStore, { keys }: LookupPlan, filter: ItemPredicate, binder: ItemBinder) {
    this.store = store;
    this.filter = filter;
    this.keys = plainKeys(keys).map(({ field, value }) => ({ field, value: binder.evaluator(value) }));
  }

  update(): void {}

  candidates(): Iterable<Item> | null {
    const rows = this.found();
    const passing = Array.from(rows).filter((row) => this.filter(row));
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

  private found(): Iterable<Item> {
    const { store, keys } = this;
    if (keys.length === 0) return store.rows();
    const values = keys.map(({ value }) => value(NO_ROW));
    // The index of a table knows no nulls.
    if (values.includes(null)) return store.rows();
    return store.indexOf(keys.map(({ field }) => field)).find(values);
  }
}

/** Equalities with a field of the row itself, one for each field. */
function plainKeys(keys: readonly LookupKey[]) {
  const seen = new Set<number>();
  return keys.flatMap(({ row, value }) => {
    if (row.op !== 'field' || seen.has(row.field)) return [];
    seen.add(row.field);
    return [{ field: row.field, value }];
  });
}
