import type { EventRecord } from '../event/record.ts';
import type { PathNode } from './path.ts';

/** A partial match: a state that waits for the next row of its partition. */
export class RowRun {
  state: number;
  /** Number of the row it began with. */
  readonly begin: number;
  /** Clock at that row, epoch ms. */
  readonly beginTime: number;
  path: PathNode;

  constructor(state: number, begin: number, beginTime: number, path: PathNode) {
    this.state = state;
    this.begin = begin;
    this.beginTime = beginTime;
    this.path = path;
  }
}

/** A key of `partition by`. */
export type RowKey = string | number | boolean | null;

/** The rows of one key. */
export class RowPartition {
  readonly key: RowKey;
  /** Ordered by their beginning. */
  runs: RowRun[] = [];
  /** The rows that `prev` can reach, newest first. */
  readonly recent: EventRecord[] = [];

  constructor(key: RowKey) {
    this.key = key;
  }
}

/** A complete match. */
export interface RowMatch {
  readonly begin: number;
  readonly beginTime: number;
  /** Number of its last row. */
  readonly end: number;
  readonly path: PathNode;
  readonly partition: RowPartition;
}
