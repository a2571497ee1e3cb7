import { conjuncts } from '../expr/analyze.ts';
import { CURRENT, type Expr } from '../expr/ir.ts';
import { filtersOf } from './pattern-tree.ts';
import type { PatternInput, StatementPlan } from './plan.ts';

/**
 * What tells the partial matches of a rule apart for people and for the bound per key: the key of its alert where that
 * is a field of a tag, else the field of a tag that a later filter demands to be equal. Null when there is none.
 */
export function runKeyOf({ alert, query }: StatementPlan, input: PatternInput): Expr | null {
  for (const column of alert?.keyColumns ?? []) {
    const expr = query.columns[column]?.expr;
    if (expr?.op === 'field' && expr.slot !== CURRENT) return expr;
  }
  for (const { filter } of filtersOf(input.root)) {
    for (const part of filter === null ? [] : conjuncts(filter)) {
      if (part.op !== 'equal' || part.negated) continue;
      for (const side of [part.left, part.right])
        if (side.op === 'field' && side.slot !== CURRENT) return side;
    }
  }
  return null;
}
