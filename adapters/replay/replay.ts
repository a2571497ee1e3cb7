import { assertExact, type JudgeAccount, VERDICT } from '../../engine/cluster/chunk-judge.ts';
import { type Action, Coordinator, type JudgedChunk } from '../../engine/cluster/coordinator.ts';
import type { RuleLimits } from '../../engine/core/limits.ts';
import type { Notice } from '../../engine/core/notice.ts';
import type { Plan, StatementPlan } from '../../engine/plan/plan.ts';
import { ticksPerMs } from '../../engine/time/time-base.ts';
import { type ReadChunk, readChunks } from '../sources/chunks.ts';
import type { RecordChunk } from '../sources/record-cutter.ts';
import type { Split } from '../sources/splits.ts';
import { Pacer, WALL_CLOCK, type WallClock } from './pace.ts';
import type { OutRow, WorkerSetup } from './shard-worker.ts';
import { type ChunkRejection, LocalWorker, type WorkerListener, type Workers } from './workers.ts';

/** How to replay. */
export interface ReplayOptions {
  readonly plan: Plan;
  readonly splits: readonly Split[];
  /** Out-of-order bound, ticks. */
  readonly outOfOrder: number;
  readonly maxGap: number | null;
  /** Events with a time in [from, to) take part, ticks; infinite: no bound. */
  readonly from: number;
  readonly to: number;
  /** Field of a line that names its event type. */
  readonly typeField: string;
  /** Statements whose rows are wanted besides the alerts. */
  readonly printed: readonly number[];
  /** Queries that are run at the end, whose rows are wanted too; only without workers in other processes. */
  readonly queries?: readonly StatementPlan[];
  /** Bounds on what rules keep; those left out are the defaults. */
  readonly ruleLimits?: Partial<RuleLimits>;
  /** Event time runs so many times as fast as the wall clock; +Infinity: as fast as it goes. */
  readonly speed: number;
  /** Ends the replay early, with what is settled by then. */
  readonly signal: AbortSignal;
  readonly clock?: WallClock;
  /** Starts workers in other processes; without it the replay runs in this one. */
  readonly startWorkers?: (setup: WorkerSetup, listener: WorkerListener) => Workers;
  /** Alerts and rows in canonical order; false ends the replay. A promise makes it wait. */
  onRow(row: OutRow): boolean | Promise<boolean>;
  /** Records that take no part, in the order of reading. */
  onLeftOut(record: LeftOut): void | Promise<void>;
  onProgress?(progress: ReplayProgress): void;
  /** Something about the engine itself, from one of the workers. */
  onNotice?(notice: Notice, worker: number): void;
}

/** A record that takes no part. */
export interface LeftOut {
  readonly kind: 'rejected' | 'late' | 'quarantined';
  readonly split: Split;
  readonly line: number;
  readonly reason: string;
  /** Event time, ticks; null when it has none. */
  readonly time: number | null;
  /** The record itself, as text; null when it was too long. */
  readonly raw: string | null;
}

/** How far a replay is. */
export interface ReplayProgress {
  readonly account: JudgeAccount;
  /** Bytes of the files read so far. */
  readonly bytesRead: number;
}

/** How a replay ended. */
export interface ReplayResult {
  readonly account: JudgeAccount;
  /** False when it was ended early: by the signal or by `onRow`. */
  readonly isComplete: boolean;
}

/** Chunks under way at a time. Part of the answer's definition only as far as the order of rejected lines goes. */
const DEPTH = 4;

/** Replays recorded records through the rules, in event-time order, and accounts for every one of them. */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const job = new ReplayJob(options);
  try {
    return await job.run();
  } finally {
    await job.close();
  }
}

/** A chunk whose records may still be asked for. */
interface OpenChunk {
  readonly records: RecordChunk | null;
  readonly rejected: ChunkRejection[];
  readonly bytesRead: number;
  /** Gives the bytes of its records back. */
  release(): void;
}

