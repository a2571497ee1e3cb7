import type { StatementPlan } from './plan.ts';

/** Indexes of the variables that the expressions of a statement read. */
export function variablesRead({ query }: StatementPlan): ReadonlySet<number> {
  return variablesIn(query);
}

/** Indexes of the variables that an expression, or any other part of a plan, reads. */
export function variablesIn(part: unknown): ReadonlySet<number> {
  const found = new Set<number>();
  collect(part, (node) => {
    if (node.op === 'variable' && typeof node.index === 'number') found.add(node.index);
  });
  return found;
}

/** Indexes of the variables that a statement sets, by `on … set` or `output … then set`. */
export function variablesSet({ query }: StatementPlan): ReadonlySet<number> {
  const found = new Set<number>();
  collect([query.assignments, query.output], (node) => {
    if (typeof node.variable === 'number') found.add(node.variable);
  });
  return found;
}

/** Plans are plain data, so every expression in one is found by walking it. */
function collect(node: unknown, visit: (node: Readonly<Record<string, unknown>>) => void): void {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const one of node) collect(one, visit);
    return;
  }
  visit(node as Readonly<Record<string, unknown>>);
  for (const child of Object.values(node)) collect(child, visit);
}
