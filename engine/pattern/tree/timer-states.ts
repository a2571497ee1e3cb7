import type { Slot } from '../../expr/evaluate.ts';
import type { Timer, TimerTarget } from '../../time/timer-queue.ts';
import type { Duration, Operator } from '../program.ts';
import {
  type EventReader,
  type EventWriter,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../snapshot.ts';
import { type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';

/** `timer:interval(d)`: true once, d after its start; at once when d is not positive. A null d never comes. */
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

  override snapshot(writer: EventWriter): NodeSnapshot {
    return { slots: writeSlots(this.slots, writer), timer: timerSnapshot(this.timer) };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.slots = readSlots(snapshot.slots as SlotsSnapshot, reader);
    this.timer = timerRestore(snapshot.timer, this, this.tree);
  }
}

/** `X where timer:within(d)`: ends X for good d after its start. A null d never ends it. */
export class WithinState extends StateNode implements Parent, TimerTarget {
  readonly keepsFilter = false;
  private readonly tree: TreeContext;
  private readonly operator: Operator;
  private readonly duration: Duration;
  private child: StateNode | null = null;
  private timer: Timer | null = null;

  constructor(parent: Parent, tree: TreeContext, operator: Operator, duration: Duration) {
    super(parent);
    this.tree = tree;
    this.operator = operator;
    this.duration = duration;
  }

  override start(slots: readonly Slot[]): void {
    const { env, timers, statement } = this.tree.host;
    // The guard's timer precedes timers that X starts now: at equal due times X is ended first.
    const sequence = timers.reserve();
    const due = this.duration(slots, env);
    const child = this.tree.create(this.operator, this);
    this.child = child;
    child.start(slots);
    if (this.child !== null && due !== null) this.timer = timers.schedule(due, statement, this, sequence);
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    if (this.child !== from) return;
    if (quitted) {
      this.child = null;
      this.stopTimer();
    }
    this.parent.onTrue(slots, this, quitted);
  }

  onFalse(from: StateNode): void {
    if (this.child !== from) return;
    from.quit();
    this.child = null;
    this.stopTimer();
    this.parent.onFalse(this);
  }

  onTimer(): void {
    this.timer = null;
    this.child?.quit();
    this.child = null;
    this.parent.onFalse(this);
  }

  override quit(): void {
    this.stopTimer();
    this.child?.quit();
    this.child = null;
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    return { child: this.child?.snapshot(writer) ?? null, timer: timerSnapshot(this.timer) };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.timer = timerRestore(snapshot.timer, this, this.tree);
    if (snapshot.child === null) return;
    this.child = this.tree.create(this.operator, this);
    this.child.restore(snapshot.child as NodeSnapshot, reader);
  }

  private stopTimer(): void {
    if (this.timer !== null) this.tree.host.timers.cancel(this.timer);
    this.timer = null;
  }
}

function timerSnapshot(timer: Timer | null): readonly [due: number, sequence: number] | null {
  return timer === null ? null : [timer.due, timer.sequence];
}

function timerRestore(snapshot: unknown, target: TimerTarget, tree: TreeContext): Timer | null {
  if (snapshot === null) return null;
  const [due, sequence] = snapshot as [number, number];
  return tree.host.timers.schedule(due, tree.host.statement, target, sequence);
}
