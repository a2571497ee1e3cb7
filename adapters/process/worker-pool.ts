import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { VERDICT } from '../../engine/cluster/chunk-judge.ts';
import type { Advance } from '../../engine/cluster/coordinator.ts';
import { derivePlacement } from '../../engine/cluster/placement.ts';
import { deriveRoutes } from '../../engine/cluster/router.ts';
import type { Notice } from '../../engine/core/notice.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { LimitError, type Share, type WorkerSetup } from '../replay/shard-worker.ts';
import type { WorkerListener, Workers } from '../replay/workers.ts';
import { BufferPool } from '../sources/buffer-pool.ts';
import type { RecordChunk } from '../sources/record-cutter.ts';
import { FROM_WORKER, frame, numberBytes, readFrames, TO_WORKER } from './frames.ts';
import { advanceFrame, decodeFrame, readRows, readTimes, takeFrame } from './messages.ts';

/** Starts worker processes for a plan; each runs its part of every shard that has a key, worker 0 the rest. */
export function startProcesses(
  plan: Plan,
  count: number,
  setup: WorkerSetup,
  listener: WorkerListener,
): Workers {
  return new ProcessWorkers(plan, count, setup, listener);
}

/** What is kept of a chunk until it is judged. */
interface SentChunk {
  readonly split: number;
  readonly records: RecordChunk;
  readonly owner: number;
  /** By worker, once the owner has answered. */
  shares: readonly Share[];
}

/**
 * The workers in other processes. Each decodes a chunk in turn and tells which of its records go where; what is for other
 * workers is sent to them when it is admitted, as bytes, and decoded again there: that takes less time than anything that
 * this process could do with each record. Where no shard has a key, worker 0 does everything.
 */
class ProcessWorkers implements Workers {
  readonly count: number;
  nextOwner = 0;
  private readonly listener: WorkerListener;
  private readonly hasKeys: boolean;
  private readonly children: readonly ChildProcess[];
  private readonly sent = new Map<number, SentChunk>();
  /** For the records that are on their way to other workers. */
  private readonly pool = new BufferPool();
  private isClosing = false;

  constructor(plan: Plan, count: number, setup: WorkerSetup, listener: WorkerListener) {
    this.count = count;
    this.listener = listener;
    const { shards } = derivePlacement(plan);
    this.hasKeys = shards.some(({ keys }) => keys !== null);
    const routes = deriveRoutes(plan, shards);
    this.children = Array.from({ length: count }, (_, worker) => this.start(worker));
    for (let worker = 0; worker < count; worker++) {
      const own = shards.map(({ keys, statements }) => (keys === null && worker > 0 ? null : statements));
      const routing = { worker, workers: count, routes };
      const text = JSON.stringify({ ...setup, shards: own, withKeys: true, routing } satisfies WorkerSetup);
      this.write(worker, [frame(TO_WORKER.setup, Buffer.from(text))]);
    }
  }

  header(split: number, text: string): void {
    const bytes = frame(TO_WORKER.header, numberBytes(split), Buffer.from(text));
    for (let worker = 0; worker < this.count; worker++) this.write(worker, [bytes]);
  }

  decode(chunk: number, split: number, records: RecordChunk): void {
    const owner = this.nextOwner;
    if (this.hasKeys) this.nextOwner = (owner + 1) % this.count;
    this.sent.set(chunk, { split, records, owner, shares: [] });
    this.write(owner, decodeFrame(chunk, { split, ...records }));
  }

  admit(chunk: number, verdicts: Uint8Array): void {
    const { split, records, owner, shares } = this.sent.get(chunk) as SentChunk;
    this.sent.delete(chunk);
    this.write(owner, [frame(TO_WORKER.admit, verdicts)]);
    shares.forEach((share, worker) => {
      const { places, masks } = admitted(share, verdicts);
      if (places.length === 0) return;
      const part = cut(records, places, this.pool);
      const release = () => this.pool.release(part.bytes);
      this.write(worker, takeFrame({ split, ...part }, masks), release);
    });
  }

