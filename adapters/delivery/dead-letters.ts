import { type FileHandle, open } from 'node:fs/promises';
import type { Alert } from '../../engine/alert/alert.ts';
import { alertToLine } from '../../engine/alert/build-alert.ts';

/** Why an alert was given up. */
export interface DeadLetter {
  readonly alert: Alert;
  readonly reason: string;
  /** Attempts made. */
  readonly attempts: number;
  /** Status of the last answer; null without one. */
  readonly status: number | null;
  /** Start of the last answer's body. */
  readonly answer: string;
  /** When it was given up, epoch ms of the machine's clock. */
  readonly at: number;
}

/**
 * The file of alerts that could not be delivered, one JSON object a line:
 * `{"id","reason","status","attempts","at","endpoint","answer","alert"}`, with the whole alert as in the
 * alert file. It is appended to, made on first use, and readable by its owner only.
 */
export class DeadLetterFile {
  readonly path: string;
  private readonly endpoint: string;
  private handle: FileHandle | null = null;
  private waiting = '';
  private writing: Promise<void> | null = null;

  /** `endpoint`: how the receiver is called in the file. */
  constructor(path: string, endpoint: string) {
    this.path = path;
    this.endpoint = endpoint;
  }

  /** Adds a line; it is in the file after `flush`. */
  add(letter: DeadLetter): void {
    const { alert, reason, status, attempts, answer, at } = letter;
    const head = {
      id: alert.id,
      reason,
      status,
      attempts,
      at: new Date(at).toISOString(),
      endpoint: this.endpoint,
      answer,
    };
    this.waiting += `${JSON.stringify(head).slice(0, -1)},"alert":${alertToLine(alert)}}\n`;
  }

  /** Writes what was added. Rejects when that fails; the lines are kept for another try. */
  async flush(): Promise<void> {
    while (this.waiting !== '' || this.writing !== null) {
      this.writing ??= this.writeWaiting();
      await this.writing;
    }
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.handle?.close();
      this.handle = null;
    }
  }

  private async writeWaiting(): Promise<void> {
    const text = this.waiting;
    this.waiting = '';
    try {
      this.handle ??= await open(this.path, 'a', 0o600);
      await this.handle.appendFile(text);
    } catch (error) {
      this.waiting = text + this.waiting;
      throw new DeadLetterError(this.path, error);
    } finally {
      this.writing = null;
    }
  }
}

/** An alert was given up and could not be kept either. */
export class DeadLetterError extends Error {
  constructor(path: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(
      `cannot write the dead-letter file ${path} (${code ?? message}): ` +
        'alerts that were not delivered would be lost; make the path writable or name another file',
      { cause },
    );
    this.name = 'DeadLetterError';
  }
}
