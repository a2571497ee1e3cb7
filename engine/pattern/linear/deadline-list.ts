import type { Timer, TimerTarget } from '../../time/timer-queue.ts';
import type { MatcherHost } from '../matcher.ts';
import type { Clock } from './program.ts';
import { CLOCK_NEXT, CLOCK_PREV, type RunTable } from './run-table.ts';

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
  private readonly durationTicks: number;
  private readonly host: MatcherHost;
  private readonly table: RunTable;
  private readonly lane: number;
  /** Places of the links in the entry of a run. */
  private readonly next: number;
  private readonly prev: number;
  private readonly fire: (run: number) => void;
  private head = -1;
  private tail = -1;
  private timer: Timer | null = null;

  /** `fire` is called for each run that is due; it must stop the deadline. */
  constructor(clock: Clock, table: RunTable, host: MatcherHost, fire: (run: number) => void) {
    this.durationTicks = clock.durationTicks ?? 0;
    this.host = host;
    this.table = table;
    this.lane = clock.lane;
    this.next = table.clockLane(clock.lane) + CLOCK_NEXT;
    this.prev = table.clockLane(clock.lane) + CLOCK_PREV;
    this.fire = fire;
  }

  start(run: number): void {
    this.add(run, this.host.env.now + this.durationTicks, this.tail);
  }

  inherit(run: number, from: number): void {
    this.add(run, this.table.dueOf(from, this.lane), from);
  }

  restore(run: number, due: number): void {
    this.add(run, due, this.tail);
  }

  stop(run: number): void {
    const { table, lane, next, prev } = this;
    if (Number.isNaN(table.dueOf(run, lane))) return;
    table.setDue(run, lane, Number.NaN);
    const { ints, stride } = table;
    const after = ints[run * stride + next] as number;
    const before = ints[run * stride + prev] as number;
    if (before < 0) this.head = after;
    else ints[before * stride + next] = after;
    if (after < 0) this.tail = before;
    else ints[after * stride + prev] = before;
    if (this.head < 0) this.cancel();
  }

  onTimer(): void {
    this.timer = null;
    const { now } = this.host.env;
    while (this.head >= 0 && this.table.dueOf(this.head, this.lane) <= now) this.fire(this.head);
    this.schedule();
  }

  entries(): [run: number, due: number][] {
    const all: [number, number][] = [];
    const { table, lane, next } = this;
    const { ints, stride } = table;
    for (let run = this.head; run >= 0; run = ints[run * stride + next] as number)
      all.push([run, table.dueOf(run, lane)]);
    return all;
  }

  private add(run: number, at: number, before: number): void {
    const { table, lane, next, prev } = this;
    const { ints, stride } = table;
    const after = before < 0 ? this.head : (ints[before * stride + next] as number);
    table.setDue(run, lane, at);
    ints[run * stride + prev] = before;
    ints[run * stride + next] = after;
    if (before < 0) this.head = run;
    else ints[before * stride + next] = run;
    if (after < 0) this.tail = run;
    else ints[after * stride + prev] = run;
    if (this.timer === null) this.schedule();
  }

  private schedule(): void {
    if (this.timer !== null || this.head < 0) return;
    const { timers, statement } = this.host;
    this.timer = timers.schedule(this.table.dueOf(this.head, this.lane), statement, this);
  }

  private cancel(): void {
    if (this.timer !== null) this.host.timers.cancel(this.timer);
    this.timer = null;
  }
}
