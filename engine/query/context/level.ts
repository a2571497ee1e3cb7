import type { EventRecord, Value } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { StatementAtom, StatementHost } from '../statement.ts';
import { comesBefore, type EndCause, type EndFilter } from './filter-order.ts';
import type { Partition } from './partition.ts';
import type { Trigger } from './trigger.ts';

/**
 * The levels of a context. A `Level` is one kind of context ready to run; it makes a `LevelNode` for each partition of
 * the level above (for the outermost: one). A node keeps its partitions, the branches: each leads to a node of the next
 * level, or at the innermost to a partition in which statements run.
 */
export interface Level {
  /** Filters of the level; `collect` gets their index. */
  readonly atoms: readonly StatementAtom[];
  node(parent: Branch | null): LevelNode;
  /**
   * How events of a filter on `type` find the branches; null: they go to all. `isCondition`: it is a condition of the
   * level or of one below, else a filter of a statement.
   */
  route(type: number, isCondition: boolean): Route | null;
}

/** One partition of a level. */
export class Branch {
  readonly node: LevelNode;
  /** What the node finds it by: the group of a key, a hash, the index of a label, a running number. */
  readonly key: string | number | boolean | null;
  /** Its values, from the base of the level on. */
  readonly values: Value[];
  below: LevelNode | Partition | null = null;

  constructor(node: LevelNode, key: Branch['key'], values: Value[]) {
    this.node = node;
    this.key = key;
    this.values = values;
  }
}

/** Something an event does to a context; done when all filters that it hits are known. */
export interface Hit {
  /** Those of a lower rank come first. */
  rank: number;
  act(): void;
  /** Of an end by an event: the branch that ends, and the filter that the event passed. */
  readonly end?: { readonly branch: Branch; readonly filter: EndFilter };
  /** Of a beginning below another level: its node, and the conditions of the filter that the event passed. */
  begin?: { readonly node: LevelNode; readonly parts: readonly string[] };
}

/** Ends come before beginnings, so that one event can end a partition and begin the next. */
export const RANK_END = 0;
/** See `RANK_END`. */
export const RANK_BEGIN = 1;
/** What begins before the partition around it ends; see `putInOrder`. */
const RANK_FIRST = -1;

/**
 * Sorts what one event does. As in Esper a partition begins within one that the same event ends where its filter comes
 * before the one that ends: it gets the event, and ends with the other.
 */
export function putInOrder(hits: Hit[]): Hit[] {
  if (hits.length < 2) return hits;
  for (const hit of hits) {
    const { begin } = hit;
    if (begin === undefined) continue;
    const isFirst = ({ end }: Hit) =>
      end !== undefined && isWithin(begin.node, end.branch) && comesBefore(begin.parts, end.filter);
    if (hits.some(isFirst)) hit.rank = RANK_FIRST;
  }
  return hits.sort((a, b) => a.rank - b.rank);
}

/** Whether a node is below a branch. */
function isWithin(node: LevelNode, branch: Branch): boolean {
  for (let at = node.parent; at !== null; at = at.node.parent) if (at === branch) return true;
  return false;
}

/** Finds the branches of a node that an event belongs to. Made for one type of filter; see `LevelNode.route`. */
export interface Route {
  /** Calls `visit` for each of the branches. `event` is in the layout of the filter's type. */
  visit(node: LevelNode, event: EventRecord, visit: (branch: Branch) => void): void;
  /** Whether the event belongs to the branch. */
  accepts(branch: Branch, event: EventRecord): boolean;
  /** Conditions that it adds to the filter; see `filter-order.ts`. */
  readonly parts: readonly string[];
}

/** The state of a level below one partition of the level above. */
export interface LevelNode {
  readonly parent: Branch | null;
  /** Begins; partitions that are there from the start, or that the event makes, are opened. */
  activate(trigger: Trigger): void;
  /** Ends all partitions and conditions. */
  deactivate(): void;
  /** Notes what an event that passes filter `atom` does here. */
  collect(atom: number, event: EventRecord, hits: Hit[]): void;
  /** In the order in which they began. */
  branches(): Iterable<Branch>;
  /** Forgets a branch that a limit drops, and what waits for its end; called for levels that begin branches one by one. */
  drop(branch: Branch): void;
  snapshot(writer: EventWriter, below: (branch: Branch) => unknown): unknown;
  restore(state: unknown, reader: EventReader, below: (branch: Branch, state: unknown) => void): void;
}

/** What the levels need from their context. */
export interface LevelHost {
  /** The shard. */
  readonly outer: StatementHost;
  /**
   * Asks to begin one more branch of a node; false: a limit is reached, and it must not begin. Others may be dropped
   * meanwhile. Not asked for branches whose number the context itself fixes.
   */
  mayBegin(node: LevelNode): boolean;
  /** Opens what is below a new branch. */
  open(branch: Branch, trigger: Trigger): void;
  /** Whether an event, in the layout of `type`, belongs to a partition of the levels above. */
  admits(parent: Branch | null, event: EventRecord, type: number): boolean;
  /**
   * Ends what is below a branch. `cause`: the event that ended it. Gives the statements that would have got the event had
   * the partition not ended before their turn.
   */
  close(branch: Branch, cause: EndCause | null): ReadonlySet<number>;
  /** Sets values of the partitions below a branch, before they end. */
  setValue(branch: Branch, index: number, value: Value): void;
  /** The statement `create context`. */
  readonly statement: StatementPlan;
  /** Calls `work` once when all timers due now have run. */
  afterTimers(work: () => void): void;
}

/** How many levels lead to a branch, its own among them. */
export function depthOf(branch: Branch): number {
  let depth = 0;
  for (let at: Branch | null = branch; at !== null; at = at.node.parent) depth++;
  return depth;
}

/** Whether a branch hangs from the node of the outermost level: not after a branch above it has ended. */
export function isAttached(branch: Branch, root: LevelNode | null): boolean {
  let { node } = branch;
  for (; node.parent !== null; node = node.parent.node) if (node.parent.below !== node) return false;
  return node === root;
}

/** The branches of a node that an event belongs to; without a route all. */
export function eachBranch(
  node: LevelNode,
  route: Route | null,
  event: EventRecord,
  visit: (branch: Branch) => void,
): void {
  if (route !== null) route.visit(node, event, visit);
  else for (const branch of node.branches()) visit(branch);
}

/** No tags. */
export const NO_SLOTS: readonly Slot[] = [];
