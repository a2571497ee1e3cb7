import type { Access } from './declared-plan.ts';
import type { AggregatePlan } from './query-plan.ts';

/** A table: rows that aggregates of `into table` statements, `insert into` and triggers keep up to date. */
export interface TablePlan {
  readonly kind: 'table';
  readonly name: string;
  /** Type of its rows: field i is column i. */
  readonly type: number;
  /** Columns of the primary key in their order; none: the table has one row at most. */
  readonly keys: readonly number[];
  /** Of each column: what it aggregates; null for a plain column. */
  readonly columns: readonly (TableAggregate | null)[];
  /** The context in whose partitions it has rows of its own; null for one table for all. */
  readonly context: number | null;
  /** Who sees it among rules compiled later. */
  readonly access: Access;
}

/** An aggregation column. */
export interface TableAggregate {
  /**
   * Functions of values see what an `into table` statement computed as the fields of an event in their order, those of
   * events (`window`, `sorted`, `lastever(*)`) the event itself.
   */
  readonly plan: AggregatePlan;
  /** Whether the call that feeds it must have a filter. */
  readonly isFiltered: boolean;
}

/** `into table`: the aggregates of the query are columns of a table instead of its own. */
export interface IntoTablePlan {
  /** Index of the table in `Plan.stores`. */
  readonly table: number;
  /** Column of each aggregate of the query. */
  readonly columns: readonly number[];
}
