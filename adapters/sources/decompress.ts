import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress, type ZstdDecompress } from 'node:zlib';

/** What compressed files are called. */
export type Compression = '.gz' | '.zst';

/** The content of a compressed file, in pieces of at most `chunkSize` bytes. Destroying it destroys the file's stream. */
export function decompressed(file: Readable, compression: Compression, chunkSize: number): Readable {
  if (compression === '.zst') {
    return Readable.from(zstdFrames(file, chunkSize), { objectMode: false, highWaterMark: chunkSize });
  }
  const decompress = createGunzip({ chunkSize });
  file.on('error', (error: Error) => decompress.destroy(error));
  decompress.on('close', () => file.destroy());
  return file.pipe(decompress);
}

/**
 * The pieces that a stream gives, then the error it ends with. Iterating over a stream itself drops what it still has when
 * the error comes: of a file that is cut short all of the end, and how much depends on timing.
 */
export async function* piecesOf(stream: Readable): AsyncGenerator<Buffer> {
  let failure: { readonly error: unknown } | null = null;
  let isEnded = false;
  let isClosed = false;
  let wake = () => {};
  stream.on('readable', () => wake());
  stream.on('error', (error) => {
    failure ??= { error };
    wake();
  });
  stream.on('end', () => {
    isEnded = true;
    wake();
  });
  stream.on('close', () => {
    isClosed = true;
    wake();
  });
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const piece: Buffer | null = stream.read();
      if (piece !== null) {
        yield piece;
        continue;
      }
      if (failure !== null) throw (failure as { readonly error: unknown }).error;
      if (isEnded) return;
      if (isClosed) throw new Error('it was closed before its end');
      await woken;
    }
  } finally {
    stream.destroy();
  }
}

/** Frames one after the other, as appending writers and `cat a.zst b.zst` make them: Node's decoder ends with the first. */
async function* zstdFrames(file: Readable, chunkSize: number): AsyncGenerator<Buffer> {
  const source = piecesOf(file);
  try {
    // A file without a frame is cut short, as one without a gzip header is.
    let rest: Buffer | null = (await nextOf(source)) ?? Buffer.alloc(0);
    while (rest !== null) {
      const feed = new Feed(createZstdDecompress({ chunkSize }), source);
      void feed.run(rest);
      yield* piecesOf(feed.decoder);
      rest = feed.rest();
    }
  } finally {
    // Not waited for: the file may never give another piece.
    file.destroy();
  }
}

/** Gives a decoder what it takes, until its frame or the file is over. */
class Feed {
  readonly decoder: ZstdDecompress;
  private readonly source: AsyncGenerator<Buffer>;
  private last: Buffer = Buffer.alloc(0);
  private fed = 0;
  private isOver = false;

  constructor(decoder: ZstdDecompress, source: AsyncGenerator<Buffer>) {
    this.decoder = decoder;
    this.source = source;
  }

  /** Never rejects: what goes wrong is an error of the decoder. */
  async run(first: Buffer): Promise<void> {
    const { decoder } = this;
    let wake = () => {};
    for (const event of ['end', 'close']) {
      decoder.on(event, () => {
        this.isOver = true;
        wake();
      });
    }
    try {
      for (let piece: Buffer | null = first; piece !== null; piece = await nextOf(this.source)) {
        this.last = piece;
        this.fed += piece.length;
        const bytes = piece;
        // A frame that ends within the piece calls nothing back: it ends the decoder.
        await new Promise<void>((resolve) => {
          wake = resolve;
          decoder.write(bytes, () => resolve());
        });
        if (this.isOver) return;
      }
      decoder.end();
    } catch (error) {
      decoder.destroy(error as Error);
    }
  }

  /** What follows the frame; null: nothing does. Only after the decoder has ended. */
  rest(): Buffer | null {
    const left = this.fed - this.decoder.bytesWritten;
    return left === 0 ? null : this.last.subarray(this.last.length - left);
  }
}

async function nextOf(source: AsyncGenerator<Buffer>): Promise<Buffer | null> {
  const { value, done } = await source.next();
  return done === true ? null : value;
}
