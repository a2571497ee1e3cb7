import { type Backend, compileExpr, type Evaluator, type Slot, usesSlots } from '../../expr/evaluate.ts';
import { addPeriod, periodOf } from '../../time/duration.ts';
import type { Timer } from '../../time/timer-queue.ts';
import type { MatcherHost } from '../matcher.ts';
import type { Deadlines } from './deadline-list.ts';
import type { Clock } from './program.ts';
import type { RunTable } from './run-table.ts';

/**
 * The runs that have a deadline of a clock whose length differs from run to run: it is computed from earlier tags, or is
 * in months. They come due in any order, so each has a timer of its own.
 */
export class DeadlineTimers implements Deadlines {
  private readonly host: MatcherHost;
  private readonly table: RunTable;
  private readonly lane: number;
  private readonly fire: (run: number) => void;
  private readonly duration: Evaluator;
  private readonly tags: readonly number[];
  private readonly scratch: Slot[];
  private readonly timers: (Timer | null)[] = [];

  /** `fire` is called when a run is due; it must stop this deadline or an earlier one of the run. */
  constructor(clock: Clock, table: RunTable, host: MatcherHost, fire: (run: number) => void) {
    this.host = host;
    this.table = table;
    this.lane = clock.lane;
    this.fire = fire;
    const backend: Backend = host.backend;
    this.duration = compileExpr(clock.duration, backend);
    this.tags = [...usesSlots(clock.duration)].filter((slot) => slot >= 0);
    this.scratch = table.slots.map(() => null);
  }

  start(run: number): void {
    const { env } = this.host;
    for (const slot of this.tags) this.scratch[slot] = (this.table.slots[slot] as Slot[])[run] ?? null;
    const value = this.duration(null, this.scratch, env);
    const due = value === null ? Number.NaN : addPeriod(env.now, periodOf(value), env.timeBase);
    if (!Number.isNaN(due)) this.restore(run, due);
  }

  inherit(run: number, from: number): void {
    const due = this.table.dueOf(from, this.lane);
    if (!Number.isNaN(due)) this.restore(run, due);
  }

  restore(run: number, due: number): void {
    const { timers, statement } = this.host;
    this.table.setDue(run, this.lane, due);
    this.timers[run] = timers.schedule(due, statement, { onTimer: () => this.onTimer(run) });
  }

  stop(run: number): void {
    if (Number.isNaN(this.table.dueOf(run, this.lane))) return;
    this.table.setDue(run, this.lane, Number.NaN);
    const timer = this.timers[run] ?? null;
    if (timer !== null) this.host.timers.cancel(timer);
    this.timers[run] = null;
  }

  entries(): [run: number, due: number][] {
    const all = this.timers.flatMap((timer, run): [number, number][] => {
      return timer === null || timer === undefined ? [] : [[run, this.table.dueOf(run, this.lane)]];
    });
    return all.sort((a, b) => a[1] - b[1]);
  }

  /** An earlier deadline of the run acts first; the run may outlive that. */
  private onTimer(run: number): void {
    const timer = this.timers[run];
    const { now } = this.host.env;
    while (this.timers[run] === timer && this.table.dueOf(run, this.lane) <= now) this.fire(run);
  }
}
