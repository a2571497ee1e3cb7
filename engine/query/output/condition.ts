import type { Period, Value } from '../../event/record.ts';
import type { Env } from '../../expr/evaluate.ts';
import { ExpressionFailure } from '../../expr/failure.ts';
import { addPeriod, periodOf } from '../../time/duration.ts';
import { type TimeBase, ticksOf } from '../../time/time-base.ts';
import type { Timer, Timers, TimerTarget } from '../../time/timer-queue.ts';

/** Decides when the rows gathered so far leave: it calls `release` then. */
export interface OutputCondition {
  /** An update came: how many items entered and left. */
  update(added: number, removed: number): void;
  stop(): void;
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** What conditions on the clock need. */
export interface ConditionHost {
  readonly env: Env;
  readonly timers: Timers;
  /** Index of the statement, for its timers. */
  readonly statement: number;
  /** Lets the rows gathered so far out. */
  release(): void;
}

/** After every update: `output first` with `group by`, where each group has a condition of its own. */
export class AtOnce implements OutputCondition {
  private readonly host: ConditionHost;

  constructor(host: ConditionHost) {
    this.host = host;
  }

  update(): void {
    this.host.release();
  }

  stop(): void {}

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}

/** `every n events`: when n items entered or n left. */
export class CountCondition implements OutputCondition {
  private readonly host: ConditionHost;
  private readonly rate: () => Value;
  private known = Number.POSITIVE_INFINITY;
  private added = 0;
  private removed = 0;

  /** `rate`: the present number, which may be a variable's; null leaves the last one. */
  constructor(host: ConditionHost, rate: () => Value) {
    this.host = host;
    this.rate = rate;
  }

  update(added: number, removed: number): void {
    const rate = this.rate();
    if (typeof rate === 'number') this.known = Math.trunc(rate);
    this.added += added;
    this.removed += removed;
    if (this.added < this.known && this.removed < this.known) return;
    this.added = 0;
    this.removed = 0;
    this.host.release();
  }

  stop(): void {}

  snapshot(): unknown {
    const known = Number.isFinite(this.known) ? this.known : null;
    return { added: this.added, removed: this.removed, known };
  }

  restore(state: unknown): void {
    const { added, removed, known } = state as { added: number; removed: number; known: number | null };
    this.added = added;
    this.removed = removed;
    this.known = known ?? Number.POSITIVE_INFINITY;
  }
}

/**
 * A condition on the clock. It begins with the first update and from then on releases at each due time; its place among
 * the timers of the statement is taken when it is made, so after those of the windows.
 */
export abstract class ClockCondition implements OutputCondition, TimerTarget {
  protected readonly host: ConditionHost;
  private sequence: number;
  private timer: Timer | null = null;

  constructor(host: ConditionHost) {
    this.host = host;
    this.sequence = host.timers.reserve();
  }

  /** The next due time after the present; null: never. */
  protected abstract nextDue(): number | null;

  update(_added: number, _removed: number): void {
    if (this.timer === null) this.schedule();
  }

  onTimer(): void {
    this.timer = null;
    this.host.release();
    this.schedule();
  }

  stop(): void {
    if (this.timer !== null) this.host.timers.cancel(this.timer);
    this.timer = null;
  }

  snapshot(): unknown {
    return { due: this.timer?.due ?? null, sequence: this.sequence };
  }

  restore(state: unknown): void {
    const { due, sequence } = state as { due: number | null; sequence: number };
    this.sequence = sequence;
    if (due !== null) this.scheduleAt(due);
  }

  /** Looks anew at the due time, when what it depends on may have changed. */
  protected reschedule(): void {
    if (this.timer === null) return;
    this.stop();
    this.schedule();
  }

  private schedule(): void {
    const due = this.nextDue();
    if (due !== null) this.scheduleAt(due);
  }

  private scheduleAt(due: number): void {
    const { host } = this;
    this.timer = host.timers.schedule(due, host.statement, this, this.sequence);
  }
}

/** `every` period: at the whole multiples of it after the first update. */
export class TimeCondition extends ClockCondition {
  private readonly period: () => Value;
  private readonly isVariable: boolean;
  private reference: number | null = null;
  private interval = Number.NaN;

  /** `period`: the present period; asked again at every update when `isVariable`. */
  constructor(host: ConditionHost, period: () => Value, isVariable: boolean) {
    super(host);
    this.period = period;
    this.isVariable = isVariable;
  }

  override update(added: number, removed: number): void {
    const { env } = this.host;
    this.reference ??= env.now;
    super.update(added, removed);
    if (!this.isVariable) return;
    const { reference } = this;
    const { due } = nextMultiple(env.now, reference, this.present(), env.timeBase);
    if (due - env.now === this.interval) return;
    this.reschedule();
  }

  protected nextDue(): number | null {
    const { env } = this.host;
    const from = this.reference ?? env.now;
    const { due, reference } = nextMultiple(env.now, from, this.present(), env.timeBase);
    this.reference = reference;
    this.interval = due - env.now;
    return due;
  }

  private present(): Period {
    const value = this.period();
    if (value === null) throw new ExpressionFailure('the period of `output every` is null');
    return periodOf(value);
  }

  override snapshot(): unknown {
    const interval = Number.isNaN(this.interval) ? null : this.interval;
    return { clock: super.snapshot(), reference: this.reference, interval };
  }

  override restore(state: unknown): void {
    const { clock, reference, interval } = state as {
      clock: unknown;
      reference: number | null;
      interval: number | null;
    };
    this.reference = reference;
    this.interval = interval ?? Number.NaN;
    super.restore(clock);
  }
}

/** `at (crontab)`: at each time it names. */
export class CrontabCondition extends ClockCondition {
  private readonly next: (now: number) => number | null;

  constructor(host: ConditionHost, next: (now: number) => number | null) {
    super(host);
    this.next = next;
  }

  protected nextDue(): number | null {
    return this.next(this.host.env.now);
  }
}

/**
 * The first multiple of a period from a reference time that lies after `now`. With months the multiples are stepped
 * through, and the last one passed is the new reference; else it stays.
 */
export function nextMultiple(
  now: number,
  reference: number,
  period: Period,
  base: TimeBase,
): { readonly due: number; readonly reference: number } {
  if (period.months === 0) {
    const step = Math.max(1, ticksOf(period.ms, base));
    const passed = Math.floor((now - reference) / step);
    return { due: reference + (passed + 1) * step, reference };
  }
  let last = reference;
  let due = addPeriod(last, period, base);
  while (due <= now) {
    last = due;
    due = addPeriod(last, period, base);
  }
  return { due, reference: last };
}
