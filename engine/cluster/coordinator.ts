import { assert } from '../core/assert.ts';
import { ChunkJudge, type JudgeAccount, type JudgeOptions } from './chunk-judge.ts';
import { ReadSchedule } from './read-schedule.ts';
import { compareRowKeys } from './row-key.ts';

/**
 * The coordinator of a job as a state machine: chunks of records go in, verdicts and merged rows come out, whatever the
 * number of workers and the order of their answers.
 *
 * The naive ways fail: a worker that judges lateness itself sees only a part of a split, so its watermark differs with
 * the number of workers; rows written as they come are in another order on each run. So:
 *
 * 1. A chunk is read; it has an owner, the worker that decodes it and answers with the times of its records (`onTimes`).
 * 2. When a chunk's times are complete and all chunks before it are judged, it is judged (`verdicts`): the watermark is
 *    that of one process reading the same chunks.
 * 3. All workers get the verdicts and the new watermark (`advance`) and answer with the rows that are final (`onRows`).
 * 4. When the rows of an advance are complete and all before it are out, they are merged and given out (`rows`), and the
 *    chunk is `settled`.
 *
 * At most `depth` chunks are under way, so nothing queues without bound. One process is the case of one worker.
 */
export class Coordinator<R extends KeyedRow> {
  readonly judge: ChunkJudge;
  private readonly options: CoordinatorOptions;
  private readonly schedule: ReadSchedule;
  /** Chunks not judged yet, the first has number `judged`. */
  private readonly open: OpenChunk[] = [];
  private judged = 0;
  /** Judged chunks whose watermark is not sent yet. */
  private readonly unsent: JudgedChunk[] = [];
  private readonly advances: OpenAdvance<R>[] = [];
  private nextAdvance = 0;
  private firstAdvance = 0;
  private sentRelease = Number.NEGATIVE_INFINITY;
  private start: number | null = null;
  private limit = Number.POSITIVE_INFINITY;
  private readonly actions: Action<R>[] = [];
  private openSplits: number;

  constructor(options: CoordinatorOptions) {
    this.options = options;
    this.judge = new ChunkJudge(options);
    this.schedule = new ReadSchedule(options.splits, options.depth);
    this.openSplits = options.splits;
  }

  /** The split to read next; `wait` until another chunk is settled; `done`: everything is read. */
  nextRead(): number | 'wait' | 'done' {
    return this.schedule.choose();
  }

  /** Whether everything that was read is settled. */
  get isIdle(): boolean {
    return this.open.length === 0 && this.unsent.length === 0 && this.advances.length === 0;
  }

  /** A chunk of `count` records of the split given by `nextRead` goes to the worker that owns it; gives its number. */
  onChunk(split: number, count: number, owner: number): number {
    this.open.push({ split, hasEnded: false, count, owner, times: null });
    return this.opened(split, false);
  }

  /** The split given by `nextRead` has ended. */
  onEnd(split: number): number {
    this.open.push({ split, hasEnded: true, count: 0, owner: -1, times: new Float64Array(0) });
    return this.opened(split, true);
  }

  /** The owner of a chunk answers with the times of its records, in their order; NaN: rejected. */
  onTimes(worker: number, chunk: number, times: Float64Array): void {
    const open = this.open[chunk - this.judged];
    const isAsked = open?.owner === worker && open.times === null;
    assert(isAsked, `worker ${worker} answers for chunk ${chunk}, unasked`);
    assert(
      times.length === open.count,
      `worker ${worker} gave ${times.length} times for ${open.count} records`,
    );
    open.times = times;
    this.judgeReady();
  }

  /** A worker answers an advance with its rows, in canonical order. */
  onRows(worker: number, advance: number, rows: readonly R[]): void {
    const open = this.advances[advance - this.firstAdvance];
    const isAsked = open?.waitsFor.delete(worker) === true;
    assert(open !== undefined && isAsked, `worker ${worker} answers advance ${advance}, unasked`);
    open.rows[worker] = rows;
    for (let first = this.advances[0]; first?.waitsFor.size === 0; first = this.advances[0]) {
      this.advances.shift();
      this.firstAdvance++;
      if (first.chunk !== null) {
        this.schedule.settled(first.chunk.split, first.chunk.splitWatermark);
        this.actions.push({ kind: 'settled', ...first.chunk });
      }
      const merged = mergeRows(first.rows);
      if (merged.length > 0) this.actions.push({ kind: 'rows', rows: merged });
    }
  }

  /** Event time may not go beyond this for now (replay at a pace); may only grow. Unlimited at first. */
  setLimit(eventTime: number): void {
    this.limit = eventTime;
    this.sendAdvances();
  }

  /** What is to be done, in order; each action is given once. */
  takeActions(): readonly Action<R>[] {
    return this.actions.splice(0);
  }

