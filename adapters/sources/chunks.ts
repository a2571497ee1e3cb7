import { constants, createReadStream, openSync, type ReadStream, statSync } from 'node:fs';
import { open as openHandle } from 'node:fs/promises';
import { Socket } from 'node:net';
import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { BufferPool } from './buffer-pool.ts';
import { decompressed, piecesOf } from './decompress.ts';
import { type RecordChunk, RecordCutter } from './record-cutter.ts';
import type { Split } from './splits.ts';

/** Bytes of a file that are handed on at a time. */
const CHUNK_BYTES = 1 << 20;

/** A chunk and how far the file has been read. */
export interface ReadChunk extends RecordChunk {
  /** Bytes of the file as it lies on the disk, compressed or not. */
  readonly bytesRead: number;
  /** Gives the bytes back, for a later chunk. */
  release(): void;
}

/**
 * The records of a split in chunks. The bounds of the chunks of a file depend on its content only, never on how fast it
 * is read. Throws what the file system throws, with the path in the message. `signal` ends the reading at once, also of a
 * file that gives no record and does not end.
 */
export async function* readChunks(split: Split, signal: AbortSignal): AsyncGenerator<ReadChunk> {
  const pool = new BufferPool();
  const cutter = new RecordCutter(split.format === 'csv', pool);
  const { pieces, bytesRead } = open(split, signal);
  try {
    for await (const piece of pieces) {
      const chunk = cutter.cut(piece);
      const release = () => pool.release(chunk.bytes);
      if (chunk.count > 0) yield { ...chunk, bytesRead: bytesRead(), release };
      else release();
    }
  } catch (error) {
    if (signal.aborted) return;
    throw readError(split.path, error);
  }
  const last = cutter.end();
  if (last.count > 0) yield { ...last, bytesRead: bytesRead(), release: () => {} };
}

/** A file that cannot be read to its end; the message is for the user. */
export class SourceError extends Error {
  constructor(path: string, what: string, cause: unknown) {
    super(`cannot read ${path}: ${what}`, { cause });
    this.name = 'SourceError';
  }
}

/** The bytes of a split, in pieces that are valid until the next one is asked for, and how many of the file are read. */
interface OpenSplit {
  readonly pieces: AsyncIterable<Buffer>;
  readonly bytesRead: () => number;
}

function open(split: Split, signal: AbortSignal): OpenSplit {
  const endedBy = <S extends Readable>(stream: S): S => {
    signal.addEventListener('abort', () => stream.destroy(), { once: true });
    return stream;
  };
  if (split.path === '-') {
    let count = 0;
    process.stdin.on('data', (piece: Buffer) => {
      count += piece.length;
    });
    process.stdin.pause();
    return { pieces: endedBy(process.stdin), bytesRead: () => count };
  }
  const extension = extname(split.path).toLowerCase();
  const isCompressed = extension === '.gz' || extension === '.zst';
  const kind = kindOf(split.path);
  if (kind === 'file' && !isCompressed) return openFile(split.path, signal);
  const file: ReadStream | Socket =
    kind === 'pipe' ? openPipe(split.path) : createReadStream(split.path, { highWaterMark: CHUNK_BYTES });
  const bytesRead = () => file.bytesRead;
  const stream = isCompressed ? decompressed(file, extension, CHUNK_BYTES) : file;
  return { pieces: evenPieces(endedBy(stream)), bytesRead };
}

/** A file as it lies on the disk, read into the same bytes again and again. */
function openFile(path: string, signal: AbortSignal): OpenSplit {
  let count = 0;
  async function* pieces(): AsyncGenerator<Buffer> {
    const file = await openHandle(path);
    try {
      const piece = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      for (let size = CHUNK_BYTES; size === CHUNK_BYTES && !signal.aborted; ) {
        size = 0;
        for (let got = -1; got !== 0 && size < CHUNK_BYTES; size += got) {
          got = (await file.read(piece, size, CHUNK_BYTES - size, null)).bytesRead;
        }
        count += size;
        if (size > 0) yield piece.subarray(0, size);
      }
    } finally {
      await file.close();
    }
  }
  return { pieces: pieces(), bytesRead: () => count };
}

function kindOf(path: string): 'file' | 'pipe' | 'other' {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFIFO() === true ? 'pipe' : found?.isFile() === true ? 'file' : 'other';
  } catch {
    // Told when the file is opened.
    return 'other';
  }
}

/**
 * Opening a named pipe waits for a writer, in a thread that nothing can wake: a run could not be interrupted. Without
 * waiting it is open at once, and what comes is read when it comes.
 */
function openPipe(path: string): Socket {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return new Socket({ fd, readable: true, writable: false });
  } catch (error) {
    throw readError(path, error);
  }
}

/** The same bytes in pieces of exactly `CHUNK_BYTES`, the last one shorter: also where the stream ends with an error. */
async function* evenPieces(stream: Readable): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  const pieces = piecesOf(stream);
  let failure: { readonly error: unknown } | null = null;
  for (;;) {
    const next = await pieces.next().catch((error: unknown) => {
      failure = { error };
      return null;
    });
    if (next === null || next.done === true) break;
    let piece = next.value;
    if (size === 0 && piece.length === CHUNK_BYTES) {
      yield piece;
      continue;
    }
    while (size + piece.length >= CHUNK_BYTES) {
      const room = CHUNK_BYTES - size;
      yield Buffer.concat([...waiting, piece.subarray(0, room)], CHUNK_BYTES);
      waiting = [];
      size = 0;
      piece = piece.subarray(room);
    }
    if (piece.length > 0) waiting.push(piece);
    size += piece.length;
  }
  if (size > 0) yield Buffer.concat(waiting, size);
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}

function readError(path: string, error: unknown): SourceError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new SourceError(path, 'no such file', error);
  if (code === 'ELOOP') return new SourceError(path, 'its symbolic links go in a circle', error);
  if (code === 'EACCES' || code === 'EPERM') return new SourceError(path, 'permission denied', error);
  if (code === 'Z_BUF_ERROR') return new SourceError(path, 'the compressed file ends too early', error);
  if (code?.startsWith('Z_') || code?.startsWith('ZSTD_')) {
    return new SourceError(path, `the compressed file is damaged (${message})`, error);
  }
  return new SourceError(path, message, error);
}
