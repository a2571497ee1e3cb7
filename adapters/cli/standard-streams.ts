import { isReaderGone, sinkError } from '../sinks/text-output.ts';

/**
 * Standard output and standard error of a command. What cannot be written there is told at the end instead of ending the
 * process with a stack trace. A reader who goes away is no trouble, and for standard error there is nobody to tell.
 */
export class StandardStreams {
  private failure: unknown = null;

  constructor() {
    process.stdout.on('error', (error) => {
      this.failure ??= error;
    });
    process.stderr.on('error', () => {});
  }

  /** Waits until standard output is with the system; says what went wrong there, or null. */
  async finish(): Promise<string | null> {
    await new Promise<void>((resolve) => {
      if (process.stdout.destroyed) resolve();
      else process.stdout.write('', () => setImmediate(resolve));
    });
    if (this.failure === null || isReaderGone(this.failure)) return null;
    return sinkError('stdout', this.failure).message;
  }
}
