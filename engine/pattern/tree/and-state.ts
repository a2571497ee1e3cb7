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
    (done[at] as (readonly Slot[])[]).push(slots);
    if (!complete) return;
    const results = combine(done, at, slots);
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
    this.children = (snapshot.children as (NodeSnapshot | null)[]).map((state, i) => {
      if (state === null) return null;
      const child = this.tree.create(this.sides[i] as Operator, this);
      child.restore(state, reader);
      return child;
    });
  }
}

/** Every combination of the new completion of side `at` with stored ones of the other sides. */
function combine(
  done: readonly (readonly (readonly Slot[])[])[],
  at: number,
  slots: readonly Slot[],
): (readonly Slot[])[] {
  let results: (readonly Slot[])[] = [slots];
  for (let side = 0; side < done.length; side++) {
    if (side === at) continue;
    const stored = done[side] as readonly (readonly Slot[])[];
    results = results.flatMap((left) => stored.map((right) => merge(left, right)));
  }
  return results;
}

/** Tags of both; the sides bind different tags, and share those bound before. */
function merge(left: readonly Slot[], right: readonly Slot[]): readonly Slot[] {
  return left.map((slot, i) => slot ?? right[i] ?? null);
}
