import type { Slot } from '../../expr/evaluate.ts';
import type { Operator } from '../program.ts';
import {
  type EventReader,
  type EventWriter,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../snapshot.ts';
import { ChildList, type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';

/**
 * `every X`: whenever a child is true or dies, a fresh one begins with the tags that `every` itself began with. A fresh
 * child that is true at once is dropped, or it would go on for ever (`every not A`).
 */
export class EveryState extends StateNode implements Parent {
  readonly keepsFilter = true;
  private readonly tree: TreeContext;
  private readonly child: Operator;
  private readonly children = new ChildList();
  private begin: readonly Slot[] = [];

  constructor(parent: Parent, tree: TreeContext, child: Operator) {
    super(parent);
    this.tree = tree;
    this.child = child;
  }

  override start(slots: readonly Slot[]): void {
    this.begin = slots;
    this.spawn();
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    if (quitted) this.children.remove(from);
    if (!from.restartsItself) this.spawn();
    this.parent.onTrue(slots, this, false);
  }

  onFalse(from: StateNode): void {
    from.quit();
    this.children.remove(from);
    this.spawn();
  }

  override quit(): void {
    this.children.quitAll();
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    const children = this.children.snapshots((node) => node.snapshot(writer));
    return { begin: writeSlots(this.begin, writer), children };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.begin = readSlots(snapshot.begin as SlotsSnapshot, reader);
    for (const one of snapshot.children as NodeSnapshot[]) {
      const node = this.tree.create(this.child, this);
      node.restore(one, reader);
      this.children.add(node);
    }
  }

  private spawn(): void {
    const probe = new StartProbe();
    const fresh = this.tree.create(this.child, probe);
    fresh.start(this.begin);
    if (probe.isTrue) {
      fresh.quit();
      return;
    }
    this.children.add(fresh);
    fresh.parent = this;
  }
}

/** Stands in as parent while a child starts, to learn whether it is true at once. */
class StartProbe implements Parent {
  readonly keepsFilter = true;
  isTrue = false;

  onTrue(): void {
    this.isTrue = true;
  }

  onFalse(): void {
    // A child that is false at once stays as it is: nothing below it waits, so it costs nothing and never reports.
  }
}
