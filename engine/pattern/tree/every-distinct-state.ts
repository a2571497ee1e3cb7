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
import { ChildList, type NodeSnapshot, type Parent, StateNode, type TreeContext } from './node.ts';

/** Keys seen, oldest first, with the time each is forgotten at (epoch ms; Infinity without expiry). */
type Seen = Map<string, number>;

/**
 * `every-distinct(keys, expiry) X`: as `every`, but a completion whose keys its line of children has seen goes no
 * further. A fresh child takes over what the one before has seen; after a child that is false it begins with nothing.
 */
export class EveryDistinctState extends StateNode implements Parent {
  readonly keepsFilter = true;
  private readonly tree: TreeContext;
  private readonly operator: EveryDistinctOperator;
  private readonly children = new ChildList();
  private readonly seen = new Map<StateNode, Seen>();
  private begin: readonly Slot[] = [];

  constructor(parent: Parent, tree: TreeContext, operator: EveryDistinctOperator) {
    super(parent);
    this.tree = tree;
    this.operator = operator;
  }

  override start(slots: readonly Slot[]): void {
    this.begin = slots;
    this.spawn(new Map());
  }

  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void {
    const seen = this.seen.get(from);
    const isNew = seen === undefined || this.isNew(slots, seen);
    if (quitted) this.remove(from);
    // The line of a child that is gone passes its keys on; a child that goes on keeps its own.
    if (!from.isFilter) this.spawn(quitted && seen !== undefined ? seen : new Map(seen));
    if (isNew) this.parent.onTrue(slots, this, false);
  }

  onFalse(from: StateNode): void {
    from.quit();
    this.remove(from);
    this.spawn(new Map());
  }

  override discard(events: ReadonlySet<EventRecord>): void {
    if (holdsAny(this.begin, events)) {
      this.quit();
      this.parent.onFalse(this, true);
    } else for (const child of this.children.nodes()) child.discard(events);
  }

  override quit(): void {
    this.children.quitAll();
    this.seen.clear();
  }

  override snapshot(writer: EventWriter): NodeSnapshot {
    const children = this.children.snapshots((node) => ({
      state: node.snapshot(writer),
      seen: [...(this.seen.get(node) ?? [])].map(([key, until]) => [
        key,
        Number.isFinite(until) ? until : null,
      ]),
    }));
    return { begin: writeSlots(this.begin, writer), children };
  }

  override restore(snapshot: NodeSnapshot, reader: EventReader): void {
    this.begin = readSlots(snapshot.begin as SlotsSnapshot, reader);
    for (const { state, seen } of snapshot.children as {
      state: NodeSnapshot;
      seen: [string, number | null][];
    }[]) {
      const node = this.tree.create(this.operator.child, this);
      node.restore(state, reader);
      this.add(node, new Map(seen.map(([key, until]) => [key, until ?? Number.POSITIVE_INFINITY])));
    }
  }

  /** Whether the keys of a completion are new; then they are remembered. */
  private isNew(slots: readonly Slot[], seen: Seen): boolean {
    const { env } = this.tree.host;
    const { keys, expiry } = this.operator;
    for (const [key, until] of seen) {
      if (until > env.now) break;
      seen.delete(key);
    }
    const key = JSON.stringify(keys.map((one) => keyText(equalityKey(one(null, slots, env)))));
    if (seen.has(key)) return false;
    seen.set(
      key,
      expiry === null ? Number.POSITIVE_INFINITY : (expiry(slots, env) ?? Number.POSITIVE_INFINITY),
    );
    return true;
  }

  private spawn(seen: Seen): void {
    const fresh = startFresh(this.operator.child, this.tree, this.begin);
    if (fresh === null) return;
    fresh.parent = this;
    this.add(fresh, seen);
  }

  private add(node: StateNode, seen: Seen): void {
    this.children.add(node);
    this.seen.set(node, seen);
  }

  private remove(node: StateNode): void {
    this.children.remove(node);
    this.seen.delete(node);
  }
}

/** JSON has no NaN and no infinities; their texts differ from those of strings by the type in front. */
function keyText(key: string | number | boolean | null): string | null {
  return key === null ? null : `${typeof key === 'string' ? 's' : 'v'}${key}`;
}
