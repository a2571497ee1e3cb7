import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import { holdsAny } from '../held-events.ts';
import type { Operator } from '../program.ts';
import {
  type EventReader,
  type EventWriter,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../snapshot.ts';
import { type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';

/**
 * `A and B`: all sides begin with the same tags. A completion of one side is combined with every stored completion of
 * the others. The node is done when no side but `not` is left waiting; one false side makes the whole false.
 */
export class AndState extends StateNode implements Parent {
  readonly keepsFilter = false;
  private readonly tree: TreeContext;
  private readonly sides: readonly Operator[];
  private children: (StateNode | null)[] = [];
  /** Completions by side; null once the node has ended. */
  private done: (readonly Slot[])[][] | null = null;

  constructor(parent: Parent, tree: TreeContext, sides: readonly Operator[]) {
    super(parent);
    this.tree = tree;
    this.sides = sides;
  }

  override start(slots: readonly Slot[]): void {
    this.done = this.sides.map(() => []);
    const started = this.sides.map((side) => this.tree.create(side, this));
    this.children = started.slice();
    // A side may end the node while the others are still starting.
    for (let i = 0; i < started.length; i++) this.children[i]?.start(slots);
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    const at = this.children.indexOf(from);
    if (at < 0 || this.done === null) return;
    if (quitted) this.children[at] = null;
    const done = this.done;
    const complete = done.every((completions, i) => i === at || completions.length > 0);
    const results = complete ? this.combine(done, at, slots) : [];
    // A completion is kept for later ones of the other sides, while there can be any.
    // A match that is discarded later ends the node by the completions it keeps, whatever else they are kept for.
    const { discards } = this.tree;
    const isNeeded = this.children.some((child, i) => {
      return (i !== at || discards) && child !== null && !child.isNot;
    });
    if (isNeeded || !complete) this.keep(done[at] as (readonly Slot[])[], slots);
    if (!complete) return;
    const over = this.children.every((child) => child === null || child.isNot);
    if (over) this.quit();
    for (const result of results) this.parent.onTrue(result, this, over);
  }

  onFalse(from: StateNode, restartable: boolean): void {
    if (!this.children.includes(from) && !from.isSpent) return;
    this.quit();
    this.parent.onFalse(this, restartable);
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    if (this.done?.some((side) => side.some((slots) => holdsAny(slots, events)))) {
      this.quit();
      this.parent.onFalse(this, true);
    } else for (const child of this.children.slice()) child?.discard(events);
  }

  override quit(): void {
    this.tree.budget.hold(-(this.done?.reduce((sum, side) => sum + side.length, 0) ?? 0));
    this.done = null;
    const children = this.children;
    this.children = [];
    for (const child of children) child?.quit();
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    return {
      children: this.children.map((child) => child?.snapshot(writer) ?? null),
      done: this.done?.map((side) => side.map((slots) => writeSlots(slots, writer))) ?? null,
    };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    const done = snapshot.done as SlotsSnapshot[][] | null;
    this.done = done?.map((side) => side.map((slots) => readSlots(slots, reader))) ?? null;
    this.tree.budget.hold(this.done?.reduce((sum, side) => sum + side.length, 0) ?? 0);
    this.children = (snapshot.children as (NodeSnapshot | null)[]).map((state, i) => {
      if (state === null) return null;
      const child = this.tree.create(this.sides[i] as Operator, this);
      child.restore(state, reader);
      return child;
    });
  }

  private keep(side: (readonly Slot[])[], slots: readonly Slot[]): void {
    const { budget } = this.tree;
    const verdict = budget.keep('held', side.length, slots);
    if (verdict === 'leave') return;
    if (verdict === 'replace') side.shift();
    else budget.hold(1);
    side.push(slots);
  }

  /** Every combination of the new completion of side `at` with stored ones of the other sides. */
  private combine(
    done: readonly (readonly (readonly Slot[])[])[],
    at: number,
    slots: readonly Slot[],
  ): (readonly Slot[])[] {
    const others = done.filter((_, side) => side !== at);
    const count = others.reduce((product, side) => product * side.length, 1);
    const most = this.tree.budget.matches(count, slots);
    let results: (readonly Slot[])[] = [slots];
    for (const stored of others) {
      const wider: (readonly Slot[])[] = [];
      for (const left of results) {
        for (const right of stored) if (wider.length < most) wider.push(merge(left, right));
      }
      results = wider;
    }
    return results;
  }
}

/** Tags of both; the sides bind different tags, and share those bound before. */
function merge(left: readonly Slot[], right: readonly Slot[]): readonly Slot[] {
  return left.map((slot, i) => slot ?? right[i] ?? null);
}
