import type { EventRecord } from '../../event/record.ts';
import { equalityKey, type Slot } from '../../expr/evaluate.ts';
import { holdsAny } from '../held-events.ts';
import type { EveryDistinctOperator } from '../program.ts';
import {
  type EventReader,
  type EventWriter,
  readSlots,
  type SlotsSnapshot,
  writeSlots,
} from '../snapshot.ts';
import { startFresh } from './every-state.ts';
import {
  type BranchingParent,
  ChildList,
  type ChildSnapshot,
  type NodeSnapshot,
  type Parent,
  StateNode,
  type TreeContext,
} from './node.ts';

/** Keys seen, oldest first, with the time each is forgotten at (ticks; Infinity without expiry). */
type Seen = Map<string, number>;

/**
 * `every-distinct(keys, expiry) X`: as `every`, but a completion whose keys its line of children has seen goes no
 * further. A fresh child takes over what the one before has seen; after a child that is false it begins with nothing.
 */
export class EveryDistinctState extends StateNode implements BranchingParent {
  readonly keepsFilter = true;
  private readonly tree: TreeContext;
  private readonly operator: EveryDistinctOperator;
  private readonly children: ChildList;
  private readonly seen = new Map<StateNode, Seen>();
  private begin: readonly Slot[] = [];

  constructor(parent: Parent, tree: TreeContext, operator: EveryDistinctOperator) {
    super(parent);
    this.tree = tree;
    this.operator = operator;
    this.children = new ChildList(tree);
  }

  override start(slots: readonly Slot[]): void {
    this.begin = slots;
    this.spawn(new Map());
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    const seen = this.seen.get(from);
    const isNew = seen === undefined || this.isNew(slots, seen);
    if (quitted) {
      this.children.remove(from);
      this.seen.delete(from);
    }
    // The line of a child that is gone passes its keys on; a child that goes on keeps its own.
    if (!from.isFilter) this.spawn(quitted && seen !== undefined ? seen : this.copied(seen));
    if (isNew) this.parent.onTrue(slots, this, false);
  }

  onFalse(from: StateNode): void {
    this.drop(from);
    this.spawn(new Map());
  }

  drop(child: StateNode): void {
    this.children.remove(child);
    this.forget(child);
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
    for (const seen of this.seen.values()) this.tree.budget.hold(-seen.size);
    this.seen.clear();
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    const seen = this.children.nodes().map((node) => {
      const keys = [...(this.seen.get(node) ?? [])];
      return keys.map(([key, until]) => [key, Number.isFinite(until) ? until : null]);
    });
    return { begin: writeSlots(this.begin, writer), children: this.children.snapshots(writer), seen };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.begin = readSlots(snapshot.begin as SlotsSnapshot, reader);
    const seen = snapshot.seen as [string, number | null][][];
    for (const [i, one] of (snapshot.children as ChildSnapshot[]).entries()) {
      const node = this.tree.create(this.operator.child, this);
      this.children.restore(node, one, reader);
      const keys = (seen[i] ?? []).map(([key, until]) => [key, until ?? Number.POSITIVE_INFINITY] as const);
      this.seen.set(node, new Map(keys));
      this.tree.budget.hold(keys.length);
    }
  }

  /** Whether the keys of a completion are new; then they are remembered. */
  private isNew(slots: readonly Slot[], seen: Seen): boolean {
    const { budget, host } = this.tree;
    const { env } = host;
    const { keys, expiry } = this.operator;
    for (const [key, until] of seen) {
      if (until > env.now) break;
      seen.delete(key);
      budget.hold(-1);
    }
    const key = JSON.stringify(keys.map((one) => keyText(equalityKey(one(null, slots, env)))));
    if (seen.has(key)) return false;
    const verdict = budget.keep('distinct', seen.size, slots);
    if (verdict === 'leave') return true;
    if (verdict === 'replace') seen.delete(seen.keys().next().value as string);
    else budget.hold(1);
    const until = expiry === null ? null : expiry(slots, env);
    seen.set(key, until ?? Number.POSITIVE_INFINITY);
    return true;
  }

  private copied(seen: Seen | undefined): Seen {
    this.tree.budget.hold(seen?.size ?? 0);
    return new Map(seen);
  }

  private spawn(seen: Seen): void {
    const fresh = startFresh(this.operator.child, this.tree, this.begin);
    if (fresh === null) {
      this.tree.budget.hold(-seen.size);
      return;
    }
    fresh.parent = this;
    this.children.add(fresh);
    this.seen.set(fresh, seen);
    if (this.children.size > 1 && this.children.count(fresh, this.begin) !== 'counted') this.drop(fresh);
  }

  private forget(node: StateNode): void {
    this.tree.budget.hold(-(this.seen.get(node)?.size ?? 0));
    this.seen.delete(node);
  }
}

/** JSON has no NaN and no infinities; their texts differ from those of strings by the type in front. */
function keyText(key: string | number | boolean | null): string | null {
  return key === null ? null : `${typeof key === 'string' ? 's' : 'v'}${key}`;
}
