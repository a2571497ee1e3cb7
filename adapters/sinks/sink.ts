import type { Alert } from '../../engine/alert/alert.ts';
import type { JsonObject } from '../../engine/event/to-json.ts';

/**
 * Where alerts go. A promise from `write` asks the caller to wait before the next write. After `close`
 * everything written is out, or `close` rejects with a `SinkError`.
 */
export interface AlertSink {
  write(alert: Alert): void | Promise<void>;
  close(): Promise<void>;
}

/** A row of a statement as JSON, which is how it comes from worker processes. */
export interface PrintedRow {
  /** Name of the statement. */
  readonly statement: string;
  /** Event time, ticks. */
  readonly time: number;
  readonly kind: 'insert' | 'remove';
  readonly values: JsonObject;
}

/** Where rows of statements go; otherwise as `AlertSink`. */
export interface RowSink {
  write(row: PrintedRow): void | Promise<void>;
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
