/** What a paced replay wants of the machine's clock. */
export interface WallClock {
  /** Milliseconds from any fixed moment. */
  now(): number;
  /** Calls back once, after so many milliseconds; gives a function that prevents it. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's clock. */
export const WALL_CLOCK: WallClock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** How often event time moves in a paced replay. */
const TICK_MS = 50;

/** Lets event time run by the wall clock, from the first event on. */
export class Pacer {
  private readonly factor: number;
  private readonly clock: WallClock;
  private readonly onLimit: (eventTime: number) => void;
  private cancel: (() => void) | null = null;

  /** `factor`: ticks of event time in a millisecond. `onLimit` is told how far event time may go. */
  constructor(factor: number, clock: WallClock, onLimit: (eventTime: number) => void) {
    this.factor = factor;
    this.clock = clock;
    this.onLimit = onLimit;
  }

  /** Event time starts at `eventTime` now; further calls do nothing. */
  start(eventTime: number): void {
    if (this.cancel !== null) return;
    const begin = this.clock.now();
    const tick = () => {
      this.cancel = this.clock.after(TICK_MS, tick);
      this.onLimit(Math.floor(eventTime + (this.clock.now() - begin) * this.factor));
    };
    tick();
  }

  stop(): void {
    this.cancel?.();
  }
}