class ReplayJob implements WorkerListener {
  private readonly options: ReplayOptions;
  private readonly coordinator: Coordinator<OutRow>;
  private readonly workers: Workers;
  private readonly readers: readonly AsyncGenerator<ReadChunk>[];
  private readonly headless: Set<number>;
  private readonly pacer: Pacer | null;
  /** Chunks that are not settled, by number. */
  private readonly open = new Map<number, OpenChunk>();
  private readonly ended = new AbortController();
  private isReading = false;
  private failure: Error | null = null;
  /** Why a split cannot be read any further: ends the run once what was read is settled. */
  private unreadable: Error | null = null;
  private wake: () => void = () => {};
  private account: JudgeAccount;
  private records = 0;
  private readonly bytesRead: number[];

  constructor(options: ReplayOptions) {
    const { plan, splits, outOfOrder, maxGap, from, to, typeField, printed, speed } = options;
    this.options = options;
    const isAlone = options.startWorkers === undefined;
    const setup: WorkerSetup = {
      plan,
      typeField,
      printed,
      queries: options.queries ?? [],
      ruleLimits: options.ruleLimits ?? {},
      splits: splits.map(({ index, name, format, type }) => ({ index, name, format, type })),
      shards: [plan.statements.map(({ index }) => index)],
      withKeys: !isAlone,
      routing: null,
    };
    this.workers = options.startWorkers?.(setup, this) ?? new LocalWorker(setup, this);
    this.coordinator = new Coordinator({
      splits: splits.length,
      workers: this.workers.count,
      depth: DEPTH,
      outOfOrder,
      maxGap,
      from,
      to,
    });
    this.account = this.coordinator.judge.account();
    this.readers = splits.map((split) => readChunks(split, this.ended.signal));
    this.headless = new Set(splits.filter((split) => split.format === 'csv').map(({ index }) => index));
    this.bytesRead = splits.map(() => 0);
    this.pacer = Number.isFinite(speed)
      ? new Pacer(speed * ticksPerMs(plan.timeUnit), options.clock ?? WALL_CLOCK, this.onPace)
      : null;
    if (this.pacer !== null) this.coordinator.setLimit(Number.NEGATIVE_INFINITY);
  }

