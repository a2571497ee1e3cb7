import { LIMITS } from '../../core/limits.ts';
import type { Origins } from '../../event/origins.ts';
import { copyRecord, type EventRecord, fieldKey, type Value } from '../../event/record.ts';
import { type Backend, compileExpr, type Env, type Evaluator, type Slot } from '../../expr/evaluate.ts';
import type { FieldUpdate } from '../../plan/query-plan.ts';
import { joinOrigins, originsOf, originsOfSlots } from '../origins.ts';

interface Step {
  readonly key: string;
  readonly index: Evaluator | null;
  readonly value: Evaluator;
}

/**
 * `set a = …, b = …` of a row: makes a copy with other values. As in Esper each value sees the fields set before it; the
 * last slot holds the row as it was.
 */
export class RowUpdate {
  private readonly steps: readonly Step[];

  constructor(updates: readonly FieldUpdate[], backend: Backend) {
    this.steps = updates.map(({ field, index, value }) => ({
      key: fieldKey(field),
      index: index === null ? null : compileExpr(index, backend),
      value: compileExpr(value, backend),
    }));
  }

  /** The copy; `slots` are those of the trigger, with room for the copy as the first and for the row as the last. */
  copyOf(row: EventRecord, slots: Slot[], env: Env): EventRecord {
    const copy = copyRecord(row);
    const target = copy as unknown as Record<string, Value>;
    slots[0] = copy;
    slots[slots.length - 1] = row;
    for (const { key, index, value } of this.steps) {
      if (index === null) target[key] = value(null, slots, env);
      else target[key] = withElement(target[key] as Value, index(null, slots, env), value(null, slots, env));
    }
    copy.origins = originsAfter(row, slots);
    return copy;
  }
}

/** A copy of the array with another element; an index outside changes nothing. */
export function withElement(array: Value, at: Value, value: Value): Value {
  const isInside = Array.isArray(array) && typeof at === 'number' && at >= 0 && at < array.length;
  return isInside ? array.with(at, value) : array;
}

/** The events behind the row and the trigger; of a row that was changed often, those of the trigger alone. */
function originsAfter(row: EventRecord, slots: readonly Slot[]): Origins {
  const before = originsOf(row);
  if (slots.length <= 2) return before;
  const trigger = originsOfSlots(slots.slice(1, -1));
  const all = joinOrigins(before, trigger);
  return all.length <= LIMITS.evidenceEventsMax ? all : trigger;
}
