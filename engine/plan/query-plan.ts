import type { MathContext } from '../event/decimal-division.ts';
import type { ValueType } from '../event/types.ts';
import type { Expr } from '../expr/ir.ts';
import type { ContainedPlan } from './contained-plan.ts';
import type { CrontabPlan } from './crontab-plan.ts';
import type { InsertPlan } from './plan.ts';

/**
 * The clauses of a query around its inputs, as plain data.
 *
 * A query works on items: an item is an event of a stream, or a match of a pattern with its tags. Expressions here see
 * an item as the inputs do: an event as slot `CURRENT`, tags by their slots.
 */

/** Which streams a `select` or `insert` takes. */
export type StreamSelector = 'istream' | 'rstream' | 'irstream';

/**
 * A data window, or a view that derives statistics: `#time(10 sec)`, `#groupwin(k)`, `#uni(price)`. Its name is the one
 * of the language in lower case (`ext_timed`, `length_batch`).
 */
export interface ViewPlan {
  readonly name: string;
  readonly args: readonly ViewArg[];
  /** Event type of what the view gives on when it is not its input: the statistics. −1: the items themselves. */
  readonly derived: number;
  /** Aggregates that the arguments of `expr` and `expr_batch` use, by the index of their `aggregate` nodes. */
  readonly aggregates: readonly AggregatePlan[];
  /** Of `groupwin` with the hint `reclaim_group_aged`: when keys that saw nothing are forgotten, ms. */
  readonly reclaim?: { readonly agedMs: number; readonly frequencyMs: number };
}

/** An argument of a view: an expression; `descending` is set for criteria of `sort` and `rank` that say `desc`. */
export interface ViewArg {
  readonly expr: Expr;
  readonly descending: boolean;
}

/** How several data windows of one stream combine. */
export type Retain = 'intersection' | 'union';

/** An aggregate function call; an `aggregate` node of an expression reads its value by index. */
export interface AggregatePlan {
  /** Name in lower case: `sum`, `lastever`, `window`, …; with an access method after a dot: `sorted.firstkey`. */
  readonly name: string;
  /** Type of its value. */
  readonly type: ValueType;
  readonly distinct: boolean;
  /** `count(*)`, `window(*)`: no arguments, `star`. */
  readonly star: boolean;
  /** In a join, the slot whose events `first`, `window`, `sorted` and the like hold; else `CURRENT`: the items. */
  readonly slot: number;
  readonly args: readonly ViewArg[];
  /** Filter argument; items for which it is not true are left out. */
  readonly filter: Expr | null;
  /** `group_by:(…)`: groups of its own; null: those of the query. */
  readonly groupBy: readonly Expr[] | null;
  /** How an average of decimals is rounded; exact when left out. */
  readonly context?: MathContext;
}

/** `group by`: keys, and for `rollup`, `cube`, `grouping sets` the sets of key indexes, most detailed first. */
export interface GroupByPlan {
  readonly keys: readonly Expr[];
  /** Null for plain grouping by all keys. */
  readonly sets: readonly (readonly number[])[] | null;
  /**
   * `@Hint('reclaim_group_aged=…,reclaim_group_freq=…')`, seconds: also groups unchanged for that long are forgotten;
   * `never` for `@Hint('disable_reclaim_group')`: not even empty ones are. Null when not asked for.
   */
  readonly reclaim: { readonly aged: Expr; readonly frequency: Expr } | 'never' | null;
}

/** One criterion of `order by`. */
export interface OrderPlan {
  readonly expr: Expr;
  readonly descending: boolean;
}

/** `limit … offset …`; the values are constants or variables. */
export interface LimitPlan {
  readonly count: Expr;
  readonly offset: Expr | null;
}

/**
 * What one row of a query is made of.
 *
 * | shape | rows |
 * |---|---|
 * | `simple` | one an item; no aggregates |
 * | `all` | aggregates only: one an update |
 * | `aggregateAll` | one an item, with the aggregates of all items |
 * | `grouped` | one a group; at each level of `rollup`, `cube`, `grouping sets` |
 * | `aggregateGrouped` | one an item, with the aggregates of its group |
 */
