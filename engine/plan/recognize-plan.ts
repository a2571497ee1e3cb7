import type { Expr } from '../expr/ir.ts';
import type { AggregatePlan } from './query-plan.ts';

/**
 * `match_recognize`: finds rows of a stream that follow each other without a gap as a pattern says, apart for each key of
 * `partition by`, and makes one event of type `row` for each match.
 *
 * Conditions see the row under test as slot `CURRENT`, the rows of variables before it by the number of their variable
 * (several rows as an array), and after those, for `prev(x, n)`, the row that came `previous[i]` rows before the one
 * under test as slot `variables.length + i`. Measures see the variables by their slots.
 */
export interface RecognizePlan {
  /** Type of the events it makes; field i is measure i. */
  readonly row: number;
  readonly variables: readonly RowVariable[];
  readonly pattern: RowPattern;
  /** Keys over the row as `CURRENT`; empty: all rows are in one partition. */
  readonly partitionBy: readonly Expr[];
  /** How far each `prev` of the conditions looks back. */
  readonly previous: readonly number[];
  readonly measures: readonly Expr[];
  /** Aggregates of the measures, by the index of their `aggregate` nodes. */
  readonly aggregates: readonly MeasureAggregate[];
  /** `all matches`: also those that overlap. */
  readonly allMatches: boolean;
  readonly skip: RowSkip;
  readonly interval: RowInterval | null;
  /** Whether a condition or measure reads a variable of several rows: only then are all of its rows held. */
  readonly collects: boolean;
  /** `@Hint('iterate_only')`: matches are looked for only when somebody pulls. */
  readonly iterateOnly: boolean;
}

/** `after match skip …`: where the search goes on after a match. */
export type RowSkip = 'past-last' | 'to-next' | 'to-current';

/** `interval period [or terminated]`: matches wait so long after their first row for longer ones. */
export interface RowInterval {
  readonly period: Expr;
  /** Matches that cannot become longer leave at once. */
  readonly orTerminated: boolean;
}

/** A variable of the pattern. */
export interface RowVariable {
  readonly name: string;
  /** Whether it can stand for several rows: it repeats, or is written in several places. */
  readonly isMultiple: boolean;
  /** Null: true for every row. */
  readonly condition: Expr | null;
}

/** An aggregate of the measures, over the rows of one variable as its slot. */
export interface MeasureAggregate {
  readonly variable: number;
  readonly plan: AggregatePlan;
}

/** How often an element may come: once, `?`, `+` or `*`. */
export type RowTimes = 'one' | 'optional' | 'many' | 'any';

/** `{count}`, `{low,}`, `{low,high}` or `{,high}`, which has `low` null. */
export type RowBounds =
  | { readonly count: number }
  | { readonly low: number | null; readonly high: number | null };

/** What follows an element of the pattern. `reluctant`: fewer rows are preferred. */
export interface RowQuantifier {
  readonly times: RowTimes;
  readonly reluctant: boolean;
  readonly bounds: RowBounds | null;
}

/** The pattern of `match_recognize` as written. */
export type RowPattern =
  | { readonly op: 'variable'; readonly variable: number; readonly quantifier: RowQuantifier }
  /** In parentheses. */
  | { readonly op: 'group'; readonly child: RowPattern; readonly quantifier: RowQuantifier }
  /** One after the other; two or more. */
  | { readonly op: 'sequence'; readonly children: readonly RowPattern[] }
  /** `|`; two or more. */
  | { readonly op: 'choice'; readonly children: readonly RowPattern[] }
  /** `match_recognize_permute(…)`: in any order. */
  | { readonly op: 'permute'; readonly children: readonly RowPattern[] };
