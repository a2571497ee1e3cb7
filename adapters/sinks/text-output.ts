import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { SinkError } from './sink.ts';

/** Text is handed to the system in pieces of about this many characters. */
const BATCH_CHARS = 65_536;
/** With more than this waiting, `write` asks the caller to wait. */
const WAITING_CHARS_MAX = 1_048_576;

/** What a `TextOutput` writes to: one call at a time. */
interface Target {
  readonly path: string;
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Text on its way to a file or a stream: gathered in batches, written in order, one batch at a time, with
 * real backpressure. What is written shows at the latest when the event loop turns.
 *
 * A reader of the stream who goes away (`cepheid replay … | head`) is no error: `stopSignal` aborts, and
 * further text is dropped. Any other trouble rejects the next `write`, `flush` or `close` with a `SinkError`.
 */
export class TextOutput {
  private readonly target: Target;
  private readonly stopping = new AbortController();
  private waiting = '';
  private scheduled = false;
  private writing: Promise<void> | null = null;
  private failure: SinkError | null = null;

  private constructor(target: Target) {
    this.target = target;
  }

  /**
   * Opens a file, emptied first unless `append`. Its folder must exist. Rejects with a `SinkError`.
   */
  static async toFile(path: string, options: { readonly append?: boolean } = {}): Promise<TextOutput> {
    let handle: FileHandle;
    try {
      handle = await open(path, options.append ? 'a' : 'w');
    } catch (error) {
      throw sinkError(path, error);
    }
    return new TextOutput({
      path,
      write: (text) => handle.writeFile(text),
      close: () => handle.close(),
    });
  }

  /** Writes to a stream that is not ours to end, such as `process.stdout`; `name` is for error messages. */
  static toStream(stream: Writable, name: string): TextOutput {
    let failed: unknown = null;
    // Without a listener an EPIPE would crash the process; the write's own callback reports the error.
    const onError = (error: unknown) => {
      failed ??= error;
    };
    stream.on('error', onError);
    return new TextOutput({
      path: name,
      write: (text) =>
        new Promise((resolve, reject) => {
          if (failed !== null) reject(failed);
          else stream.write(text, (error) => (error ? reject(error) : resolve()));
        }),
      close: async () => {
        if (failed === null) stream.off('error', onError);
      },
    });
  }

  /** Aborts when the reader has gone away: time to end the run, with success. */
  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Adds text; a promise asks to wait until much of what waits is out. */
  write(text: string): void | Promise<void> {
    if (this.failure !== null) throw this.failure;
    if (this.stopping.signal.aborted) return;
    this.waiting += text;
    if (this.waiting.length >= BATCH_CHARS) this.writeWaiting();
    else if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.writeWaiting();
      });
    }
    if (this.waiting.length > WAITING_CHARS_MAX) return this.flush();
  }

  /** Resolves when everything written so far is with the system. */
  async flush(): Promise<void> {
    do {
      this.writeWaiting();
      await this.writing;
    } while (this.waiting !== '' && this.failure === null);
    if (this.failure !== null) throw this.failure;
  }

  /** Writes what waits and closes a file; a stream stays open. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.target.close();
    }
  }

  private writeWaiting(): void {
    if (this.waiting === '' || this.writing !== null || this.failure !== null) return;
    const text = this.waiting;
    this.waiting = '';
    this.writing = this.target.write(text).then(
      () => {
        this.writing = null;
        if (this.waiting.length >= BATCH_CHARS) this.writeWaiting();
        else if (this.waiting !== '' && !this.scheduled) this.writeWaiting();
      },
      (error) => {
        this.writing = null;
        this.waiting = '';
        if (isReaderGone(error)) this.stopping.abort();
        else this.failure = sinkError(this.target.path, error);
      },
    );
  }
}

/** Whether an error says that the reader of a stream has gone away. */
export function isReaderGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'ERR_STREAM_WRITE_AFTER_END';
}

/** What to say of an error of the file system: place, what happened, what to do. */
export function sinkError(path: string, error: unknown): SinkError {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT': {
      const folder = dirname(path);
      return new SinkError(
        path,
        `the folder ${folder} does not exist`,
        `create it (mkdir -p ${folder})`,
        error,
      );
    }
    case 'EISDIR':
      return new SinkError(path, 'it is a folder', 'name a file', error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SinkError(path, 'permission denied', 'choose a file you may write', error);
    case 'ENOSPC':
    case 'EDQUOT':
      return new SinkError(path, 'the disk is full', 'free space and run again', error);
    default:
      return new SinkError(path, message, 'check the disk and the path, then run again', error);
  }
}
