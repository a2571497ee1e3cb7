import { EXIT } from './exit-codes.ts';

/** Ctrl-C reaches a whole group of processes, and those above pass it on: what comes within so long is one interrupt. */
const ONE_INTERRUPT_MS = 300;

/**
 * Turns Ctrl-C and SIGTERM into an orderly end: `signal` aborts and what is settled is written. A second one ends the
 * process at once.
 */
export class Interrupts {
  private readonly controller = new AbortController();
  private code: number | null = null;
  private since = 0;
  private readonly onInterrupt = () => this.stop(EXIT.interrupted);
  private readonly onTerminate = () => this.stop(EXIT.terminated);

  constructor() {
    process.on('SIGINT', this.onInterrupt);
    process.on('SIGTERM', this.onTerminate);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Exit code of the signal that came; null when none did. */
  get exitCode(): number | null {
    return this.code;
  }

  /** Signals have their usual effect again. */
  close(): void {
    process.off('SIGINT', this.onInterrupt);
    process.off('SIGTERM', this.onTerminate);
  }

  private stop(code: number): void {
    const now = performance.now();
    if (this.code !== null) {
      if (now - this.since > ONE_INTERRUPT_MS) process.exit(this.code);
      return;
    }
    this.code = code;
    this.since = now;
    process.stderr.write('cepheid: stopping; once more ends at once\n');
    this.controller.abort();
  }
}
