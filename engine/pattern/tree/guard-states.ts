import type { EventRecord } from '../../event/record.ts';
import type { Evaluator, Slot } from '../../expr/evaluate.ts';
import type { Timer, TimerTarget } from '../../time/timer-queue.ts';
import { holdsAny } from '../held-events.ts';
import type { Duration, Operator } from '../program.ts';
import {
  type EventReader,
  type EventWriter,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../snapshot.ts';
import { type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';
import { timerRestore, timerSnapshot } from './observer-states.ts';

/** What guards have in common: one child, which they may end for good. */
abstract class GuardState extends StateNode implements Parent {
  readonly keepsFilter = false;
  protected readonly tree: TreeContext;
  protected readonly operator: Operator;
  protected begin: readonly Slot[] = [];
  protected child: StateNode | null = null;

  constructor(parent: Parent, tree: TreeContext, operator: Operator) {
    super(parent);
    this.tree = tree;
    this.operator = operator;
  }

  override start(slots: readonly Slot[]): void {
    this.begin = slots;
    const child = this.tree.create(this.operator, this);
    this.child = child;
    child.start(slots);
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    if (this.child !== from) return;
    if (quitted) {
      this.child = null;
      this.stopTimer();
    }
    if (this.passes(slots)) this.parent.onTrue(slots, this, quitted);
  }

  onFalse(from: StateNode): void {
    if (this.child !== from && !from.isSpent) return;
    this.end();
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    if (holdsAny(this.begin, events)) this.end();
    else this.child?.discard(events);
  }

  override quit(): void {
    this.stopTimer();
    this.child?.quit();
    this.child = null;
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    return { begin: writeSlots(this.begin, writer), child: this.child?.snapshot(writer) ?? null };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.begin = readSlots(snapshot.begin as SlotsSnapshot, reader);
    if (snapshot.child === null) return;
    this.child = this.tree.create(this.operator, this);
    this.child.restore(snapshot.child as NodeSnapshot, reader);
  }

  /** Whether a completion goes on to the parent; may end the guard. */
  protected abstract passes(slots: readonly Slot[]): boolean;

  protected stopTimer(): void {}

  /** Ends the child and reports it as false. */
  protected end(): void {
    this.quit();
    this.parent.onFalse(this, true);
  }
}

/**
 * `X where timer:within(d)`: ends X for good d after its start; a null d never ends it. With `max`, as
 * `timer:withinmax(d, max)`, also the completion after the `max`-th does.
 */
export class WithinState extends GuardState implements TimerTarget {
  private readonly duration: Duration;
  private readonly max: Evaluator | null;
  private left = Number.POSITIVE_INFINITY;
  private timer: Timer | null = null;

  constructor(parent: Parent, tree: TreeContext, operator: WithinOperator) {
    super(parent, tree, operator.child);
    this.duration = operator.duration;
    this.max = operator.op === 'withinMax' ? operator.max : null;
  }

  override start(slots: readonly Slot[]): void {
    const { env, timers, statement } = this.tree.host;
    // The guard's timer precedes timers that X starts now: at equal due times X is ended first.
    const sequence = timers.reserve();
    const due = this.duration(slots, env);
    const max = this.max?.(null, slots, env) ?? null;
    if (typeof max === 'number') this.left = max;
    super.start(slots);
    if (this.child !== null && due !== null) this.timer = timers.schedule(due, statement, this, sequence);
  }

  onTimer(): void {
    this.timer = null;
    this.end();
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    const left = Number.isFinite(this.left) ? this.left : null;
    return { ...super.snapshot(writer), left, timer: timerSnapshot(this.timer) };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.left = (snapshot.left as number | null) ?? Number.POSITIVE_INFINITY;
    this.timer = timerRestore(snapshot.timer, this, this.tree);
    super.restore(snapshot, reader);
  }

  protected override passes(): boolean {
    if (--this.left >= 0) return true;
    this.end();
    return false;
  }

  protected override stopTimer(): void {
    if (this.timer !== null) this.tree.host.timers.cancel(this.timer);
    this.timer = null;
  }
}

type WithinOperator = Operator & { readonly op: 'within' | 'withinMax' };

/** `X while (condition)`: a completion passes while the condition is true; false ends X for good, null only this one. */
export class WhileState extends GuardState {
  private readonly condition: Evaluator;

  constructor(parent: Parent, tree: TreeContext, operator: Operator & { readonly op: 'while' }) {
    super(parent, tree, operator.child);
    this.condition = operator.condition;
  }

  protected override passes(slots: readonly Slot[]): boolean {
    const value = this.condition(null, slots, this.tree.host.env);
    if (value === false) this.end();
    return value === true;
  }
}
