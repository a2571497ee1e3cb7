import type { EventRecord } from '../event/record.ts';
import type { PathNode } from './path.ts';

/**
 * The runs (partial matches) of a partition, ordered by their beginning: for each the state that waits for the next row,
 * the number of the row it began with, and its rows. They lie in one list rather than in objects, because a row of
 * another key touches memory that no row before it did: what an event costs is how many places it looks at.
 */
export type RunList = (number | PathNode)[];

/** Entries of a run. */
export const RUN = 3;

/** The state of the run at a place, which is a multiple of `RUN`. */
export function stateAt(runs: RunList, at: number): number {
  return runs[at] as number;
}

/** Number of the row that the run at a place began with. */
export function beginAt(runs: RunList, at: number): number {
  return runs[at + 1] as number;
}

/** The rows of the run at a place. */
export function pathAt(runs: RunList, at: number): PathNode {
  return runs[at + 2] as PathNode;
}

/** Number of runs in a list. */
export function runsIn(runs: RunList): number {
  return runs.length / RUN;
}

/** Puts a run at a place. */
export function putRun(runs: RunList, at: number, state: number, begin: number, path: PathNode): void {
  runs[at] = state;
  runs[at + 1] = begin;
  runs[at + 2] = path;
}

/** A key of `partition by`. */
export type RowKey = string | number | boolean | null;

/** The rows of one key. */
export class RowPartition {
  readonly key: RowKey;
  runs: RunList = [];
  /** The row before the one at hand, where `prev` is used; and those before that, newest first, where it reaches them. */
  last: EventRecord | null = null;
  earlier: EventRecord[] | null = null;

  constructor(key: RowKey) {
    this.key = key;
  }
}

/** A complete match. */
export interface RowMatch {
  /** Number of its first row. */
  readonly begin: number;
  /** Number of its last row. */
  readonly end: number;
  readonly path: PathNode;
  readonly partition: RowPartition;
}
