import type { Advance } from '../../engine/cluster/coordinator.ts';
import type { Notice } from '../../engine/core/notice.ts';
import type { MatcherChoice } from '../../engine/pattern/planner.ts';
import type { RecordChunk } from '../sources/record-cutter.ts';
import { type OutRow, ShardWorker, type WorkerSetup } from './shard-worker.ts';

/** A record that is no event, by its place in the chunk. */
export interface ChunkRejection {
  readonly record: number;
  readonly reason: string;
}

/** What workers tell the job. They call at any time after they were asked, also within the call that asks. */
export interface WorkerListener {
  onTimes(worker: number, chunk: number, times: Float64Array, rejected: readonly ChunkRejection[]): void;
  onRows(worker: number, advance: number, rows: readonly OutRow[]): void;
  /** Something about the engine itself: a limit reached. */
  onNotice(worker: number, notice: Notice): void;
  /** A worker cannot go on. */
  onFailure(error: Error): void;
}

/** The workers of a job, in this process or in others. */
export interface Workers {
  readonly count: number;
  /** The header of a CSV split, before its first chunk. */
  header(split: number, text: string): void;
  /** The worker that will decode the next chunk. */
  readonly nextOwner: number;
  /** Gives a chunk to that worker, under its number. */
  decode(chunk: number, split: number, records: RecordChunk): void;
  admit(chunk: number, verdicts: Uint8Array): void;
  advance(advance: Advance): void;
  /** Ends the workers; nothing of them is left afterwards. */
  close(): Promise<void>;
}

/**
 * The only worker, in this process: answers within each call, unless the events of an advance take long. Then it goes on in
 * steps, so that interrupts and the clock of the machine are heard, and what is asked meanwhile waits for its turn.
 */
export class LocalWorker implements Workers {
  readonly count = 1;
  readonly nextOwner = 0;
  private readonly worker: ShardWorker;
  private readonly listener: WorkerListener;
  /** The advance under way; null: none is. */
  private running: { readonly advance: number; readonly steps: Generator<void, readonly OutRow[]> } | null =
    null;
  private readonly waiting: (() => void)[] = [];
  private isClosed = false;

  /** `matcher` as for a shard. */
  constructor(setup: WorkerSetup, listener: WorkerListener, matcher: MatcherChoice = 'auto') {
    this.worker = new ShardWorker(setup, (notice) => listener.onNotice(0, notice), matcher);
    this.listener = listener;
  }

  header(split: number, text: string): void {
    this.worker.header(split, text);
  }

  decode(chunk: number, split: number, records: RecordChunk): void {
    this.inTurn(() => {
      const { times, rejected } = this.worker.decode({ split, ...records });
      this.listener.onTimes(0, chunk, times, rejected);
    });
  }

  admit(_chunk: number, verdicts: Uint8Array): void {
    this.inTurn(() => this.worker.admit(verdicts));
  }

  advance(advance: Advance): void {
    this.inTurn(() => {
      this.running = { advance: advance.number, steps: this.worker.steps(advance) };
      this.step();
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  private inTurn(act: () => void): void {
    if (this.running === null) act();
    else this.waiting.push(act);
  }

  private step(): void {
    const { advance, steps } = this.running as NonNullable<typeof this.running>;
    const { done, value } = steps.next();
    if (done !== true) {
      setImmediate(() => this.goOn());
      return;
    }
    this.running = null;
    this.listener.onRows(0, advance, value);
    while (this.running === null && this.waiting.length > 0) this.waiting.shift()?.();
  }

  private goOn(): void {
    if (this.isClosed) return;
    try {
      this.step();
    } catch (error) {
      this.listener.onFailure(error as Error);
    }
  }
}
