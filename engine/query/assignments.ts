import { unreachable } from '../core/assert.ts';
import { EventRecord, type Value, withField } from '../event/record.ts';
import { type Backend, compileExpr, type Env, type Evaluator, type Slot } from '../expr/evaluate.ts';
import type { AssignedPart, AssignmentPlan } from '../plan/query-plan.ts';

/**
 * `set a = …, b = …` of variables. Values are computed and set one after the other, so that a later one sees the
 * variables set before it; who watches a variable hears of it when all are set.
 */
export class Assignments {
  private readonly steps: readonly Step[];

  constructor(plan: readonly AssignmentPlan[], backend: Backend) {
    this.steps = plan.map(({ variable, part, value }) => ({
      variable,
      value: compileExpr(value, backend),
      change: part === null ? null : changeOf(part, backend),
    }));
  }

  /** Sets the variables for one item. */
  run(event: EventRecord | null, slots: readonly Slot[], env: Env): void {
    const before: Value[] = [];
    for (const { variable, value, change } of this.steps) {
      const old = env.variables[variable] ?? null;
      before.push(old);
      const made = value(event, slots, env);
      env.assign(variable, change === null ? made : change(old, made, event, slots, env));
    }
    this.steps.forEach(({ variable }, i) => {
      env.watch.notify(variable, before[i] ?? null);
    });
  }
}

interface Step {
  readonly variable: number;
  readonly value: Evaluator;
  readonly change: Change | null;
}

/** The value with a part changed. Values are shared, so none is changed in place; what has no such part stays. */
type Change = (old: Value, part: Value, ...item: Parameters<Evaluator>) => Value;

function changeOf(part: AssignedPart, backend: Backend): Change {
  switch (part.kind) {
    case 'element': {
      const index = compileExpr(part.index, backend);
      return (old, value, event, slots, env) => {
        const at = index(event, slots, env);
        const isInside = Array.isArray(old) && typeof at === 'number' && at >= 0 && at < old.length;
        return isInside ? (old.with(at, value) as Value) : old;
      };
    }
    case 'field':
      return (old, value) => (old instanceof EventRecord ? withField(old, part.field, value) : old);
    case 'entry':
      return (old, value) => {
        if (old === null || typeof old !== 'object') return old;
        return Object.assign(Object.create(null), old, { [part.key]: value }) as Value;
      };
    default:
      return unreachable(part);
  }
}
