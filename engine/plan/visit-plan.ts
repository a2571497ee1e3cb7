/** Part of a plan: plain data. */
export type PlanPart = Readonly<Record<string, unknown>>;

/** Visits a part of a plan and every part in it: expressions, inputs, clauses. */
export function visitPlan(part: unknown, visit: (part: PlanPart) => void): void {
  if (part === null || typeof part !== 'object') return;
  if (Array.isArray(part)) {
    for (const one of part) visitPlan(one, visit);
    return;
  }
  visit(part as PlanPart);
  for (const child of Object.values(part)) visitPlan(child, visit);
}
