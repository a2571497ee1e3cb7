import { childrenOf, isFieldPath } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';

/** What an expression reads of the item itself, outside aggregates. */
export interface Uses {
  /** Fields, nested ones by their whole path, as texts that compare. */
  readonly fields: ReadonlySet<string>;
  /** Whole events, and other items of a window. */
  readonly hasItems: boolean;
  /** Indexes of the aggregates it reads. */
  readonly aggregates: ReadonlySet<number>;
}

/** Looks through expressions for what they read. */
export function usesOf(...exprs: readonly Expr[]): Uses {
  const fields = new Set<string>();
  const aggregates = new Set<number>();
  let hasItems = false;
  const visit = (expr: Expr): void => {
    if (isFieldPath(expr)) {
      fields.add(JSON.stringify(expr));
      return;
    }
    if (expr.op === 'slot' || expr.op === 'previous') hasItems = true;
    if (expr.op === 'aggregate') aggregates.add(expr.index);
    for (const child of childrenOf(expr)) visit(child);
  };
  for (const expr of exprs) visit(expr);
  return { fields, hasItems, aggregates };
}
