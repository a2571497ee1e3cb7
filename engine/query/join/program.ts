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
  /** Whether a row may be found from the event of one stream and not from that of another. */
  readonly isLopsided: boolean;
}

/** The indexes of a stream; none when it is never looked up. */
export interface TableProgram {
  readonly indexes: readonly IndexProgram[];
}

/** An index over the events of a stream, which are `CURRENT` here. Without keys it is a list of all. */
export interface IndexProgram {
  readonly keys: readonly Expr[];
  /** A number or text by which the events of equal keys are sorted; null: they are not. */
  readonly sort: Expr | null;
}

/** How the rows with a given event are found. In all expressions the streams are slots. */
export type Probe = SequenceProbe | TreeProbe | AloneProbe;

/** A look-up of the events of one stream. */
export interface LookUp {
  readonly stream: number;
  /** Index of `TableProgram.indexes` of that stream. */
  readonly index: number;
  /** Values to look up, as many as the index has keys, over the streams before. */
  readonly keys: readonly Expr[];
  /**
   * By key, whether null is equal to null. As in Esper it is for `on` of outer and of unidirectional joins; `where`, and
   * `on` of other inner joins, are conditions, in which null is equal to nothing.
   */
  readonly matchesNull: readonly boolean[];
  /** For a sorted index, what the value lies between. A look-up may find more: the conditions are tested all the same. */
  readonly bounds: BoundsProgram | null;
}

/** Ends of a range over the streams before; null: open on that side. Reversed ends are exchanged. */
export interface BoundsProgram {
  readonly low: Expr | null;
  readonly includesLow: boolean;
  readonly high: Expr | null;
  readonly includesHigh: boolean;
}

/** Inner join: stream by stream, each with all that is known by then. */
export interface SequenceProbe {
  readonly kind: 'sequence';
  readonly root: number;
  /** Conditions on the event itself. Null: none. */
  readonly condition: Expr | null;
  readonly steps: readonly ProbeStep[];
}

/** The look-up of one stream, and what further has to hold of the streams known by then. */
export interface ProbeStep extends LookUp {
  readonly condition: Expr | null;
}

/** Outer join: from the event along the links to all other streams. */
export interface TreeProbe {
  readonly kind: 'tree';
  readonly root: number;
  /** Streams that are linked to the event's own. */
  readonly branches: readonly ProbeBranch[];
  /** What has to hold of a whole row. */
  readonly condition: Expr | null;
}

/** The look-up of a stream from the one it is linked to, and those that are reached through it. */
export interface ProbeBranch extends LookUp {
  /** Whether there is no row without an event of it; else it is null in the row. */
  readonly isRequired: boolean;
  readonly branches: readonly ProbeBranch[];
}

/** All streams are unidirectional: each event makes a row of its own. */
export interface AloneProbe {
  readonly kind: 'alone';
  readonly root: number;
  readonly condition: Expr | null;
}
