import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Advance } from '../../engine/cluster/coordinator.ts';
import { derivePlacement } from '../../engine/cluster/placement.ts';
import { Router } from '../../engine/cluster/router.ts';
import type { Notice } from '../../engine/core/notice.ts';
import { Admission } from '../../engine/event/admission.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { type KeyScanner, makeKeyScanner } from '../codecs/key-scan.ts';
import { LimitError, OWNED, type WorkerSetup } from '../replay/shard-worker.ts';
import type { RoutedChunk, WorkerListener, Workers } from '../replay/workers.ts';
import type { RecordChunk } from '../sources/record-cutter.ts';
import { FROM_WORKER, frame, numberBytes, readFrames, TO_WORKER } from './frames.ts';
import { advanceFrame, batchFrame, readRows, readTimes } from './messages.ts';

/** Starts worker processes for a plan; each runs its part of every shard that has a key, worker 0 the rest. */
export function startProcesses(
  plan: Plan,
  count: number,
  setup: WorkerSetup,
  listener: WorkerListener,
): Workers {
  return new ProcessWorkers(plan, count, setup, listener);
}

/** What is kept of a chunk until it is judged: per worker the places of its records, and of those it owns. */
interface SentChunk {
  readonly records: readonly Int32Array[];
  readonly owned: readonly Int32Array[];
}

/** A chunk with the share of each worker. */
interface RoutedRecords {
  readonly split: number;
  readonly records: RecordChunk;
  readonly owners: Uint8Array;
  readonly parts: readonly Part[];
}

class ProcessWorkers implements Workers {
  readonly count: number;
  private readonly listener: WorkerListener;
  private readonly router: Router;
  private readonly scanners: readonly KeyScanner[];
  private readonly children: readonly ChildProcess[];
  private readonly sent = new Map<number, SentChunk>();
  private readonly noShard: Uint32Array;
  private isClosing = false;

  constructor(plan: Plan, count: number, setup: WorkerSetup, listener: WorkerListener) {
    this.count = count;
    this.listener = listener;
    this.noShard = new Uint32Array(count);
    const { shards } = derivePlacement(plan);
    this.router = new Router(plan, shards, count);
    const { typeField } = setup;
    const scan = { plan, admission: new Admission(plan), typeField, keys: this.router.keys };
    this.scanners = setup.splits.map((split) => makeKeyScanner(split, scan));
    this.children = Array.from({ length: count }, (_, worker) => this.start(worker));
    for (let worker = 0; worker < count; worker++) {
      const own = shards.map(({ keys, statements }) => (keys === null && worker > 0 ? null : statements));
      const text = JSON.stringify({ ...setup, shards: own, withKeys: true } satisfies WorkerSetup);
      this.write(worker, frame(TO_WORKER.setup, Buffer.from(text)));
    }
  }

  header(split: number, text: string): void {
    (this.scanners[split] as KeyScanner).header(text);
    const bytes = frame(TO_WORKER.header, numberBytes(split), Buffer.from(text));
    for (let worker = 0; worker < this.count; worker++) this.write(worker, bytes);
  }

  route(split: number, records: RecordChunk): RoutedChunk {
    const { count } = records;
    const owners = new Uint8Array(count);
    const parts = Array.from({ length: this.count }, () => new Part(count));
    const scanner = this.scanners[split] as KeyScanner;
    for (let i = 0; i < count; i++) {
      const [start, end] = [records.starts[i] as number, records.ends[i] as number];
      const type = end < start ? -1 : scanner.scan(records.bytes, start, end);
      const mask = type < 0 ? this.noShard : this.router.route(type, scanner.texts);
      const owner = this.router.owner(mask);
      owners[i] = owner;
      for (let worker = 0; worker < this.count; worker++) {
        const bits = (mask[worker] as number) + (worker === owner ? OWNED : 0);
        if (bits !== 0) (parts[worker] as Part).add(i, bits);
      }
    }
    return { owners, send: (chunk) => this.send(chunk, { split, records, owners, parts }) };
  }