  private opened(split: number, hasEnded: boolean): number {
    const chunk = this.schedule.read(split, hasEnded);
    this.judgeReady();
    return chunk;
  }

  private judgeReady(): void {
    for (let chunk = this.open[0]; chunk !== undefined && chunk.times !== null; chunk = this.open[0]) {
      this.open.shift();
      const { split, times, hasEnded } = chunk;
      const verdicts = this.judge.judge(split, times);
      const { clocks } = this.judge;
      const splitWatermark = clocks.watermarkOf(split);
      if (hasEnded) {
        clocks.close(split);
        this.openSplits--;
      }
      const number = this.judged++;
      if (!hasEnded) this.actions.push({ kind: 'verdicts', chunk: number, verdicts });
      this.unsent.push({
        chunk: number,
        split,
        times,
        verdicts,
        splitWatermark,
        release: clocks.watermark(),
        isLast: this.openSplits === 0,
        account: this.judge.account(),
      });
    }
    this.sendAdvances();
  }

  private sendAdvances(): void {
    for (let first = this.unsent[0]; first !== undefined; first = this.unsent[0]) {
      const needs = first.isLast ? this.judge.greatestTime : first.release;
      if (needs > this.limit) {
        if (this.limit > this.sentRelease) this.sendAdvance(this.limit, null);
        return;
      }
      this.unsent.shift();
      this.sendAdvance(first.release, first);
    }
  }

  private sendAdvance(release: number, chunk: JudgedChunk | null): void {
    const { from, to, workers } = this.options;
    const { leastTime, greatestTime } = this.judge;
    if (this.start === null && release > leastTime) this.start = Number.isFinite(from) ? from : leastTime;
    const isFinal = chunk?.isLast === true;
    const end = Number.isFinite(to) ? to : greatestTime;
    this.sentRelease = Math.max(this.sentRelease, release);
    const number = this.nextAdvance++;
    const waitsFor = new Set(Array.from({ length: workers }, (_, worker) => worker));
    this.advances.push({ chunk, waitsFor, rows: [] });
    const clock = isFinal ? end : Math.min(release, greatestTime);
    this.actions.push({
      kind: 'advance',
      advance: { number, release, clock, start: this.start, isFinal },
    });
  }
}

/** How a job is coordinated. */
export interface CoordinatorOptions extends JudgeOptions {
  readonly workers: number;
  /** Chunks under way at most; the same for every number of workers, since the order of reading depends on it. */
  readonly depth: number;
}

/** A row with its place in the canonical order (`rowKey`); with one worker the place is not looked at. */
export interface KeyedRow {
  readonly key: Float64Array;
}

/** What a worker does next: release its buffered events, move its clock, give out what is final. */
export interface Advance {
  readonly number: number;
  /** Events before this time are complete, ticks. */
  readonly release: number;
  /** Where the clock goes after them; rows before it are final. */
  readonly clock: number;
  /** When the shards' clocks start, ticks; null: no event is released yet. */
  readonly start: number | null;
  /** Nothing follows: all rows are final. */
  readonly isFinal: boolean;
}

/** What the coordinator wants done. */
export type Action<R> =
  /** The verdicts on a chunk's records, in their order, for the workers that get some of them. */
  | { readonly kind: 'verdicts'; readonly chunk: number; readonly verdicts: Uint8Array }
  /** For every worker. */
  | { readonly kind: 'advance'; readonly advance: Advance }
  /** Chunks are settled in the order they were read; `account` is that after the chunk. */
  | ({ readonly kind: 'settled' } & JudgedChunk)
  | { readonly kind: 'rows'; readonly rows: readonly R[] };

/** A chunk with its verdicts. */
export interface JudgedChunk {
  readonly chunk: number;
  readonly split: number;
  /** Event times of its records; NaN: rejected. */
  readonly times: Float64Array;
  readonly verdicts: Uint8Array;
  /** The split's own watermark after it. */
  readonly splitWatermark: number;
  /** The job's watermark after it. */
  readonly release: number;
  /** All splits have ended. */
  readonly isLast: boolean;
  readonly account: JudgeAccount;
}

interface OpenChunk {
  readonly split: number;
  readonly hasEnded: boolean;
  readonly count: number;
  readonly owner: number;
  /** Null until the owner has answered. */
  times: Float64Array | null;
}

interface OpenAdvance<R> {
  readonly chunk: JudgedChunk | null;
  readonly waitsFor: Set<number>;
  /** By worker. */
  readonly rows: (readonly R[])[];
}

/** Merges rows of workers, each list in order; equal keys keep the order of workers. */
function mergeRows<R extends KeyedRow>(lists: readonly (readonly R[])[]): readonly R[] {
  const filled = lists.filter((rows) => rows.length > 0);
  if (filled.length < 2) return filled[0] ?? [];
  // The sort is stable and finds the runs by itself.
  return filled.flat().sort((a, b) => compareRowKeys(a.key, b.key));
}
