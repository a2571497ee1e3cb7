import type { StatementPlan } from './plan.ts';
import { visitPlan } from './visit-plan.ts';

/** Indexes of the variables that the expressions of a statement read. */
export function variablesRead({ query }: StatementPlan): ReadonlySet<number> {
  return variablesIn(query);
}

/** Indexes of the variables that an expression, or any other part of a plan, reads. */
export function variablesIn(part: unknown): ReadonlySet<number> {
  const found = new Set<number>();
  visitPlan(part, (node) => {
    if (node.op === 'variable' && typeof node.index === 'number') found.add(node.index);
  });
  return found;
}

/** Indexes of the variables that a statement sets, by `on … set` or `output … then set`. */
export function variablesSet({ query }: StatementPlan): ReadonlySet<number> {
  const found = new Set<number>();
  visitPlan([query.assignments, query.output], (node) => {
    if (typeof node.variable === 'number') found.add(node.variable);
  });
  return found;
}
