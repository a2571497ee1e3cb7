import type { Expr } from '../expr/ir.ts';

/** A crontab: minute, hour, day of month, month, day of week, then if given second, millisecond, microsecond. */
export interface CrontabPlan {
  readonly minute: CrontabField;
  readonly hour: CrontabField;
  readonly dayOfMonth: CrontabField;
  readonly month: CrontabField;
  readonly dayOfWeek: CrontabField;
  /** Null: not given, which is second 0. */
  readonly second: CrontabField | null;
  readonly millisecond: CrontabField | null;
  readonly microsecond: CrontabField | null;
  /** Name of an IANA zone; null is the zone of the rule set. */
  readonly zone: Expr | null;
}

/** One field of a crontab. Numbers are expressions that may use earlier tags. */
export type CrontabField =
  /** An asterisk. */
  | { readonly kind: 'any' }
  | { readonly kind: 'value'; readonly value: Expr }
  /** `low:high`, both included. */
  | { readonly kind: 'range'; readonly low: Expr; readonly high: Expr }
  /** An asterisk, a slash and `step`: every multiple. */
  | { readonly kind: 'step'; readonly step: Expr }
  /** `[…]` */
  | { readonly kind: 'list'; readonly items: readonly CrontabField[] }
  /** `last` (`day` null) or `5 last`. */
  | { readonly kind: 'last'; readonly day: Expr | null }
  /** `15 weekday`: the working day nearest to it; without a day every one from Monday to Friday. */
  | { readonly kind: 'weekday'; readonly day: Expr | null }
  /** `lastweekday`: the last working day of the month. */
  | { readonly kind: 'lastWeekday' };
