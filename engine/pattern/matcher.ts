import type { EventRecord } from '../event/record.ts';
import type { Backend, Env, Slot } from '../expr/evaluate.ts';
import type { Timers } from '../time/timer-queue.ts';
import type { EventMaker } from './contained.ts';
import type { BudgetSetup } from './limit-reporter.ts';
import type { EventReader, EventWriter } from './snapshot.ts';

/** What a matcher needs from the statement it works for. */
export interface MatcherHost {
  readonly statement: number;
  readonly env: Env;
  readonly timers: Timers;
  readonly maker: EventMaker;
  readonly backend: Backend;
  /** Bounds on what the pattern keeps. */
  readonly budget: BudgetSetup;
  /** A complete match: the tags by slot. The array is never changed afterwards. */
  onMatch(slots: readonly Slot[]): void;
}

/**
 * Finds the matches of one pattern. An event comes in two phases, because all filters an event hits are found before
 * any of them acts: one `collect` per atom whose own condition the event passes (in rank order), then one `dispatch`.
 */
export interface PatternMatcher {
  /** Begins at the clock's present time. `given`: what the first slots hold then; only the tree matcher takes it. */
  start(given?: readonly Slot[]): void;
  /** Notes the waiting states of filter node `atom` (index in `PatternProgram.atoms`) that the event satisfies. */
  collect(atom: number, event: EventRecord): void;
  /** Lets the noted states act, each with its event. */
  dispatch(): void;
  /** Ends whatever holds one of these events: they are part of a match (`@DiscardPartialsOnMatch`). */
  discard(events: ReadonlySet<EventRecord>): void;
  /** Ends all states and timers. */
  stop(): void;
  /** Everything needed to go on later, as JSON; events go through the writer. */
  snapshot(writer: EventWriter): unknown;
  /** Takes up a snapshot of the same program; instead of `start`. */
  restore(state: unknown, reader: EventReader): void;
}
