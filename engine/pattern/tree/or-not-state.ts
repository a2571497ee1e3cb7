import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import type { Operator } from '../program.ts';
import type { EventReader, EventWriter } from '../snapshot.ts';
import { type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';

/** `A or B`: true with each side; a side that ends by being true ends the others. */
export class OrState extends StateNode implements Parent {
  readonly keepsFilter = false;
  readonly keepsSchedule: boolean;
  private readonly tree: TreeContext;
  private readonly sides: readonly Operator[];
  private children: (StateNode | null)[] = [];

  constructor(parent: Parent, tree: TreeContext, sides: readonly Operator[]) {
    super(parent);
    this.keepsSchedule = parent.keepsSchedule === true;
    this.tree = tree;
    this.sides = sides;
  }

  /** Whether a schedule is all that is left. */
  override get restartsItself(): boolean {
    const [only, other] = this.children.filter((child) => child !== null);
    return this.keepsSchedule && other === undefined && only?.restartsItself === true;
  }

  override start(slots: readonly Slot[]): void {
    const started = this.sides.map((side) => this.tree.create(side, this));
    this.children = started.slice();
    // A side that ends by being true as it starts ends the others, before they start.
    for (const child of started) if (this.children.includes(child)) child.start(slots);
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    const at = this.children.indexOf(from);
    if (at < 0) return;
    // A schedule that goes on has ended the other sides all the same.
    if (quitted || (this.keepsSchedule && from.restartsItself)) {
      this.children[at] = null;
      this.quit();
      if (!quitted) this.children = this.sides.map((_, i) => (i === at ? from : null));
    }
    this.parent.onTrue(slots, this, quitted);
  }

  onFalse(from: StateNode): void {
    const at = this.children.indexOf(from);
    if (at < 0 && !from.isSpent) return;
    from.quit();
    if (at >= 0) this.children[at] = null;
    if (this.children.every((child) => child === null)) this.parent.onFalse(this, true);
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    for (const child of this.children.slice()) child?.discard(events);
  }

  override quit(): void {
    const children = this.children;
    this.children = [];
    for (const child of children) child?.quit();
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    return { children: this.children.map((child) => child?.snapshot(writer) ?? null) };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.children = (snapshot.children as (NodeSnapshot | null)[]).map((state, i) => {
      if (state === null) return null;
      const child = this.tree.create(this.sides[i] as Operator, this);
      child.restore(state, reader);
      return child;
    });
  }
}

/**
 * `not A`: true from the start, false for good once A is true and gone. An A that goes on (`not every A`) never makes
 * it false.
 */
export class NotState extends StateNode implements Parent {
  readonly keepsFilter = false;
  private readonly tree: TreeContext;
  private readonly operator: Operator;
  private child: StateNode | null = null;

  constructor(parent: Parent, tree: TreeContext, operator: Operator) {
    super(parent);
    this.tree = tree;
    this.operator = operator;
  }

  override get isNot(): boolean {
    return true;
  }

  override start(slots: readonly Slot[]): void {
    const child = this.tree.create(this.operator, this);
    this.child = child;
    child.start(slots);
    this.parent.onTrue(slots, this, false);
  }

  onTrue(_slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    if (this.child !== from || !quitted) return;
    this.child = null;
    this.parent.onFalse(this, true);
  }

  onFalse(from: StateNode): void {
    // A can never be true any more, so `not A` stays true.
    if (this.child === from) from.quit();
  }

  override discard(): void {
    // What would end A has nothing to do with the events matched so far.
  }

  override quit(): void {
    this.child?.quit();
    this.child = null;
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    return { child: this.child?.snapshot(writer) ?? null };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    if (snapshot.child === null) return;
    this.child = this.tree.create(this.operator, this);
    this.child.restore(snapshot.child as NodeSnapshot, reader);
  }
}
