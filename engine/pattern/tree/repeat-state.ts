import type { EventRecord } from '../../event/record.ts';
import type { Evaluator, Slot } from '../../expr/evaluate.ts';
import { holdsAny } from '../held-events.ts';
import type { RepeatOperator } from '../program.ts';
import {
  type EventReader,
  type EventWriter,
  isRepeated,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../snapshot.ts';
import { type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';

/**
 * `[low:high] A until B`: rounds of A, each begun with the tags of the repeat's own beginning, their events collected.
 * B is started first, so of an event that is both it is B that counts.
 */
export class RepeatState extends StateNode implements Parent {
  readonly keepsFilter = true;
  private readonly tree: TreeContext;
  private readonly operator: RepeatOperator;
  private begin: readonly Slot[] = [];
  private child: StateNode | null = null;
  private until: StateNode | null = null;
  private low: number | null = null;
  private high: number | null = null;
  private rounds = 0;
  /** Events of the rounds so far, one list for each of the operator's slots. */
  private collected: EventRecord[][];
  /** Events that the budget counts. */
  private counted = 0;
  /** While a round is being started: whether it was over at once and another is to follow. */
  private isStarting = false;
  private isNextDue = false;

  constructor(parent: Parent, tree: TreeContext, operator: RepeatOperator) {
    super(parent);
    this.tree = tree;
    this.operator = operator;
    this.collected = operator.slots.map(() => []);
  }

  override start(slots: readonly Slot[]): void {
    const { operator, tree } = this;
    this.begin = slots;
    const child = tree.create(operator.child, this);
    this.child = child;
    if (operator.until !== null) {
      this.until = tree.create(operator.until, this);
      this.until.start(slots);
    }
    const low = bound(operator.low, slots, tree);
    const high = bound(operator.high, slots, tree);
    const isReversed = low !== null && high !== null && high < low;
    this.low = isReversed ? high : low;
    this.high = isReversed ? low : high;
    if (this.child === child) this.startRounds(child);
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    if (from === this.child) this.onRound(slots, quitted);
    else if (from === this.until) {
      const isEnough = this.low === null || this.rounds >= this.low;
      if (quitted) this.until = null;
      this.quit();
      if (isEnough) this.parent.onTrue(this.gathered(slots), this, true);
      else this.parent.onFalse(this, true);
    }
  }

  onFalse(from: StateNode): void {
    if (from !== this.child && from !== this.until && !from.isSpent) return;
    this.quit();
    this.parent.onFalse(this, true);
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    const holds = holdsAny(this.begin, events) || holdsAny(this.collected, events);
    if (holds) {
      this.quit();
      this.parent.onFalse(this, true);
    } else {
      this.child?.discard(events);
      this.until?.discard(events);
    }
  }

  override quit(): void {
    const { child, until } = this;
    this.child = null;
    this.until = null;
    child?.quit();
    until?.quit();
    this.tree.budget.hold(-this.counted);
    this.counted = 0;
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    const { low, high, rounds } = this;
    return {
      begin: writeSlots(this.begin, writer),
      child: this.child?.snapshot(writer) ?? null,
      until: this.until?.snapshot(writer) ?? null,
      bounds: [low, high],
      rounds,
      collected: writeSlots(this.collected, writer),
    };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    const { operator, tree } = this;
    this.begin = readSlots(snapshot.begin as SlotsSnapshot, reader);
    [this.low, this.high] = snapshot.bounds as [number | null, number | null];
    this.rounds = snapshot.rounds as number;
    this.collected = readSlots(snapshot.collected as SlotsSnapshot, reader) as EventRecord[][];
    this.counted = this.collected.reduce((sum, list) => sum + list.length, 0);
    tree.budget.hold(this.counted);
    if (snapshot.until !== null && operator.until !== null) {
      this.until = tree.create(operator.until, this);
      this.until.restore(snapshot.until as NodeSnapshot, reader);
    }
    if (snapshot.child !== null) {
      this.child = tree.create(operator.child, this);
      this.child.restore(snapshot.child as NodeSnapshot, reader);
    }
  }

  private onRound(slots: readonly Slot[], quitted: boolean): void {
    this.rounds++;
    this.collect(slots);
    if (quitted) this.child = null;
    if (this.low !== null && this.low === this.high && this.rounds === this.low) {
      this.quit();
      this.parent.onTrue(this.gathered(slots), this, true);
      return;
    }
    const goesOn = this.high === null || this.high > this.rounds;
    if (this.child !== null) {
      if (goesOn) return;
      this.child.quit();
      this.child = null;
    } else if (goesOn) this.nextRound();
  }

  private nextRound(): void {
    if (this.isStarting) this.isNextDue = true;
    else {
      const child = this.tree.create(this.operator.child, this);
      this.child = child;
      this.startRounds(child);
    }
  }

  /** Rounds that are over as they start (`timer:interval(0)`) follow each other here, without a call inside a call. */
  private startRounds(first: StateNode): void {
    let child: StateNode = first;
    this.isStarting = true;
    for (let atOnce = 0; ; atOnce++) {
      this.isNextDue = false;
      child.start(this.begin);
      if (!this.isNextDue || this.tree.budget.keep('repeat', atOnce, this.begin) !== 'grow') break;
      child = this.tree.create(this.operator.child, this);
      this.child = child;
    }
    this.isStarting = false;
  }

  private collect(slots: readonly Slot[]): void {
    this.operator.slots.forEach((slot, i) => {
      const value = slots[slot] ?? null;
      const list = this.collected[i] as EventRecord[];
      if (value === null) return;
      if (isRepeated(value)) for (const one of value) this.add(one, list, slots);
      else this.add(value, list, slots);
    });
  }

  private add(event: EventRecord, list: EventRecord[], slots: readonly Slot[]): void {
    const { budget } = this.tree;
    const verdict = budget.keep('repeat', list.length, slots);
    if (verdict === 'leave') return;
    if (verdict === 'replace') list.shift();
    else {
      budget.hold(1);
      this.counted++;
    }
    list.push(event);
  }

  /** The tags with the events of all rounds; a tag that no round bound stays as it is. */
  private gathered(slots: readonly Slot[]): readonly Slot[] {
    const all = slots.slice();
    this.operator.slots.forEach((slot, i) => {
      const list = this.collected[i] as EventRecord[];
      if (list.length > 0) all[slot] = list.slice();
    });
    return all;
  }
}

function bound(of: Evaluator | null, slots: readonly Slot[], tree: TreeContext): number | null {
  const value = of === null ? null : of(null, slots, tree.host.env);
  return typeof value === 'number' ? value : null;
}
