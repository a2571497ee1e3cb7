import type { Value } from '../../event/record.ts';
import { childrenOf, isFieldPath, mapChildren } from '../../expr/analyze.ts';
import type { Expr } from '../../expr/ir.ts';
import type { QueryPlan } from '../../plan/plan.ts';
import type { Item, ItemBinder, ItemEvaluator, ItemPredicate } from '../item.ts';
import { OutRow, type RowSource } from './out-row.ts';
import type { ResultFrame } from './result-frame.ts';

/**
 * Makes rows: `having`, the columns, the criteria of `order by`. At a level of `rollup` and the like the fields of keys
 * that are summed up are null in all of them.
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
    const summed = level === null ? NO_PATHS : summedPaths(query.groupBy?.keys ?? [], level);
    const own = (expr: Expr) => (summed.size === 0 ? expr : withoutPaths(expr, summed));
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

  /** The row of an item, null when `having` is not true. `source`: what the row is made of. */
  make(item: Item, isInsert: boolean, source: RowSource = item): OutRow | null {
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

const NO_PATHS: ReadonlySet<string> = new Set();

/** Fields of the keys that a level sums up, but for those its own keys read too. */
function summedPaths(keys: readonly Expr[], level: readonly number[]): ReadonlySet<string> {
  const kept = new Set(level.flatMap((index) => fieldPaths(keys[index] as Expr)));
  const all = keys.flatMap((key) => fieldPaths(key));
  return new Set(all.filter((path) => !kept.has(path)));
}

function fieldPaths(expr: Expr): readonly string[] {
  return isFieldPath(expr) ? [JSON.stringify(expr)] : childrenOf(expr).flatMap(fieldPaths);
}

function withoutPaths(expr: Expr, paths: ReadonlySet<string>): Expr {
  if (!isFieldPath(expr)) return mapChildren(expr, (child) => withoutPaths(child, paths));
  return paths.has(JSON.stringify(expr)) ? { op: 'literal', type: expr.type, value: null } : expr;
}
