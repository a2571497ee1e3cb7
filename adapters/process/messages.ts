import type { Advance } from '../../engine/cluster/coordinator.ts';
import type { OutRow, RecordBatch, RejectedRecord } from '../replay/shard-worker.ts';
import { bytesOf, FROM_WORKER, FrameReader, frame, numberBytes, TO_WORKER } from './frames.ts';

/** What the job and a worker say to each other, as frames and back; each pair stands side by side. */

/** A batch under the number of its chunk. */
export function batchFrame(chunk: number, batch: RecordBatch): Buffer {
  const { split, count, lines, starts, ends, masks, bytes } = batch;
  const head = numberBytes(chunk, split, count);
  return frame(
    TO_WORKER.batch,
    head,
    bytesOf(lines),
    bytesOf(starts),
    bytesOf(ends),
    bytesOf(masks as Uint32Array),
    bytes,
  );
}

/** See `batchFrame`. */
export function readBatch(content: Buffer): { readonly chunk: number; readonly batch: RecordBatch } {
  const reader = new FrameReader(content);
  const [chunk, split, count] = [reader.number(), reader.number(), reader.number()];
  const lines = reader.floats(count);
  const [starts, ends] = [reader.ints(count), reader.ints(count)];
  const masks = new Uint32Array(reader.ints(count).buffer);
  return { chunk, batch: { split, count, lines, starts, ends, masks, bytes: reader.rest() } };
}

/** An advance; JSON has no infinities. */
export function advanceFrame({ number, release, clock, start, isFinal }: Advance): Buffer {
  const times = Float64Array.of(release, clock, start ?? Number.NaN);
  return frame(TO_WORKER.advance, numberBytes(number, isFinal ? 1 : 0), bytesOf(times));
}

/** See `advanceFrame`. */
export function readAdvance(content: Buffer): Advance {
  const reader = new FrameReader(content);
  const [number, final] = [reader.number(), reader.number()];
  const [release, clock, start] = reader.floats(3) as unknown as [number, number, number];
  return { number, release, clock, start: Number.isNaN(start) ? null : start, isFinal: final === 1 };
}

/** The times of the owned records of a chunk, and the rejected among them. */
export function timesFrame(chunk: number, times: Float64Array, rejected: readonly RejectedRecord[]): Buffer {
  const text = Buffer.from(JSON.stringify(rejected));
  return frame(FROM_WORKER.times, numberBytes(chunk, times.length), bytesOf(times), text);
}

/** See `timesFrame`. */
export function readTimes(content: Buffer): {
  readonly chunk: number;
  readonly times: Float64Array;
  readonly rejected: readonly RejectedRecord[];
} {
  const reader = new FrameReader(content);
  const [chunk, count] = [reader.number(), reader.number()];
  const times = reader.floats(count);
  return { chunk, times, rejected: JSON.parse(reader.rest().toString()) as RejectedRecord[] };
}

/** The rows that an advance made final. */
export function rowsFrame(advance: number, rows: readonly OutRow[]): Buffer {
  const plain = rows.map(({ key, statement, alert, printed }) => [[...key], statement, alert, printed]);
  return frame(FROM_WORKER.rows, numberBytes(advance), Buffer.from(JSON.stringify(plain)));
}

/** See `rowsFrame`. */
export function readRows(content: Buffer): { readonly advance: number; readonly rows: readonly OutRow[] } {
  const reader = new FrameReader(content);
  const advance = reader.number();
  const plain = JSON.parse(reader.rest().toString()) as [number[], number, string | null, string | null][];
  const rows = plain.map(([key, statement, alert, printed]) => {
    return { key: Float64Array.from(key), statement, alert, printed };
  });
  return { advance, rows };
}
