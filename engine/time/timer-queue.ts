import { assert } from '../core/assert.ts';

/** Who is called when a timer is due. */
export interface TimerTarget {
  onTimer(): void;
}

/**
 * A scheduled call. `position` is its place in the queue, −1 when it is not queued; `cancelled` also holds for one that
 * was taken together with others and cancelled by the first of them.
 */
export interface Timer {
  readonly due: number;
  readonly statement: number;
  readonly sequence: number;
  readonly target: TimerTarget;
  position: number;
  cancelled: boolean;
}

/** Where timers are scheduled: the queue of a shard, or what a context partition puts before it. */
export interface Timers {
  /** Takes a sequence number ahead of scheduling, so that a timer started later still comes first at equal times. */
  reserve(): number;
  /** Queues a call at `due` (ticks). */
  schedule(due: number, statement: number, target: TimerTarget, sequence?: number): Timer;
  /** Takes a timer out; nothing happens when it is not queued any more. */
  cancel(timer: Timer): void;
}

/**
 * All timers of a shard in one binary heap, ordered by (due, statement, sequence); the sequence is the order of
 * scheduling unless given. Costs O(log n) to schedule, cancel and take; appending in due order costs O(1).
 */
export class TimerQueue implements Timers {
  private readonly heap: Timer[] = [];
  private nextSequence = 0;

  /** Number of timers waiting. */
  get size(): number {
    return this.heap.length;
  }

  /** Due time of the earliest timer, ticks; +Infinity when there is none. */
  get nextDue(): number {
    return this.heap.length === 0 ? Number.POSITIVE_INFINITY : (this.heap[0] as Timer).due;
  }

  /** Takes a sequence number ahead of scheduling, so that a timer started later still comes first at equal times. */
  reserve(): number {
    return this.nextSequence++;
  }

  /** Queues a call at `due` (ticks). */
  schedule(due: number, statement: number, target: TimerTarget, sequence: number = this.reserve()): Timer {
    const timer: Timer = { due, statement, sequence, target, position: this.heap.length, cancelled: false };
    this.heap.push(timer);
    this.up(timer);
    return timer;
  }

  /** Takes a timer out; nothing happens when it is not queued any more. */
  cancel(timer: Timer): void {
    timer.cancelled = true;
    this.remove(timer);
  }

  /** Takes the earliest timer when it is due at `now` or before; null otherwise. */
  take(now: number): Timer | null {
    const first = this.heap[0];
    if (first === undefined || first.due > now) return null;
    this.remove(first);
    return first;
  }

  /** The next sequence number, for snapshots. */
  get sequence(): number {
    return this.nextSequence;
  }

  /** Continues numbering where a snapshot stopped. */
  restoreSequence(sequence: number): void {
    this.nextSequence = sequence;
  }

  private remove(timer: Timer): void {
    const at = timer.position;
    if (at < 0) return;
    assert(this.heap[at] === timer, 'timer is not where it says');
    const last = this.heap.pop() as Timer;
    timer.position = -1;
    if (last === timer) return;
    this.place(last, at);
    this.up(last);
    this.down(last);
  }

  private place(timer: Timer, at: number): void {
    this.heap[at] = timer;
    timer.position = at;
  }

  private up(timer: Timer): void {
    let at = timer.position;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.heap[above] as Timer;
      if (compareTimers(other, timer) <= 0) break;
      this.place(other, at);
      at = above;
    }
    this.place(timer, at);
  }

  private down(timer: Timer): void {
    let at = timer.position;
    const size = this.heap.length;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size) {
        const right = this.heap[child + 1] as Timer;
        if (compareTimers(right, this.heap[child] as Timer) < 0) child++;
      }
      const other = this.heap[child] as Timer;
      if (compareTimers(timer, other) <= 0) break;
      this.place(other, at);
      at = child;
    }
    this.place(timer, at);
  }
}

function compareTimers(a: Timer, b: Timer): number {
  return a.due - b.due || a.statement - b.statement || a.sequence - b.sequence;
}
