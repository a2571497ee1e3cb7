import type { Expr } from '../expr/ir.ts';

/**
 * How the inputs of a query are joined. A row holds one event of each input, by the slot of the input's number; in an
 * outer join null where there is none. The clauses of the query see these slots.
 */
export interface JoinPlan {
  /** Entry i joins input i + 1 to those before it. */
  readonly links: readonly JoinLink[];
  /** By input: `unidirectional`. Only its events make rows, and they are not kept. */
  readonly unidirectional: readonly boolean[];
}

/**
 * One link. `left` keeps what the earlier inputs have without a partner, `right` what the later one has, `full` both.
 * Commas are inner joins without `on`.
 */
export interface JoinLink {
  readonly kind: 'inner' | 'left' | 'right' | 'full';
  readonly on: readonly JoinKey[];
}

/** `on a.x = b.y`: fields of two inputs, the lower number first. */
export interface JoinKey {
  readonly left: Expr;
  readonly right: Expr;
}
