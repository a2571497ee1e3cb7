import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import {
  type IntervalProgress,
  nextOccurrence,
  type RepeatingInterval,
  startInterval,
} from '../../time/repeating-interval.ts';
import type { Timer, TimerTarget } from '../../time/timer-queue.ts';
import { holdsAny } from '../held-events.ts';
import type { Duration } from '../program.ts';
import {
  type EventReader,
  type EventWriter,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../snapshot.ts';
import type { TimeSeries } from '../time-series.ts';
import { type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';

/**
 * `timer:interval(d)` and `timer:at(…)`: true once, at the due time worked out at its start; at once when that has
 * passed. A null one never comes.
 */
export class IntervalState extends StateNode implements TimerTarget {
  private readonly tree: TreeContext;
  private readonly duration: Duration;
  private slots: readonly Slot[] = [];
  private timer: Timer | null = null;

  constructor(parent: Parent, tree: TreeContext, duration: Duration) {
    super(parent);
    this.tree = tree;
    this.duration = duration;
  }

  override start(slots: readonly Slot[]): void {
    const { env, timers, statement } = this.tree.host;
    this.slots = slots;
    const due = this.duration(slots, env);
    if (due === null) return;
    if (due <= env.now) this.parent.onTrue(slots, this, true);
    else this.timer = timers.schedule(due, statement, this);
  }

  onTimer(): void {
    this.timer = null;
    this.parent.onTrue(this.slots, this, true);
  }

  override quit(): void {
    if (this.timer !== null) this.tree.host.timers.cancel(this.timer);
    this.timer = null;
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    if (this.timer === null || !holdsAny(this.slots, events)) return;
    this.quit();
    this.parent.onFalse(this, true);
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    return { slots: writeSlots(this.slots, writer), timer: timerSnapshot(this.timer) };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.slots = readSlots(snapshot.slots as SlotsSnapshot, reader);
    this.timer = timerRestore(snapshot.timer, this, this.tree);
  }
}

/**
 * `timer:schedule(…)`: true at each time of its series. Under an `every` or a repeat, or alone, it goes on by itself; when the
 * series has run out it is false for good, and not to be started again.
 */
export class ScheduleState extends StateNode implements TimerTarget {
  private readonly tree: TreeContext;
  private readonly series: TimeSeries;
  private slots: readonly Slot[] = [];
  private interval: RepeatingInterval | null = null;
  private progress: IntervalProgress = { reference: 0, count: null };
  private goesOn = false;
  private sequence = 0;
  private timer: Timer | null = null;
  private isOver = false;

  constructor(parent: Parent, tree: TreeContext, series: TimeSeries) {
    super(parent);
    this.tree = tree;
    this.series = series;
  }

  override get restartsItself(): boolean {
    return true;
  }

  override get isSpent(): boolean {
    return this.progress.count === null && this.timer === null;
  }

  override start(slots: readonly Slot[]): void {
    const { env, timers } = this.tree.host;
    this.slots = slots;
    this.goesOn = this.parent.keepsFilter || this.parent.keepsSchedule === true;
    this.sequence = timers.reserve();
    this.interval = this.series(slots, env);
    if (this.interval !== null) this.progress = startInterval(this.interval, env.now);
    const due = this.upcoming();
    if (due === null) this.parent.onFalse(this, false);
    else this.schedule(due);
  }

  onTimer(): void {
    this.timer = null;
    const due = this.upcoming();
    this.parent.onTrue(this.slots, this, !this.goesOn || due === null);
    if (due === null) this.parent.onFalse(this, false);
    else if (this.goesOn && !this.isOver) this.schedule(due);
  }

  override quit(): void {
    this.isOver = true;
    if (this.timer !== null) this.tree.host.timers.cancel(this.timer);
    this.timer = null;
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    if (this.isOver || this.timer === null || !holdsAny(this.slots, events)) return;
    this.quit();
    this.parent.onFalse(this, true);
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    const { interval, progress, goesOn, sequence } = this;
    const timer = timerSnapshot(this.timer);
    return {
      slots: writeSlots(this.slots, writer),
      interval,
      progress: { ...progress },
      goesOn,
      sequence,
      timer,
    };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.slots = readSlots(snapshot.slots as SlotsSnapshot, reader);
    this.interval = snapshot.interval as RepeatingInterval | null;
    this.progress = { ...(snapshot.progress as IntervalProgress) };
    this.goesOn = snapshot.goesOn as boolean;
    this.sequence = snapshot.sequence as number;
    this.timer = timerRestore(snapshot.timer, this, this.tree);
  }

  private upcoming(): number | null {
    const { env } = this.tree.host;
    if (this.interval === null) return null;
    return nextOccurrence(this.interval, this.progress, env.now, env.timeBase);
  }

  private schedule(due: number): void {
    const { timers, statement } = this.tree.host;
    this.timer = timers.schedule(due, statement, this, this.sequence);
  }
}

/** A timer as JSON. */
export function timerSnapshot(timer: Timer | null): readonly [due: number, sequence: number] | null {
  return timer === null ? null : [timer.due, timer.sequence];
}

/** Queues the timer of a snapshot again. */
export function timerRestore(snapshot: unknown, target: TimerTarget, tree: TreeContext): Timer | null {
  if (snapshot === null) return null;
  const [due, sequence] = snapshot as [number, number];
  return tree.host.timers.schedule(due, tree.host.statement, target, sequence);
}
