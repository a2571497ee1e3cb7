import type { EventRecord, Value } from '../event/record.ts';

/** What a tag or joined stream holds: one event, the events of a repeat, or nothing. */
export type Slot = EventRecord | readonly EventRecord[] | null;

/** The shard's clock and zone; one object per shard, changed in place. */
export interface Env {
  /** Epoch ms. */
  now: number;
  /** IANA zone of calendar arithmetic. */
  readonly zone: string;
}

/** Computes an expression for an event, tags and clock. */
export type Evaluator = (event: EventRecord | null, slots: readonly Slot[], env: Env) => Value;

/** Tests a condition: true only when it is true, false when it is false or null. */
export type Predicate = (event: EventRecord | null, slots: readonly Slot[], env: Env) => boolean;
