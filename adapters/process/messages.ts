import type { Advance } from '../../engine/cluster/coordinator.ts';
import type { DecodedBatch, OutRow, RecordBatch } from '../replay/shard-worker.ts';
import type { ChunkRejection } from '../replay/workers.ts';
import { bytesOf, FROM_WORKER, FrameReader, frame, frameParts, numberBytes, TO_WORKER } from './frames.ts';

/** What the job and a worker say to each other, as frames and back; each pair stands side by side. */

/**
 * A batch that a worker is to decode and keep, under the number of its chunk. The parts of the frame, to be written one after
 * the other: the bytes and places of a batch are not copied together.
 */
export function decodeFrame(chunk: number, batch: RecordBatch): readonly Uint8Array[] {
  return frameParts(TO_WORKER.decode, numberBytes(chunk), ...batchParts(batch));
}

/** See `decodeFrame`. */
export function readDecode(content: Buffer): { readonly chunk: number; readonly batch: RecordBatch } {
  const reader = new FrameReader(content);
  return { chunk: reader.number(), batch: readBatch(reader) };
}

/** Admitted records for some shards of a worker, in parts as above. */
export function takeFrame(batch: RecordBatch, masks: Uint32Array): readonly Uint8Array[] {
  return frameParts(TO_WORKER.take, numberBytes(masks.length), bytesOf(masks), ...batchParts(batch));
}

/** See `takeFrame`. */
export function readTake(content: Buffer): { readonly batch: RecordBatch; readonly masks: Uint32Array } {
  const reader = new FrameReader(content);
  const masks = reader.unsigned(reader.number());
  return { masks, batch: readBatch(reader) };
}

function batchParts({ split, count, lines, starts, ends, bytes }: RecordBatch): readonly Uint8Array[] {
  return [numberBytes(split, count), bytesOf(lines), bytesOf(starts), bytesOf(ends), bytes];
}

function readBatch(reader: FrameReader): RecordBatch {
  const [split, count] = [reader.number(), reader.number()];
  const lines = reader.floats(count);
  const [starts, ends] = [reader.ints(count), reader.ints(count)];
  return { split, count, lines, starts, ends, bytes: reader.rest() };
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

/** What a worker found in a chunk. */
export function timesFrame(chunk: number, { times, rejected, shares }: DecodedBatch): Buffer {
  const parts = shares.flatMap(({ places, masks }) => [
    numberBytes(places.length),
    bytesOf(places),
    bytesOf(masks),
  ]);
  const head = numberBytes(chunk, times.length, shares.length);
  return frame(FROM_WORKER.times, head, bytesOf(times), ...parts, Buffer.from(JSON.stringify(rejected)));
}

/** See `timesFrame`. */
export function readTimes(content: Buffer): DecodedBatch & { readonly chunk: number } {
  const reader = new FrameReader(content);
  const [chunk, count, workers] = [reader.number(), reader.number(), reader.number()];
  const times = reader.floats(count);
  const shares = Array.from({ length: workers }, () => {
    const size = reader.number();
    return { places: reader.ints(size), masks: reader.unsigned(size) };
  });
  return { chunk, times, shares, rejected: JSON.parse(reader.rest().toString()) as ChunkRejection[] };
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
