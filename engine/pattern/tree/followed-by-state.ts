import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import type { FollowedByOperator, Operator } from '../program.ts';
import type { EventReader, EventWriter } from '../snapshot.ts';
import {
  type BranchingParent,
  ChildList,
  type ChildSnapshot,
  type NodeSnapshot,
  type Parent,
  StateNode,
  type TreeContext,
} from './node.ts';

/**
 * `A -> B -> C`: each completion of a step starts the next one with its tags. With `-[max]>` a next one is not started
 * while `max` of it are open; the completion is lost then.
 */
export class FollowedByState extends StateNode implements BranchingParent {
  readonly keepsFilter = false;
  private readonly tree: TreeContext;
  private readonly operator: FollowedByOperator;
  private readonly children: ChildList;

  constructor(parent: Parent, tree: TreeContext, operator: FollowedByOperator) {
    super(parent);
    this.tree = tree;
    this.operator = operator;
    this.children = new ChildList(tree);
  }

  override start(slots: readonly Slot[]): void {
    this.begin(0, slots);
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    // A report can still come in after an outer node ended this one.
    if (!this.children.has(from)) return;
    const step = from.step;
    if (quitted) this.children.remove(from);
    if (step === this.operator.children.length - 1) {
      this.parent.onTrue(slots, this, this.children.size === 0);
    } else if (this.mayBegin(step + 1)) this.begin(step + 1, slots);
  }

  onFalse(from: StateNode): void {
    from.quit();
    this.children.remove(from);
    if (this.children.size === 0) this.parent.onFalse(this, true);
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    for (const child of this.children.nodes()) child.discard(events);
  }

  override quit(): void {
    this.children.quitAll();
  }

  drop(child: StateNode): void {
    this.onFalse(child);
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    const steps = this.children.nodes().map((node) => node.step);
    return { children: this.children.snapshots(writer), steps };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    const steps = snapshot.steps as number[];
    for (const [i, one] of (snapshot.children as ChildSnapshot[]).entries()) {
      this.children.restore(this.make(steps[i] as number), one, reader);
    }
  }

  private mayBegin(step: number): boolean {
    const limit = this.operator.limits[step - 1] ?? null;
    if (limit === null) return true;
    const max = limit(null, NO_SLOTS, this.tree.host.env);
    if (typeof max !== 'number' || max < 0) return true;
    let open = 0;
    for (let node = this.children.first; node !== null; node = node.next) if (node.step === step) open++;
    return open < max;
  }

  private begin(step: number, slots: readonly Slot[]): void {
    const node = this.make(step);
    this.children.add(node);
    const answer = step === 0 ? 'counted' : this.children.count(node, slots);
    if (answer === 'counted') node.start(slots);
    else if (answer === 'refused' && this.children.size === 0) this.parent.onFalse(this, true);
  }

  private make(step: number): StateNode {
    const node = this.tree.create(this.operator.children[step] as Operator, this);
    node.step = step;
    return node;
  }
}

const NO_SLOTS: readonly Slot[] = [];
