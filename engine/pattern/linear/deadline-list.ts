import type { Timer, TimerTarget } from '../../time/timer-queue.ts';
import type { MatcherHost } from '../matcher.ts';
import type { Clock } from './program.ts';
import type { ClockLane, RunTable } from './run-table.ts';

/** The deadlines of one clock. */
export interface Deadlines {
  /** Sets the deadline of a run, from now on. */
  start(run: number): void;
  /** Sets the deadline of a copy: that of the run it was made from. */
  inherit(run: number, from: number): void;
  /** Sets a deadline again that a snapshot had; called in the order of `entries`. */
  restore(run: number, due: number): void;
  /** Takes the deadline of a run away, if it has one. */
  stop(run: number): void;
  /** The runs and when they are due, in that order. */
  entries(): [run: number, due: number][];
}

/**
 * The runs that have a deadline of one clock. All deadlines of a clock are equally long, so they come due in the order
 * they were set: a list that is only appended to, with one timer for its head, does what a timer per run would do at
 * many times the price. Setting and stopping a deadline costs O(1).
 *
 * The timer is left as it is when the head leaves; it then fires early, finds nothing due and moves on.
 */
export class DeadlineList implements Deadlines, TimerTarget {
  private readonly durationMs: number;
  private readonly host: MatcherHost;
  private readonly lane: ClockLane;
  private readonly fire: (run: number) => void;
  private head = -1;
  private tail = -1;
  private timer: Timer | null = null;

  /** `fire` is called for each run that is due; it must stop the deadline. */
  constructor(clock: Clock, table: RunTable, host: MatcherHost, fire: (run: number) => void) {
    this.durationMs = clock.durationMs ?? 0;
    this.host = host;
    this.lane = table.clocks[clock.lane] as ClockLane;
    this.fire = fire;
  }

  start(run: number): void {
    this.add(run, this.host.env.now + this.durationMs, this.tail);
  }

  inherit(run: number, from: number): void {
    this.add(run, this.lane.due[from] as number, from);
  }

  restore(run: number, due: number): void {
    this.add(run, due, this.tail);
  }

  stop(run: number): void {
    const { due, next, prev } = this.lane;
    if (Number.isNaN(due[run])) return;
    due[run] = Number.NaN;
    const after = next[run] as number;
    const before = prev[run] as number;
    if (before < 0) this.head = after;
    else next[before] = after;
    if (after < 0) this.tail = before;
    else prev[after] = before;
    if (this.head < 0) this.cancel();
  }

  onTimer(): void {
    this.timer = null;
    const { now } = this.host.env;
    while (this.head >= 0 && (this.lane.due[this.head] as number) <= now) this.fire(this.head);
    this.schedule();
  }

  entries(): [run: number, due: number][] {
    const all: [number, number][] = [];
    const { due, next } = this.lane;
    for (let run = this.head; run >= 0; run = next[run] as number) all.push([run, due[run] as number]);
    return all;
  }

  private add(run: number, at: number, before: number): void {
    const { due, next, prev } = this.lane;
    const after = before < 0 ? this.head : (next[before] as number);
    due[run] = at;
    prev[run] = before;
    next[run] = after;
    if (before < 0) this.head = run;
    else next[before] = run;
    if (after < 0) this.tail = run;
    else prev[after] = run;
    if (this.timer === null) this.schedule();
  }

  private schedule(): void {
    if (this.timer !== null || this.head < 0) return;
    const { timers, statement } = this.host;
    this.timer = timers.schedule(this.lane.due[this.head] as number, statement, this);
  }

  private cancel(): void {
    if (this.timer !== null) this.host.timers.cancel(this.timer);
    this.timer = null;
  }
}
