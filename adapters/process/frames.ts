import type { Readable } from 'node:stream';

/**
 * Frames between a job and its worker processes: length (4 bytes, little endian), kind (1 byte), content. They flow over
 * pipes that the worker inherits, so nobody else can write to it. The job has a few chunks under way at a time, which
 * bounds what can wait in a pipe.
 */
export const TO_WORKER = { setup: 1, header: 2, decode: 3, admit: 4, take: 5, advance: 6 } as const;

/** Kinds of frames that a worker sends. */
export const FROM_WORKER = { times: 1, rows: 2, failure: 3, notice: 4 } as const;

/** A longer frame is a broken one. */
const FRAME_BYTES_MAX = 1 << 30;

/** Bytes before the content of a frame. */
export const HEAD_BYTES = 5;

/** Length of a frame's content and its kind. Throws when it cannot be a frame. */
export function readHead(bytes: Buffer): { readonly size: number; readonly kind: number } {
  const size = bytes.readUInt32LE(0);
  if (size > FRAME_BYTES_MAX) throw new Error(`internal error: a frame of ${size} bytes`);
  return { size, kind: bytes[4] as number };
}

/** A frame of the given kind around the parts. */
export function frame(kind: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(frameParts(kind, ...parts));
}

/** The same, the head and then the parts as they are: one after the other they are the frame. */
export function frameParts(kind: number, ...parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.byteLength, 0),
    0,
  );
  head[4] = kind;
  return [head, ...parts];
}

/** Hands over each frame of a stream, in order. Throws on a frame that cannot be one. */
export function readFrames(stream: Readable, onFrame: (kind: number, content: Buffer) => void): void {
  let chunks: Buffer[] = [];
  let held = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    held += chunk.length;
    if (held < HEAD_BYTES) return;
    let first = chunks[0] as Buffer;
    if (first.length < HEAD_BYTES) first = Buffer.concat(chunks);
    if (held < HEAD_BYTES + first.readUInt32LE(0)) return;
    let bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks, held);
    while (bytes.length >= HEAD_BYTES) {
      const { size, kind } = readHead(bytes);
      if (bytes.length < HEAD_BYTES + size) break;
      onFrame(kind, bytes.subarray(HEAD_BYTES, HEAD_BYTES + size));
      bytes = bytes.subarray(HEAD_BYTES + size);
    }
    chunks = bytes.length === 0 ? [] : [bytes];
    held = bytes.length;
  });
}

/** The bytes of an array of numbers. */
export function bytesOf(numbers: Float64Array | Int32Array | Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** Reads the content of a frame from its begin to its end. */
export class FrameReader {
  private readonly content: Buffer;
  private at = 0;

  constructor(content: Buffer) {
    this.content = content;
  }

  number(): number {
    this.at += 4;
    return this.content.readUInt32LE(this.at - 4);
  }

  floats(count: number): Float64Array {
    return new Float64Array(this.aligned(count * 8));
  }

  ints(count: number): Int32Array {
    return new Int32Array(this.aligned(count * 4));
  }

  unsigned(count: number): Uint32Array {
    return new Uint32Array(this.aligned(count * 4));
  }

  /** What is left. */
  rest(): Buffer {
    return this.content.subarray(this.at);
  }

  /** A copy, because a frame stands anywhere in memory and arrays of numbers do not. */
  private aligned(size: number): ArrayBuffer {
    const copy = new ArrayBuffer(size);
    new Uint8Array(copy).set(this.content.subarray(this.at, this.at + size));
    this.at += size;
    return copy;
  }
}

/** A whole number as four bytes. */
export function numberBytes(...values: readonly number[]): Uint8Array {
  return bytesOf(Uint32Array.from(values));
}
