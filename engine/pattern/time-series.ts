import type { Value } from '../event/record.ts';
import { type Backend, compileExpr, type Env, type Slot } from '../expr/evaluate.ts';
import type { ScheduleNode } from '../plan/plan.ts';
import { periodOf } from '../time/duration.ts';
import { parseDate, parseRepeatingInterval, type RepeatingInterval } from '../time/repeating-interval.ts';
import type { TimeBase } from '../time/time-base.ts';

/** The schedule that a `timer:schedule` started with these tags follows; null when a part of it is null or no time. */
export type TimeSeries = (slots: readonly Slot[], env: Env) => RepeatingInterval | null;

/** Makes the arguments of a `timer:schedule` ready to evaluate. */
export function compileSeries(node: ScheduleNode, backend: Backend): TimeSeries {
  if (node.iso !== null) {
    const iso = compileExpr(node.iso, backend);
    return (slots, env) => {
      const text = iso(null, slots, env);
      const interval = typeof text === 'string' ? parseRepeatingInterval(text, env.timeBase) : null;
      return typeof interval === 'string' ? null : interval;
    };
  }
  const [date, period, repetitions] = [node.date, node.period, node.repetitions].map((expr) =>
    expr === null ? undefined : compileExpr(expr, backend),
  );
  return (slots, env) => {
    const parts = {
      date: date === undefined ? null : timeOf(date(null, slots, env), env.timeBase),
      period: period === undefined ? null : period(null, slots, env),
      repetitions: repetitions === undefined ? null : repetitions(null, slots, env),
    };
    const isMissing =
      (date !== undefined && parts.date === null) ||
      (period !== undefined && parts.period === null) ||
      (repetitions !== undefined && typeof parts.repetitions !== 'number');
    if (isMissing) return null;
    return {
      date: parts.date,
      period: parts.period === null ? null : periodOf(parts.period),
      repetitions: parts.repetitions as number | null,
    };
  };
}

function timeOf(value: Value, base: TimeBase): number | null {
  if (typeof value === 'number') return value;
  const time = typeof value === 'string' ? parseDate(value, base) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
