import type { Expr } from '../expr/ir.ts';
import type { InputPlan } from './plan.ts';
import type { AggregatePlan, PreviousPlan } from './query-plan.ts';

/**
 * A subquery of a statement. Its expressions see its own event as slot `CURRENT`, and what they need of the item around
 * it as `param` nodes, which the `subquery` node that reads it fills.
 */
export interface SubqueryPlan {
  /** A stream with its windows. */
  readonly input: InputPlan;
  /** What the index of its rows looks up; together with `where` it decides which rows count. */
  readonly lookup: LookupPlan;
  /** The whole condition. */
  readonly where: Expr | null;
  /** Whether `where` needs the item around the subquery. */
  readonly isCorrelated: boolean;
  /** Value of a row: its only column, or a `row` of several. Null: the event as it is (`select *`). */
  readonly value: Expr | null;
  readonly aggregates: readonly AggregatePlan[];
  /** Keys of `group by`; null without it. */
  readonly groupBy: readonly Expr[] | null;
  /** On aggregates; a condition without any is part of `where`. */
  readonly having: Expr | null;
  readonly previous: readonly PreviousPlan[];
}

/**
 * How the rows that may count are found without looking at all of them: those equal in all `keys`, in all `ranges`, or,
 * when there are neither, equal to one of `choices`. The second expression of each never reads the row.
 */
export interface LookupPlan {
  readonly keys: readonly LookupKey[];
  readonly ranges: readonly LookupRange[];
  readonly choices: LookupChoices | null;
}

/** One of `rows` is one of `values`: `row in (a, b)` or `value in (row.a, row.b)`. */
export interface LookupChoices {
  readonly rows: readonly Expr[];
  readonly values: readonly Expr[];
}

/** `row = value`. */
export interface LookupKey {
  readonly row: Expr;
  readonly value: Expr;
  /** What a null value finds: the rows with null, nothing, or it fails. */
  readonly onNull: 'null' | 'nothing' | 'fail';
}

/** `row < high`, `row between low and high` and the like; a null on either side finds nothing. One end may be open. */
export interface LookupRange {
  readonly row: Expr;
  readonly low: Expr | null;
  readonly includeLow: boolean;
  readonly high: Expr | null;
  readonly includeHigh: boolean;
  /** Rows outside, and not null. */
  readonly negated: boolean;
  /** Whether the ends may come in either order. */
  readonly swaps: boolean;
}
