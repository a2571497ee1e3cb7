/** Buffers that are kept for the next time; more than are under way at a time are not needed. */
const KEPT_MAX = 8;
/** Sizes are rounded up to this, so that pieces with a little more before them fit into each other's buffers. */
const STEP = 1 << 16;

/**
 * Buffers for the chunks of a file, used again and again. A fresh buffer of a megabyte for every chunk would make the
 * garbage collector look at the whole heap every few dozen chunks, since such buffers count as memory in use.
 */
export class BufferPool {
  private readonly free: Buffer[] = [];

  /** The bytes of both, in a buffer of the pool. */
  joined(first: Buffer, second: Buffer): Buffer {
    const buffer = this.take(first.length + second.length);
    first.copy(buffer, 0);
    second.copy(buffer, first.length);
    return buffer;
  }

  /** A buffer of so many bytes, with anything in it. */
  take(size: number): Buffer {
    const at = this.free.findIndex((one) => one.length >= size);
    const buffer =
      at < 0 ? Buffer.allocUnsafeSlow(Math.ceil(size / STEP) * STEP) : (this.free.splice(at, 1)[0] as Buffer);
    return buffer.subarray(0, size);
  }

  /** Takes back what `joined` or `take` gave; nobody may look at it any more. */
  release(bytes: Buffer): void {
    if (this.free.length < KEPT_MAX) this.free.push(Buffer.from(bytes.buffer));
  }
}
