import type { ValueType } from '../event/types.ts';
import type { Expr } from '../expr/ir.ts';

/** A variable: one value that all statements of a shard see, or in each partition of a context one. */
export interface VariablePlan {
  readonly name: string;
  readonly type: ValueType;
  /** Its value never changes. */
  readonly constant: boolean;
  /** Value at the start; it may read the variables before it. Null: none. */
  readonly initial: Expr | null;
  /** Who sees it among rules compiled later: `public` keeps its name for good, `private` is seen by none. */
  readonly access: Access;
  /** Index of the context in whose partitions it has its values; null: it has one. */
  readonly context: number | null;
}

/** `@public`, `@private`, or neither. */
export type Access = 'public' | 'private' | 'default';

/** A declared expression as text, for rules compiled later. */
export interface ExpressionPlan {
  readonly name: string;
  /** `expression name {…}` as printed. */
  readonly text: string;
}
