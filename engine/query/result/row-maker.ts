import type { Value } from '../../event/record.ts';
import { mapChildren } from '../../expr/analyze.ts';
import type { Expr } from '../../expr/ir.ts';
import type { QueryPlan } from '../../plan/plan.ts';
import type { Item, ItemBinder, ItemEvaluator, ItemPredicate } from '../item.ts';
import { OutRow } from './out-row.ts';
import type { ResultFrame } from './result-frame.ts';

/**
 * Makes rows: `having`, the columns, the criteria of `order by`. At a level of `rollup` and the like the keys that are
 * summed up are null in all of them.
 */
export class RowMaker {
  private readonly frame: ResultFrame;
  private readonly level: readonly number[] | null;
  private readonly having: ItemPredicate | null;
  private readonly columns: readonly ItemEvaluator[];
  private readonly order: readonly ItemEvaluator[];

  constructor(
    query: QueryPlan,
    binder: ItemBinder,
    frame: ResultFrame,
    level: readonly number[] | null = null,
  ) {
    const keys = query.groupBy?.keys ?? [];
    const summed = level === null ? [] : keys.filter((_, i) => !level.includes(i)).map((key) => textOf(key));
    const own = (expr: Expr) => (summed.length === 0 ? expr : withoutKeys(expr, summed));
    this.frame = frame;
    this.level = level;
    this.having = query.having === null ? null : binder.predicate(own(query.having));
    this.columns = query.columns.map((column) => binder.evaluator(own(column.expr)));
    this.order = query.orderBy.map((one) => binder.evaluator(own(one.expr)));
  }

  /** Whether `having` lets a row of the item pass. */
  passes(item: Item, isInsert: boolean): boolean {
    if (this.having === null) return true;
    this.frame.isInsert = isInsert;
    this.frame.level = this.level;
    return this.having(item);
  }

  /** The row of an item, null when `having` is not true. `source`: the item that the row is of, for its origins. */
  make(item: Item, isInsert: boolean, source: Item | null = item): OutRow | null {
    this.frame.isInsert = isInsert;
    this.frame.level = this.level;
    if (this.having !== null && !this.having(item)) return null;
    const { columns, order } = this;
    const values = new Array<Value>(columns.length);
    for (let i = 0; i < columns.length; i++) values[i] = (columns[i] as ItemEvaluator)(item);
    if (order.length === 0) return new OutRow(values, source, null);
    const sortKeys = new Array<Value>(order.length);
    for (let i = 0; i < order.length; i++) sortKeys[i] = (order[i] as ItemEvaluator)(item);
    return new OutRow(values, source, sortKeys);
  }
}

function withoutKeys(expr: Expr, keys: readonly string[]): Expr {
  if (keys.includes(textOf(expr))) return { op: 'literal', type: expr.type, value: null };
  return mapChildren(expr, (child) => withoutKeys(child, keys));
}

function textOf(expr: Expr): string {
  return JSON.stringify(expr);
}
