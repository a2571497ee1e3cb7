import { createReadStream, writeSync } from 'node:fs';
import { LimitError as EngineLimitError } from '../../engine/core/limits.ts';
import { LimitError, ShardWorker, type WorkerSetup } from '../replay/shard-worker.ts';
import { FROM_WORKER, FrameReader, frame, readFrames, TO_WORKER } from './frames.ts';
import { readAdvance, readBatch, rowsFrame, timesFrame } from './messages.ts';

/** A worker process: takes frames from descriptor 3, answers on descriptor 4, ends when 3 does. */
const INPUT = 3;
const OUTPUT = 4;

let worker: ShardWorker | null = null;

// An interrupt at the terminal reaches the whole group; the job decides what becomes of its workers.
process.on('SIGINT', () => {});

readFrames(createReadStream('', { fd: INPUT, highWaterMark: 1 << 20 }), (kind, content) => {
  try {
    take(kind, content);
  } catch (error) {
    const isLimit = error instanceof LimitError || error instanceof EngineLimitError;
    const message =
      error instanceof Error ? (isLimit ? error.message : (error.stack ?? error.message)) : String(error);
    send(frame(FROM_WORKER.failure, Buffer.from(JSON.stringify({ isLimit, message }))));
    process.exit(1);
  }
});

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
    case TO_WORKER.batch: {
      const { chunk, batch } = readBatch(content);
      const { times, rejected } = worker.decode(batch);
      return send(timesFrame(chunk, times, rejected));
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
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(OUTPUT, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(PAUSE, 0, 0, 1);
    }
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
