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
 * `every X`: whenever a child is true or dies, a fresh one begins with the tags that `every` itself began with. A fresh
 * child that is true or false at once is dropped, or it would go on for ever (`every not A`).
 */
export class EveryState extends StateNode implements BranchingParent {
  readonly keepsFilter = true;
  private readonly tree: TreeContext;
  private readonly child: Operator;
  private readonly children: ChildList;
  private begin: readonly Slot[] = [];

  constructor(parent: Parent, tree: TreeContext, child: Operator) {
    super(parent);
    this.tree = tree;
    this.child = child;
    this.children = new ChildList(tree);
  }

  override start(slots: readonly Slot[]): void {
    this.begin = slots;
    this.spawn();
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    if (quitted) this.children.remove(from);
    if (!from.isFilter && !from.restartsItself) this.spawn();
    this.parent.onTrue(slots, this, false);
  }

  onFalse(from: StateNode, restartable: boolean): void {
    from.quit();
    this.children.remove(from);
    if (restartable) this.spawn();
    else this.parent.onFalse(this, false);
  }

  drop(child: StateNode): void {
    this.children.remove(child);
    child.quit();
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    if (holdsAny(this.begin, events)) {
      this.quit();
      this.parent.onFalse(this, true);
    } else for (const child of this.children.nodes()) child.discard(events);
  }

  override quit(): void {
    this.children.quitAll();
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    return { begin: writeSlots(this.begin, writer), children: this.children.snapshots(writer) };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.begin = readSlots(snapshot.begin as SlotsSnapshot, reader);
    for (const one of snapshot.children as ChildSnapshot[]) {
      this.children.restore(this.tree.create(this.child, this), one, reader);
    }
  }

  private spawn(): void {
    const fresh = startFresh(this.child, this.tree, this.begin);
    if (fresh === null) return;
    this.children.add(fresh);
    fresh.parent = this;
    // Beside others that go on it is one more branch.
    if (this.children.size > 1 && this.children.count(fresh, this.begin) !== 'counted') fresh.quit();
  }
}

/** Starts a child of an `every`; null when it ended as it started. Whoever calls it becomes its parent. */
export function startFresh(operator: Operator, tree: TreeContext, slots: readonly Slot[]): StateNode | null {
  const probe = new StartProbe();
  const fresh = tree.create(operator, probe);
  fresh.start(slots);
  if (!probe.isOver) return fresh;
  fresh.quit();
  return null;
}

/** Stands in as parent while a child starts, to learn whether it is true, or false for good, at once. */
class StartProbe implements Parent {
  readonly keepsFilter = true;
  isOver = false;

  onTrue(): void {
    this.isOver = true;
  }

  onFalse(): void {
    this.isOver = true;
  }
}