  advance(advance: Advance): void {
    const bytes = advanceFrame(advance);
    for (let worker = 0; worker < this.count; worker++) this.write(worker, [bytes]);
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await Promise.all(
      this.children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
        const ended = once(child, 'exit');
        // Nothing of a worker is wanted any more, and one that computes would not hear a request.
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }

  private start(worker: number): ChildProcess {
    const isSource = import.meta.filename.endsWith('.ts');
    const entry = join(import.meta.dirname, isSource ? 'worker-main.ts' : 'worker-main.js');
    const child = spawn(process.execPath, [entry], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'],
      env: { ...process.env, ...cacheSetting() },
    });
    child.on('error', (error) =>
      this.fail(new WorkerError(`worker ${worker} cannot start: ${error.message}`)),
    );
    // Not at its exit: what it had to say of its end may still be in the pipe.
    child.on('close', (code, signal) => this.fail(endOf(worker, code, signal)));
    // What goes wrong with the pipe of a worker that ended is told by its end.
    (child.stdio[3] as Writable).on('error', () => {});
    readFrames(child.stdio[4] as Readable, (kind, content) => this.onFrame(worker, kind, content));
    return child;
  }

  private onFrame(worker: number, kind: number, content: Buffer): void {
    if (this.isClosing) return;
    if (kind === FROM_WORKER.failure) {
      const { isLimit, message } = JSON.parse(content.toString()) as { isLimit: boolean; message: string };
      return this.fail(isLimit ? new LimitError(message) : new Error(`worker ${worker}: ${message}`));
    }
    if (kind === FROM_WORKER.notice) {
      return this.listener.onNotice(worker, JSON.parse(content.toString()) as Notice);
    }
    if (kind === FROM_WORKER.rows) {
      const { advance, rows } = readRows(content);
      return this.listener.onRows(worker, advance, rows);
    }
    const { chunk, times, rejected, shares } = readTimes(content);
    const sent = this.sent.get(chunk);
    if (sent !== undefined) sent.shares = shares;
    this.listener.onTimes(worker, chunk, times, rejected);
  }

  /**
   * Writes a frame, in parts that are not copied and must stay as they are until `onWritten`, which may come never: where the
   * worker is gone.
   */
  private write(worker: number, parts: readonly Uint8Array[], onWritten: () => void = () => {}): void {
    const pipe = this.children[worker]?.stdio[3] as Writable;
    if (!pipe.writable) return;
    pipe.cork();
    parts.forEach((part, i) => {
      if (i + 1 < parts.length) pipe.write(part);
      else pipe.write(part, (error) => (error ? undefined : onWritten()));
    });
    pipe.uncork();
  }

  private fail(error: Error): void {
    if (!this.isClosing) this.listener.onFailure(error);
  }
}

/** A worker process that was ended from outside; the message is for the user. */
export class WorkerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WorkerError';
  }
}

/** Signals with which a system or a process itself ends one that needs too much memory. */
const OUT_OF_MEMORY: readonly (string | null)[] = ['SIGKILL', 'SIGABRT', 'SIGTRAP'];

function endOf(worker: number, code: number | null, signal: string | null): Error {
  if (signal === null) return new Error(`worker ${worker} ended unexpectedly with code ${code}`);
  const advice = OUT_OF_MEMORY.includes(signal)
    ? '; if memory ran out, use fewer --workers or shorter windows'
    : '';
  return new WorkerError(`worker ${worker} was killed (${signal})${advice}`);
}

/** The records of a share that take part. */
function admitted({ places, masks }: Share, verdicts: Uint8Array): Share {
  const isAdmitted = (place: number) => verdicts[place] === VERDICT.admitted;
  if (places.every(isAdmitted)) return { places, masks };
  return {
    places: places.filter(isAdmitted),
    masks: masks.filter((_, i) => isAdmitted(places[i] as number)),
  };
}

/** The records at some places of a chunk, with their bytes side by side. */
function cut(records: RecordChunk, places: Int32Array, pool: BufferPool): RecordChunk {
  const count = places.length;
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  const lines = new Float64Array(count);
  let size = 0;
  for (let i = 0; i < count; i++) {
    const place = places[i] as number;
    starts[i] = size;
    size += (records.ends[place] as number) - (records.starts[place] as number);
    ends[i] = size;
    lines[i] = records.lines[place] as number;
  }
  const bytes = pool.take(size);
  for (let i = 0; i < count; i++) {
    const place = places[i] as number;
    const [from, to] = [records.starts[place] as number, records.ends[place] as number];
    records.bytes.copy(bytes, starts[i] as number, from, to);
  }
  return { bytes, starts, ends, lines, count };
}

/** Workers find the compiled modules where this process keeps them. */
function cacheSetting(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
