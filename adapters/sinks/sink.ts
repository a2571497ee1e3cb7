import type { Alert } from '../../engine/alert/alert.ts';
import type { Row } from '../../engine/runtime/row.ts';

/**
 * Where alerts go. A promise from `write` asks the caller to wait before the next write. After `close`
 * everything written is out, or `close` rejects with a `SinkError`.
 */
export interface AlertSink {
  write(alert: Alert): void | Promise<void>;
  close(): Promise<void>;
}

/** Where rows of statements go; otherwise as `AlertSink`. */
export interface RowSink {
  write(row: Row): void | Promise<void>;
  close(): Promise<void>;
}

/** An output that cannot be opened or written, in words for the user: place, what happened, what to do. */
export class SinkError extends Error {
  /** File path, or the name of the stream. */
  readonly path: string;
  readonly remedy: string;

  constructor(path: string, happened: string, remedy: string, cause: unknown) {
    super(`cannot write to ${path}: ${happened}; ${remedy}`, { cause });
    this.name = 'SinkError';
    this.path = path;
    this.remedy = remedy;
  }
}