  /** Reads, acts and waits, until everything is settled or the end is wanted. */
  async run(): Promise<ReplayResult> {
    const { signal } = this.options;
    const onAbort = () => this.wake();
    signal.addEventListener('abort', onAbort);
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        const wantsMore = await this.act();
        if (this.failure !== null) throw this.failure;
        if (signal.aborted || !wantsMore) return { account: this.account, isComplete: false };
        if (this.unreadable !== null) {
          if (this.coordinator.isIdle) throw this.unreadable;
        } else if (!this.isReading) {
          const split = this.coordinator.nextRead();
          if (split === 'done' && this.coordinator.isIdle) return this.finish();
          if (typeof split === 'number') this.read(split);
        }
        await woken;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async close(): Promise<void> {
    this.pacer?.stop();
    await this.workers.close();
    this.ended.abort();
    // A reader that waits for its file cannot be waited for: standard input may stay silent.
    for (const reader of this.readers) reader.return(undefined).catch(() => {});
  }

  onTimes(worker: number, chunk: number, times: Float64Array, rejected: readonly ChunkRejection[]): void {
    for (const one of rejected) this.open.get(chunk)?.rejected.push(one);
    this.coordinator.onTimes(worker, chunk, times);
    this.wake();
  }

  onRows(worker: number, advance: number, rows: readonly OutRow[]): void {
    this.coordinator.onRows(worker, advance, rows);
    this.wake();
  }

  onNotice(worker: number, notice: Notice): void {
    this.options.onNotice?.(notice, worker);
  }

  onFailure(error: Error): void {
    this.failure ??= error;
    this.wake();
  }

  private readonly onPace = (eventTime: number): void => {
    this.coordinator.setLimit(eventTime);
    this.wake();
  };

  private read(split: number): void {
    this.isReading = true;
    (this.readers[split] as AsyncGenerator<ReadChunk>).next().then(
      ({ value, done }) => {
        this.isReading = false;
        if (done === true) {
          const number = this.coordinator.onEnd(split);
          this.open.set(number, { records: null, rejected: [], bytesRead: 0, release: () => {} });
        } else this.onChunk(split, value);
        this.wake();
      },
      (error) => {
        this.unreadable = error;
        this.wake();
      },
    );
  }

  private onChunk(split: number, chunk: ReadChunk): void {
    this.bytesRead[split] = chunk.bytesRead;
    const records = this.headless.has(split) ? this.withoutHeader(split, chunk) : chunk;
    if (records.count === 0) return chunk.release();
    this.records += records.count;
    const number = this.coordinator.onChunk(split, records.count, this.workers.nextOwner);
    const bytesRead = this.bytesRead.reduce((sum, one) => sum + one, 0);
    this.open.set(number, { records, rejected: [], bytesRead, release: chunk.release });
    this.workers.decode(number, split, records);
  }

  /** The first record of CSV goes to all workers. */
  private withoutHeader(split: number, chunk: ReadChunk): RecordChunk {
    this.headless.delete(split);
    const { bytes, starts, ends, lines, count } = chunk;
    this.workers.header(split, bytes.toString('utf8', starts[0], Math.max(ends[0] as number, 0)));
    return {
      bytes,
      starts: starts.subarray(1),
      ends: ends.subarray(1),
      lines: lines.subarray(1),
      count: count - 1,
    };
  }

  /** Does what the coordinator wants done; false when no more rows are wanted. */
  private async act(): Promise<boolean> {
    for (;;) {
      const actions = this.coordinator.takeActions();
      if (actions.length === 0) return true;
      for (const action of actions) if (!(await this.perform(action))) return false;
    }
  }

  private async perform(action: Action<OutRow>): Promise<boolean> {
    switch (action.kind) {
      case 'verdicts':
        this.workers.admit(action.chunk, action.verdicts);
        if (Number.isFinite(this.coordinator.judge.leastTime)) {
          this.pacer?.start(this.coordinator.judge.leastTime);
        }
        return true;
      case 'advance':
        this.workers.advance(action.advance);
        return true;
      case 'settled':
        await this.settle(action);
        return true;
      case 'rows':
        for (const row of action.rows) {
          const goesOn = this.options.onRow(row);
          if (goesOn !== true && !(await goesOn)) return false;
        }
        return true;
    }
  }

  private async settle(judged: JudgedChunk): Promise<void> {
    const chunk = this.open.get(judged.chunk) as OpenChunk;
    this.open.delete(judged.chunk);
    this.account = judged.account;
    // First, so that the account is known where a record ends the run.
    this.options.onProgress?.({ account: judged.account, bytesRead: chunk.bytesRead });
    if (chunk.records !== null) await this.tellLeftOut(judged, chunk.records, chunk.rejected);
    chunk.release();
  }

  private async tellLeftOut(
    { verdicts, times, split }: JudgedChunk,
    records: RecordChunk,
    rejected: readonly ChunkRejection[],
  ): Promise<void> {
    const reasons = new Map(rejected.map(({ record, reason }) => [record, reason]));
    for (let i = 0; i < verdicts.length; i++) {
      const verdict = verdicts[i];
      if (verdict === VERDICT.admitted || verdict === VERDICT.outside) continue;
      const kind =
        verdict === VERDICT.late ? 'late' : verdict === VERDICT.rejected ? 'rejected' : 'quarantined';
      const [start, end] = [records.starts[i] as number, records.ends[i] as number];
      const waiting = this.options.onLeftOut({
        kind,
        split: this.options.splits[split] as Split,
        line: records.lines[i] as number,
        reason: kind === 'rejected' ? (reasons.get(i) ?? '') : REASONS[kind],
        time: kind === 'rejected' ? null : (times[i] as number),
        raw: end < start ? null : records.bytes.toString('utf8', start, end),
      });
      if (waiting !== undefined) await waiting;
    }
  }

  private finish(): ReplayResult {
    assertExact(this.account, this.records);
    return { account: this.account, isComplete: true };
  }
}

const REASONS = {
  late: 'earlier than the out-of-order bound allows (--out-of-order)',
  quarantined: 'further ahead of the split than --max-gap',
} as const;
