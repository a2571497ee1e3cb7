import type { StatementPlan } from './plan.ts';
import { visitPlan } from './visit-plan.ts';

/** Indexes of the tables that a statement makes, feeds or reads. */
export function tablesUsed({ query }: StatementPlan): ReadonlySet<number> {
  const found = new Set<number>();
  visitPlan(query, ({ table }) => {
    if (typeof table === 'number') found.add(table);
  });
  return found;
}
