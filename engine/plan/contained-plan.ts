import type { Expr } from '../expr/ir.ts';

/**
 * `Type[books][chapters]`: leads from an event to the events inside it. Expressions see the outer event as slot 0 and the
 * events of the levels passed so far as slots 1, 2, ….
 */
export interface ContainedPlan {
  /** Outermost first. */
  readonly levels: readonly ContainedLevel[];
  /** Columns of the resulting events over all slots; null: the events of the last level as they are. */
  readonly columns: readonly Expr[] | null;
  /** Type of the resulting events. */
  readonly type: number;
}

/** One step into an event. */
export interface ContainedLevel {
  /** An array of events, one event, or plain values with `wraps`. */
  readonly source: Expr;
  readonly type: number;
  /** Plain values become events of the type, in its first field; maps by the names of its fields. */
  readonly wraps: boolean;
  readonly where: Expr | null;
}
