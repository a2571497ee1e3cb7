import { readSync, writeSync } from 'node:fs';
import { LimitError as EngineLimitError } from '../../engine/core/limits.ts';
import { LimitError, ShardWorker, type WorkerSetup } from '../replay/shard-worker.ts';
import { FROM_WORKER, FrameReader, frame, HEAD_BYTES, readHead, TO_WORKER } from './frames.ts';
import { readAdvance, readDecode, readTake, rowsFrame, timesFrame } from './messages.ts';

/** A worker process: takes frames from descriptor 3, answers on descriptor 4, ends when 3 does. */
const INPUT = 3;
const OUTPUT = 4;

let worker: ShardWorker | null = null;

// An interrupt at the terminal reaches the whole group; the job decides what becomes of its workers.
process.on('SIGINT', () => {});

/** Content of the frame at hand: one place for all of them, since each is done with before the next is read. */
let held = Buffer.allocUnsafeSlow(1 << 21);
const head = Buffer.allocUnsafeSlow(HEAD_BYTES);

// A worker has nothing to do but to answer, so it waits in the read itself: no event loop stands between two frames.
while (receive(head)) {
  const { size, kind } = readHead(head);
  if (size > held.length) held = Buffer.allocUnsafeSlow(size * 2);
  const content = held.subarray(0, size);
  if (!receive(content)) break;
  try {
    take(kind, content);
  } catch (error) {
    const isLimit = error instanceof LimitError || error instanceof EngineLimitError;
    const message =
      error instanceof Error ? (isLimit ? error.message : (error.stack ?? error.message)) : String(error);
    send(frame(FROM_WORKER.failure, Buffer.from(JSON.stringify({ isLimit, message }))));
    process.exit(1);
  }
}

/** Fills the bytes; false when the job has closed the pipe. */
function receive(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; ) {
    const count = orAgain(() => readSync(INPUT, bytes, at, bytes.length - at, null));
    if (count === 0) return false;
    at += count ?? 0;
  }
  return true;
}

function take(kind: number, content: Buffer): void {
  if (kind === TO_WORKER.setup) {
    worker = new ShardWorker(JSON.parse(content.toString()) as WorkerSetup, (notice) =>
      send(frame(FROM_WORKER.notice, Buffer.from(JSON.stringify(notice)))),
    );
    return;
  }
  if (worker === null) throw new Error('internal error: a frame before the setup');
  switch (kind) {
    case TO_WORKER.header: {
      const reader = new FrameReader(content);
      worker.header(reader.number(), reader.rest().toString());
      return;
    }
    case TO_WORKER.decode: {
      const { chunk, batch } = readDecode(content);
      return send(timesFrame(chunk, worker.decode(batch)));
    }
    case TO_WORKER.take: {
      const { batch, masks } = readTake(content);
      return worker.take(batch, masks);
    }
    case TO_WORKER.admit:
      return worker.admit(content);
    case TO_WORKER.advance: {
      const advance = readAdvance(content);
      return send(rowsFrame(advance.number, worker.advance(advance)));
    }
    default:
      throw new Error(`internal error: a frame of kind ${kind}`);
  }
}

/** Writes at once: a worker has nothing else to do while the job is slower than it. */
function send(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += orAgain(() => writeSync(OUTPUT, bytes, at)) ?? 0;
}

/** What reading or writing a pipe gives; null: a pipe that does not wait is not ready, and a moment has passed. */
function orAgain(act: () => number): number | null {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE') process.exit(0);
    if (code !== 'EAGAIN') throw error;
    Atomics.wait(PAUSE, 0, 0, 1);
    return null;
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
