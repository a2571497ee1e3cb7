import type { Value } from '../../event/record.ts';
import type { Env, QueryFrame } from '../../expr/evaluate.ts';
import type { Timer, TimerTarget } from '../../time/timer-queue.ts';
import type { ConditionHost, OutputCondition } from './condition.ts';

/** `when condition`, ready to run: tests it on the counts, and carries out `then set …`. */
export interface WhenProgram {
  /** Variables that the condition reads. */
  readonly variables: ReadonlySet<number>;
  test(frame: QueryFrame): boolean;
  assign(frame: QueryFrame): void;
}

/** What the condition of an `output when` reads: how many items came since the last output and in all. */
export class OutputCounts implements QueryFrame {
  private readonly env: Env;
  private added = 0;
  private removed = 0;
  private addedTotal = 0;
  private removedTotal = 0;
  private lastOutput: number;

  constructor(env: Env) {
    this.env = env;
    this.lastOutput = env.now;
  }

  count(added: number, removed: number): void {
    this.added += added;
    this.removed += removed;
    this.addedTotal += added;
    this.removedTotal += removed;
  }

  /** An output came about. */
  reset(): void {
    this.added = 0;
    this.removed = 0;
    this.lastOutput = this.env.now;
  }

  local(name: string): Value {
    switch (name) {
      case 'count_insert':
        return this.added;
      case 'count_insert_total':
        return this.addedTotal;
      case 'count_remove':
        return this.removed;
      case 'count_remove_total':
        return this.removedTotal;
      case 'last_output_timestamp':
        return this.lastOutput;
      default:
        return null;
    }
  }

  aggregate(): Value {
    return null;
  }

  previous(): Value {
    return null;
  }

  isSummedOver(): boolean {
    return false;
  }

  snapshot(): unknown {
    return [this.added, this.removed, this.addedTotal, this.removedTotal, this.lastOutput];
  }

  restore(state: unknown): void {
    [this.added, this.removed, this.addedTotal, this.removedTotal, this.lastOutput] = state as [
      number,
      number,
      number,
      number,
      number,
    ];
  }
}

/**
 * `when condition [then set …]`: looked at after each update and when a variable that it reads is set. In the latter case
 * the rows leave as the clock moves on, while `then set` is done at once.
 */
export class WhenCondition implements OutputCondition, TimerTarget {
  private readonly host: ConditionHost;
  private readonly program: WhenProgram;
  private readonly counts: OutputCounts;
  private readonly unwatch: () => void;
  private timer: Timer | null = null;
  /** `then set` is at work: what it sets is no news. */
  private isSetting = false;

  constructor(host: ConditionHost, program: WhenProgram) {
    this.host = host;
    this.program = program;
    this.counts = new OutputCounts(host.env);
    this.unwatch = host.env.watch.watch(program.variables, () => this.onVariable());
  }

  update(added: number, removed: number): void {
    this.counts.count(added, removed);
    if (!this.program.test(this.counts)) return;
    this.assign();
    this.release();
  }

  /** The context partition ends: `atEnd` is the condition of `when terminated`. What it sets is set in any case. */
  terminate(atEnd: WhenProgram): void {
    const isTrue = atEnd.test(this.counts);
    this.isSetting = true;
    atEnd.assign(this.counts);
    this.isSetting = false;
    if (isTrue) this.host.release();
  }

  onTimer(): void {
    this.timer = null;
    this.release();
  }

  stop(): void {
    this.unwatch();
    if (this.timer !== null) this.host.timers.cancel(this.timer);
    this.timer = null;
  }

  snapshot(): unknown {
    return { counts: this.counts.snapshot(), due: this.timer?.due ?? null };
  }

  restore(state: unknown): void {
    const { counts, due } = state as { counts: unknown; due: number | null };
    this.counts.restore(counts);
    if (due !== null) this.schedule(due);
  }

  private onVariable(): void {
    if (this.isSetting || this.timer !== null || !this.program.test(this.counts)) return;
    this.schedule(this.host.env.now);
    this.assign();
  }

  private schedule(due: number): void {
    const { timers, statement } = this.host;
    this.timer = timers.schedule(due, statement, this);
  }

  private assign(): void {
    this.isSetting = true;
    this.program.assign(this.counts);
    this.isSetting = false;
  }

  private release(): void {
    this.host.release();
    this.counts.reset();
  }
}