export type ResultShape = 'simple' | 'all' | 'aggregateAll' | 'grouped' | 'aggregateGrouped';

/** Which rows of an interval `output` lets out. `default`: all of them as they came. */
export type OutputKind = 'default' | 'all' | 'first' | 'last' | 'snapshot';

/** `output …`: when rows leave. */
export interface OutputPlan {
  readonly kind: OutputKind;
  /**
   * For `all` and `last`: updates are kept and looked at when rows leave, rather than at once; so with `order by` and
   * with `@Hint('disable_outputlimit_opt')`.
   */
  readonly isDeferred: boolean;
  /** `after`: nothing leaves before; a period, or a number of events. */
  readonly after: { readonly unit: 'time' | 'events'; readonly amount: Expr } | null;
  readonly rate: OutputRate;
  /** `and when terminated`: also when the context partition ends. */
  readonly terminated: OutputTerminated | null;
}

/** The condition of an output. */
export type OutputRate =
  /** Only `after`, or only `when terminated`. */
  | { readonly kind: 'none' }
  | { readonly kind: 'time'; readonly period: Expr }
  | { readonly kind: 'events'; readonly count: Expr }
  /** `at (minutes, hours, …)`: arguments of a crontab, as the pattern observer `timer:at` has them. */
  | { readonly kind: 'crontab'; readonly crontab: CrontabPlan }
  /** The condition reads `local` nodes named `count_insert`, `count_insert_total`, `count_remove`, …, `last_output_timestamp`. */
  | { readonly kind: 'when'; readonly condition: Expr; readonly assignments: readonly AssignmentPlan[] };

/** `when terminated [and condition] [then set …]`. */
export interface OutputTerminated {
  readonly condition: Expr | null;
  readonly assignments: readonly AssignmentPlan[];
}

/** A stream split into several; `all`: an item goes to every branch whose condition it passes, else to the first. */
export interface SplitPlan {
  readonly all: boolean;
  readonly branches: readonly SplitBranchPlan[];
}

/** One target of a split. Its expressions see the item, or with `contained` each of the events inside it. */
export interface SplitBranchPlan {
  readonly contained: ContainedPlan | null;
  readonly where: Expr | null;
  readonly columns: readonly Expr[];
  readonly insert: InsertPlan;
}

/** `field = value` or `field[index] = value`; all values are computed before any is set. */
export interface FieldUpdate {
  readonly field: number;
  readonly index: Expr | null;
  readonly value: Expr;
}

/** A part of a variable's value: an element of an array, a field of an event, an entry of a map. */
export type AssignedPart =
  | { readonly kind: 'element'; readonly index: Expr }
  | { readonly kind: 'field'; readonly field: number }
  | { readonly kind: 'entry'; readonly key: string };

/** `set variable = value`, or a part of it: `variable[index]`, `variable.field`. */
export interface AssignmentPlan {
  /** Index of the variable in the plan. */
  readonly variable: number;
  /** Null: the variable itself. */
  readonly part: AssignedPart | null;
  readonly value: Expr;
}

/**
 * Access to other items from a `prev…` or `prior` call; a `previous` node reads it by index.
 *
 * `prev(n, x)`, `prevtail(n, x)`: the value of x for another item of the window; `prevwindow(x)`: for all, newest first;
 * `prevcount(x)`: their number; `prior(n, x)`: by order of arrival, needs no window.
 */
export interface PreviousPlan {
  readonly kind: 'prev' | 'prevtail' | 'prevwindow' | 'prevcount' | 'prior';
  /** Index of the input. */
  readonly input: number;
  /** Value for the other item; of `prevcount` what it names, which makes the row one of the item. */
  readonly value: Expr | null;
  /** Of `prior`: how far, a constant. */
  readonly offset?: number;
}