  admit(chunk: number, verdicts: Uint8Array): void {
    const { records } = this.sent.get(chunk) as SentChunk;
    this.sent.delete(chunk);
    records.forEach((places, worker) => {
      if (places.length === 0) return;
      const own = new Uint8Array(places.length);
      for (let i = 0; i < own.length; i++) own[i] = verdicts[places[i] as number] as number;
      this.write(worker, frame(TO_WORKER.admit, own));
    });
  }

  advance(advance: Advance): void {
    const bytes = advanceFrame(advance);
    for (let worker = 0; worker < this.count; worker++) this.write(worker, bytes);
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

  private send(chunk: number, { split, records, owners, parts }: RoutedRecords): void {
    const own = parts.map((part) => part.places.subarray(0, part.count));
    const owned = own.map((list, worker) => list.filter((place) => owners[place] === worker));
    this.sent.set(chunk, { records: own, owned });
    own.forEach((list, worker) => {
      const { count, masks } = parts[worker] as Part;
      if (count === 0) return;
      const batch = { split, ...cut(records, list), masks: masks.subarray(0, count) };
      this.write(worker, batchFrame(chunk, batch));
    });
  }

  private start(worker: number): ChildProcess {
    const isSource = import.meta.filename.endsWith('.ts');
    const entry = join(import.meta.dirname, isSource ? 'worker-main.ts' : 'worker-main.js');
    const child = spawn(process.execPath, [entry], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'],
      env: { ...process.env, ...cacheSetting() },
    });
    child.on('error', (error) => this.fail(new Error(`worker ${worker} cannot start: ${error.message}`)));
    child.on('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      this.fail(
        new Error(`worker ${worker} ended unexpectedly (${how}); nothing after the last alert was written`),
      );
    });
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
    const { chunk, times, rejected } = readTimes(content);
    // A worker that owns none of the records is not waited for: the chunk may be admitted, and gone, before it answers.
    const owned = this.sent.get(chunk)?.owned[worker];
    if (owned === undefined || owned.length === 0) return;
    const places = rejected.map(({ at, reason }) => ({ record: owned[at] as number, reason }));
    this.listener.onTimes(worker, chunk, times, places);
  }

  private write(worker: number, bytes: Buffer): void {
    const pipe = this.children[worker]?.stdio[3] as Writable;
    if (pipe.writable) pipe.write(bytes);
  }

  private fail(error: Error): void {
    if (!this.isClosing) this.listener.onFailure(error);
  }
}

/** The records of a chunk that one worker gets: their places and masks. */
class Part {
  readonly places: Int32Array;
  readonly masks: Uint32Array;
  count = 0;

  constructor(size: number) {
    this.places = new Int32Array(size);
    this.masks = new Uint32Array(size);
  }

  add(place: number, mask: number): void {
    this.places[this.count] = place;
    this.masks[this.count++] = mask;
  }
}

/** The records at some places of a chunk, with their bytes side by side. */
function cut(records: RecordChunk, places: Int32Array): RecordChunk {
  const count = places.length;
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  const lines = new Float64Array(count);
  let size = 0;
  for (let i = 0; i < count; i++) {
    const place = places[i] as number;
    const length = Math.max(-1, (records.ends[place] as number) - (records.starts[place] as number));
    starts[i] = size;
    ends[i] = size + length;
    lines[i] = records.lines[place] as number;
    size += Math.max(0, length);
  }
  const bytes = Buffer.allocUnsafe(size);
  for (let i = 0; i < count; i++) {
    const place = places[i] as number;
    if ((ends[i] as number) > (starts[i] as number)) {
      records.bytes.copy(
        bytes,
        starts[i] as number,
        records.starts[place] as number,
        records.ends[place] as number,
      );
    }
  }
  return { bytes, starts, ends, lines, count };
}

/** Workers find the compiled modules where this process keeps them. */
function cacheSetting(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
