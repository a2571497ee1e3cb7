import { childrenOf, isFieldPath } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { PreviousPlan } from '../../engine/plan/query-plan.ts';

/** What an expression reads of the item itself, outside aggregates. */
export interface Uses {
  /** Fields, nested ones by their whole path, as texts that compare. */
  readonly fields: ReadonlySet<string>;
  /** Whole events. */
  readonly hasItems: boolean;
  /** Indexes of the aggregates it reads. */
  readonly aggregates: ReadonlySet<number>;
}

/** Looks through expressions for what they read; `previous`: what their calls of `prev…` and `prior` compute. */
export function usesOf(exprs: readonly Expr[], previous: readonly PreviousPlan[] = []): Uses {
  const fields = new Set<string>();
  const aggregates = new Set<number>();
  let hasItems = false;
  const visit = (expr: Expr): void => {
    if (isFieldPath(expr)) {
      fields.add(JSON.stringify(expr));
      return;
    }
    if (expr.op === 'slot') hasItems = true;
    if (expr.op === 'previous') {
      const value = previous[expr.index]?.value ?? null;
      if (value !== null) visit(value);
    }
    if (expr.op === 'aggregate') aggregates.add(expr.index);
    // What a subquery reads of the item around it does not count, as in Esper.
    if (expr.op === 'subquery') {
      if (expr.operand !== null) visit(expr.operand);
      return;
    }
    for (const child of childrenOf(expr)) visit(child);
  };
  for (const expr of exprs) visit(expr);
  return { fields, hasItems, aggregates };
}
