import { type Origins, originList } from '../event/origins.ts';
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

/** A row as a shard makes it; the events behind it are listed when somebody asks for them. */
export class ShardRow implements Row {
  readonly statement: number;
  readonly time: number;
  readonly kind: Row['kind'];
  readonly values: readonly Value[];
  trigger: EventRecord | null = null;
  behind: Origins = NO_ORIGINS;
  rank = 0;
  ordinal = 0;

  constructor(statement: number, time: number, kind: Row['kind'], values: readonly Value[]) {
    this.statement = statement;
    this.time = time;
    this.kind = kind;
    this.values = values;
  }

  get origins(): readonly EventRecord[] {
    this.behind = originList(this.behind);
    return this.behind;
  }
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

const NO_ORIGINS: Origins = [];
