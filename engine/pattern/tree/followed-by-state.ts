import type { Slot } from '../../expr/evaluate.ts';
import type { Operator } from '../program.ts';
import type { EventReader, EventWriter } from '../snapshot.ts';
import { ChildList, type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';

/** `A -> B -> C`: each completion of a step starts the next one with its tags. */
export class FollowedByState extends StateNode implements Parent {
  readonly keepsFilter = false;
  private readonly tree: TreeContext;
  private readonly steps: readonly Operator[];
  private readonly children = new ChildList();

  constructor(parent: Parent, tree: TreeContext, steps: readonly Operator[]) {
    super(parent);
    this.tree = tree;
    this.steps = steps;
  }

  override start(slots: readonly Slot[]): void {
    this.begin(0, slots);
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    // A report can still come in after an outer node ended this one.
    if (!this.children.has(from)) return;
    const step = from.step;
    if (quitted) this.children.remove(from);
    if (step === this.steps.length - 1) this.parent.onTrue(slots, this, this.children.size === 0);
    else this.begin(step + 1, slots);
  }

  onFalse(from: StateNode): void {
    from.quit();
    this.children.remove(from);
    if (this.children.size === 0) this.parent.onFalse(this);
  }

  override quit(): void {
    this.children.quitAll();
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    return {
      children: this.children.snapshots((node) => ({ step: node.step, state: node.snapshot(writer) })),
    };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    for (const { step, state } of snapshot.children as { step: number; state: NodeSnapshot }[]) {
      this.add(step).restore(state, reader);
    }
  }

  private begin(step: number, slots: readonly Slot[]): void {
    this.add(step).start(slots);
  }

  private add(step: number): StateNode {
    const node = this.tree.create(this.steps[step] as Operator, this);
    node.step = step;
    this.children.add(node);
    return node;
  }
}
