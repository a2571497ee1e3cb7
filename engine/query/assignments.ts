import type { EventRecord, Value } from '../event/record.ts';
import { type Backend, compileExpr, type Env, type Evaluator, type Slot } from '../expr/evaluate.ts';
import type { AssignmentPlan } from '../plan/query-plan.ts';

/**
 * `set a = …, b = …` of variables. Values are computed and set one after the other, so that a later one sees the
 * variables set before it; who watches a variable hears of it when all are set.
 */
export class Assignments {
  private readonly steps: readonly Step[];

  constructor(plan: readonly AssignmentPlan[], backend: Backend) {
    this.steps = plan.map(({ variable, index, value }) => ({
      variable,
      index: index === null ? null : compileExpr(index, backend),
      value: compileExpr(value, backend),
    }));
  }

  /** Sets the variables for one item. */
  run(event: EventRecord | null, slots: readonly Slot[], env: Env): void {
    const before: Value[] = [];
    for (const { variable, index, value } of this.steps) {
      const old = env.variables[variable] ?? null;
      before.push(old);
      const made = value(event, slots, env);
      env.variables[variable] = index === null ? made : withElement(old, index(event, slots, env), made);
    }
    this.steps.forEach(({ variable }, i) => {
      env.watch.notify(variable, before[i] ?? null);
    });
  }
}

interface Step {
  readonly variable: number;
  readonly index: Evaluator | null;
  readonly value: Evaluator;
}

/** A copy of the array with one element changed; values are shared, so none is changed in place. */
function withElement(array: Value, index: Value, value: Value): Value {
  if (!Array.isArray(array) || typeof index !== 'number' || !(index >= 0 && index < array.length))
    return array;
  return array.with(index, value) as Value;
}
