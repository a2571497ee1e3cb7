import type { Expr } from '../../expr/ir.ts';

/**
 * How a join runs, as plain data with a printer: which indexes each stream keeps, and for an event of each stream in
 * which order the others are looked up.
 */
export interface JoinProgram {
  /** By stream. */
  readonly tables: readonly TableProgram[];
  /** By stream: how the rows with one of its events are found; null when its events make no rows. */
  readonly probes: readonly (Probe | null)[];
}

/** The indexes of a stream; none when it is never looked up. */
export interface TableProgram {
  readonly indexes: readonly IndexProgram[];
}

/** An index over the events of a stream, which are `CURRENT` here. Without keys it is a list of all. */
export interface IndexProgram {
  readonly keys: readonly Expr[];
}

/** How the rows with a given event are found: stream by stream, each with what is known by then. */
export interface Probe {
  readonly root: number;
  /** Conditions on the event itself; expressions see the streams as slots. Null: none. */
  readonly condition: Expr | null;
  readonly steps: readonly ProbeStep[];
}

/** The look-up of one stream. */
export interface ProbeStep {
  readonly stream: number;
  /** Index of `TableProgram.indexes` of that stream. */
  readonly index: number;
  /** Values to look up, as many as the index has keys, over the streams before. */
  readonly keys: readonly Expr[];
  /** What further has to hold of the streams known by now; null: nothing. */
  readonly condition: Expr | null;
}
