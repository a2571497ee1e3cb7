import type { Value } from '../event/record.ts';
import { type Backend, compileExpr, type Env, type Evaluator, type Slot } from '../expr/evaluate.ts';
import type { Allowed, Crontab, SpecialDay } from '../time/crontab.ts';
import { zoneNamed } from '../time/zone.ts';
import type { CrontabField, CrontabPlan } from './crontab-plan.ts';

/** Evaluates a crontab for some tags; null when a number in it is null or its days contradict each other. */
export type CrontabEvaluator = (slots: readonly Slot[], env: Env) => Crontab | null;

/** Makes the crontab of a plan ready to evaluate. One without tags in it is evaluated once. */
export function compileCrontab(plan: CrontabPlan, backend: Backend): CrontabEvaluator {
  const field = (of: CrontabField | null, least: number, most: number) =>
    of === null ? () => null : compileField(of, { least, most }, backend);
  const minute = field(plan.minute, 0, 59);
  const hour = field(plan.hour, 0, 23);
  const dayOfMonth = field(plan.dayOfMonth, 1, 31);
  const month = field(plan.month, 1, 12);
  const dayOfWeek = field(plan.dayOfWeek, 0, 6);
  const second = field(plan.second, 0, 59);
  const millisecond = field(plan.millisecond, 0, 999);
  const special = compileSpecial(plan, backend);
  const zone = plan.zone === null ? null : compileExpr(plan.zone, backend);
  const microsecond = field(plan.microsecond, 0, 999);
  const finest = finestOf(plan);
  return (slots, env) => {
    try {
      const months = month(slots, env);
      const crontab: Crontab = {
        minute: minute(slots, env),
        hour: hour(slots, env),
        dayOfMonth: dayOfMonth(slots, env),
        month: months,
        dayOfWeek: dayOfWeek(slots, env),
        second: second(slots, env),
        millisecond: millisecond(slots, env),
        microsecond: microsecond(slots, env),
        finest,
        special: special(months?.length === 1 ? (months[0] as number) : null, slots, env),
        zone: zone === null ? null : (zoneNamed(String(zone(null, slots, env))) ?? 'UTC'),
      };
      return contradicts(crontab) ? null : crontab;
    } catch (error) {
      if (error instanceof NullNumber) return null;
      throw error;
    }
  };
}

function finestOf({ second, millisecond, microsecond }: CrontabPlan): Crontab['finest'] {
  if (microsecond !== null) return 'microsecond';
  if (millisecond !== null) return 'millisecond';
  return second === null ? 'minute' : 'second';
}

/** A number of the crontab is null: it names no time. */
class NullNumber extends Error {}

/** A single day of the month together with days of the week names nothing, as in Esper. */
function contradicts({ dayOfMonth, dayOfWeek }: Crontab): boolean {
  return dayOfMonth?.length === 1 && dayOfWeek !== null;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

type FieldEvaluator = (slots: readonly Slot[], env: Env) => Allowed;

function compileField(field: CrontabField, range: Range, backend: Backend): FieldEvaluator {
  const { least, most } = range;
  switch (field.kind) {
    case 'value': {
      const value = compileExpr(field.value, backend);
      return (slots, env) => [number(value(null, slots, env))];
    }
    case 'range': {
      const [low, high] = [compileExpr(field.low, backend), compileExpr(field.high, backend)];
      return (slots, env) => {
        const from = number(low(null, slots, env));
        const to = number(high(null, slots, env));
        if (from <= least && to >= most) return null;
        return numbersFrom(Math.max(from, least), Math.min(to, most), 1);
      };
    }
    case 'step': {
      const step = compileExpr(field.step, backend);
      return (slots, env) => {
        const size = number(step(null, slots, env));
        if (size <= 1) return null;
        return numbersFrom(Math.ceil(least / size) * size, most, size);
      };
    }
    case 'list': {
      const items = field.items.map((item) => compileField(item, range, backend));
      return (slots, env) => {
        const all = items.map((item) => item(slots, env));
        if (all.includes(null)) return null;
        return [...new Set((all as number[][]).flat())].sort((a, b) => a - b);
      };
    }
    case 'any':
    case 'last':
    case 'weekday':
    case 'lastWeekday':
      return () => null;
  }
}

function compileSpecial(
  plan: CrontabPlan,
  backend: Backend,
): (month: number | null, slots: readonly Slot[], env: Env) => SpecialDay | null {
  for (const [field, ofWeek] of [
    [plan.dayOfMonth, false],
    [plan.dayOfWeek, true],
  ] as const) {
    if (field.kind !== 'last' && field.kind !== 'weekday' && field.kind !== 'lastWeekday') continue;
    const { kind } = field;
    const dayExpr = field.kind === 'lastWeekday' ? null : field.day;
    const day: Evaluator | null = dayExpr === null ? null : compileExpr(dayExpr, backend);
    return (month, slots, env) => ({
      kind,
      ofWeek,
      month,
      day: day === null ? null : number(day(null, slots, env)),
    });
  }
  return () => null;
}

function number(value: Value): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new NullNumber();
  return Math.trunc(value);
}

function numbersFrom(first: number, last: number, step: number): number[] {
  const numbers: number[] = [];
  for (let value = first; value <= last; value += step) numbers.push(value);
  return numbers;
}
