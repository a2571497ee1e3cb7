import type { EventRecord, Value } from '../event/record.ts';
import { compareOrigins, comparePositions } from '../query/origins.ts';

/** One output row of a statement, before it becomes an alert or a printed line. */
export interface Row {
  /** Index of the statement in the plan. */
  readonly statement: number;
  /** Event time of the match: of its last event, or the due time of the timer that completed it. Ticks. */
  readonly time: number;
  /** `remove`: a row of the remove stream. */
  readonly kind: 'insert' | 'remove';
  /** Values in the order of the statement's columns. */
  readonly values: readonly Value[];
  /** The admitted event being processed when the row came out; null when a timer made it. */
  readonly trigger: EventRecord | null;
  /** Admitted events that contributed, in order of (time, split, offset), no duplicates. */
  readonly origins: readonly EventRecord[];
  /** For rows that `order by` put in order, the running number too; else 0. Such rows come from one shard. */
  readonly rank: number;
  /** Running number of the row in its shard; orders rows that agree in everything else. */
  readonly ordinal: number;
}

/**
 * The order in which rows leave an engine, whatever the number of shards: time, timers before events, the triggering
 * event's position, statement, the order that `order by` gave, contributing events from the oldest on, then the shard's
 * own order. Rows that agree in all but the last come from one shard.
 */
export function compareRows(a: Row, b: Row): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.trigger === null || b.trigger === null) {
    if (a.trigger !== b.trigger) return a.trigger === null ? -1 : 1;
  } else {
    const byTrigger = comparePositions(a.trigger, b.trigger);
    if (byTrigger !== 0) return byTrigger;
  }
  if (a.statement !== b.statement) return a.statement - b.statement;
  return a.rank - b.rank || compareOrigins(a.origins, b.origins) || a.ordinal - b.ordinal;
}
