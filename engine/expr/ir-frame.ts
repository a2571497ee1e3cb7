import type { ValueType } from '../event/types.ts';
import type { Expr } from './ir.ts';

/** Expressions that read what the query at work provides, from `Env.frame`. */

interface Typed {
  readonly type: ValueType;
}

/** Value of an aggregate of the query for the current group, by its index in the plan; from `Env.frame`. */
export interface AggregateExpr extends Typed {
  readonly op: 'aggregate';
  readonly index: number;
  /** Arguments evaluated on reading: the index of `first(x, 1)`, the key of `sorted(x).floorEvent(y)`. */
  readonly args: readonly Expr[];
}

/** Value for another item of a window; `index` into the query's `previous`, `offset` how far; from `Env.frame`. */
export interface PreviousExpr extends Typed {
  readonly op: 'previous';
  readonly index: number;
  readonly offset: Expr | null;
}

/** `grouping(key)` with one key: 1 when the row is summed up over the key, else 0; `grouping_id`: those bits in order. */
export interface GroupingExpr extends Typed {
  readonly op: 'grouping';
  /** Indexes of keys in the query's `group by`. */
  readonly keys: readonly number[];
}

/** A value that the surrounding construct provides by name, such as `current_count` of a window; from `Env.frame`. */
export interface LocalExpr extends Typed {
  readonly op: 'local';
  readonly name: string;
}
