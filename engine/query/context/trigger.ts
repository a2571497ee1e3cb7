import type { EventRecord } from '../../event/record.ts';

/** The events that made a partition, which its statements get first. */
export interface Trigger {
  /** The event being processed; null when a timer or a pattern made the partition. */
  readonly event: EventRecord | null;
  /** Events of an `@inclusive` pattern, in the order of its tags. */
  readonly inclusive: readonly EventRecord[];
  /** Statements that get the events, by their index in the plan; left out: all. */
  readonly only?: ReadonlySet<number>;
}

/** Nothing for the statements of the new partition. */
export const NO_TRIGGER: Trigger = { event: null, inclusive: [] };
