import type { Cancel, DeliveryClock } from '../../adapters/delivery/delivery-clock.ts';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/**
 * A clock for delivery tests that never sleeps: pauses end one after the other, in the order they are due, as
 * soon as the event loop turns, and the time leaps there. Deadlines end only when the test says so.
 */
export class VirtualClock implements DeliveryClock {
  /** Lengths of all pauses, in the order they were asked for. */
  readonly pauses: number[] = [];
  private time: number;
  private readonly chance: () => number;
  private readonly timers = new Set<Timer>();
  private readonly deadlines = new Set<() => void>();
  private isTicking = false;

  constructor(time = Date.now(), chance: () => number = () => 0.5) {
    this.time = time;
    this.chance = chance;
  }

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance();
  }

  pause(ms: number, callback: () => void): Cancel {
    this.pauses.push(ms);
    const timer = { due: this.time + ms, callback };
    this.timers.add(timer);
    this.tickLater();
    return () => this.timers.delete(timer);
  }

  deadline(_ms: number, callback: () => void): Cancel {
    this.deadlines.add(callback);
    return () => this.deadlines.delete(callback);
  }

  /** Number of pauses and deadlines that have not ended. */
  get pending(): number {
    return this.timers.size + this.deadlines.size;
  }

  /** Ends every deadline now. */
  expireDeadlines(): void {
    for (const callback of [...this.deadlines]) {
      this.deadlines.delete(callback);
      callback();
    }
  }

  private tickLater(): void {
    if (this.isTicking) return;
    this.isTicking = true;
    setImmediate(() => {
      this.isTicking = false;
      let first: Timer | null = null;
      for (const timer of this.timers) if (first === null || timer.due < first.due) first = timer;
      if (first === null) return;
      this.timers.delete(first);
      this.time = Math.max(this.time, first.due);
      first.callback();
      if (this.timers.size > 0) this.tickLater();
    });
  }
}
