import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import type { MatcherHost } from '../matcher.ts';
import type { Operator } from '../program.ts';
import { type RunBudget, type TicketState, ticketState } from '../run-budget.ts';
import type { Ticket } from '../run-list.ts';
import type { EventReader, EventWriter } from '../snapshot.ts';
import type { AtomStates } from './atom-states.ts';
import type { FilterState } from './filter-state.ts';

/**
 * The tree matcher keeps one state node for every operator instance that is waiting. Parents start and quit children;
 * children report to parents. This is the execution model of the language's reference, so it is the judge of every
 * faster matcher.
 *
 * - `onTrue(slots, from, quitted)`: the child became true with these tags; `quitted` says it is gone.
 * - `onFalse(from, restartable)`: the child can never become true any more; an `every` above starts it afresh unless it
 *   is not `restartable` (a schedule that has run out).
 */
export interface Parent {
  /** Whether a filter directly below stays registered after it became true. */
  readonly keepsFilter: boolean;
  /** Set where a schedule below goes on although a filter there would not: it is the whole pattern, or a side of its `or`. */
  readonly keepsSchedule?: boolean;
  onTrue(slots: readonly Slot[], from: StateNode, quitted: boolean): void;
  onFalse(from: StateNode, restartable: boolean): void;
}

/** A parent with any number of children. */
export interface BranchingParent extends Parent {
  /** Ends a child that a limit drops. */
  drop(child: StateNode): void;
}

/** What the nodes of one pattern share. */
export interface TreeContext {
  readonly host: MatcherHost;
  /** Whether matches discard what shares an event with them. */
  readonly discards: boolean;
  readonly atoms: readonly AtomStates[];
  /** Bounds on the branches and on what is kept. */
  readonly budget: RunBudget;
  /** Branches met while restoring, which are counted in their order once all are read. */
  readonly restoredRuns: { readonly node: StateNode; readonly run: TicketState }[];
  /** Filters met while restoring; they wait again once all are read. */
  readonly restored: FilterState[];
  /** A state node for an operator, not yet started. */
  create(operator: Operator, parent: Parent): StateNode;
  /** Next number in the order in which filters began to wait. */
  nextFilter(): number;
}

/** JSON of one state node; the field names are those of each class. */
export type NodeSnapshot = { readonly [key: string]: unknown };

/** One operator instance. `prev`, `next` and `owner` link it into its parent's list of children. */
export abstract class StateNode {
  parent: Parent;
  prev: StateNode | null = null;
  next: StateNode | null = null;
  owner: ChildList | null = null;
  /** Which step of a followed-by this child stands for. */
  step = 0;
  /** Counts this branch; null for what is no branch. */
  ticket: Ticket | null = null;
  /** The tags it begins with, while it is being counted. */
  beginsWith: readonly Slot[] | null = null;

  constructor(parent: Parent) {
    this.parent = parent;
  }

  /** Whether the operator is `not`, which alone does not keep an `and` alive. */
  get isNot(): boolean {
    return false;
  }

  /** Whether it is a filter: an `every` above need not start a fresh one when it is true, because it goes on. */
  get isFilter(): boolean {
    return false;
  }

  /** As `isFilter`, for a schedule that goes on by itself; not for `every-distinct`. */
  get restartsItself(): boolean {
    return false;
  }

  /** Whether it is a schedule that has run out: after its last report it also counts as false. */
  get isSpent(): boolean {
    return false;
  }

  /** Begins with the tags bound so far. May report to the parent before it returns. */
  abstract start(slots: readonly Slot[]): void;
  /** Ends this node and everything below it, without a report. */
  abstract quit(): void;
  /** Ends whatever holds one of these events, and reports it as false (`@DiscardPartialsOnMatch`). */
  abstract discard(events: ReadonlySet<EventRecord>): void;
  abstract snapshot(writer: EventWriter): NodeSnapshot;
  /** Takes up a snapshot in place of `start`. */
  abstract restore(snapshot: NodeSnapshot, reader: EventReader): void;
}

/** A child in a snapshot: its state, and its ticket when it is a counted branch. */
export interface ChildSnapshot {
  readonly state: NodeSnapshot;
  readonly run: TicketState | null;
}

/** Children of a node, in the order they were started; O(1) to add and remove. */
export class ChildList {
  first: StateNode | null = null;
  last: StateNode | null = null;
  size = 0;
  private readonly tree: TreeContext;

  constructor(tree: TreeContext) {
    this.tree = tree;
  }

  /** Counts a child just added as a branch; it is not in the list any more unless the answer is `counted`. */
  count(node: StateNode, slots: readonly Slot[]): 'counted' | 'refused' | 'gone' {
    const { budget } = this.tree;
    node.beginsWith = slots;
    const ticket = budget.begin(node);
    node.beginsWith = null;
    if (ticket === null) {
      this.remove(node);
      return 'refused';
    }
    if (!this.has(node)) {
      budget.end(ticket);
      return 'gone';
    }
    node.ticket = ticket;
    return 'counted';
  }

  has(node: StateNode): boolean {
    return node.owner === this;
  }

  add(node: StateNode): void {
    node.owner = this;
    node.prev = this.last;
    node.next = null;
    if (this.last === null) this.first = node;
    else this.last.next = node;
    this.last = node;
    this.size++;
  }

  remove(node: StateNode): void {
    if (node.owner !== this) return;
    this.uncount(node);
    if (node.prev === null) this.first = node.next;
    else node.prev.next = node.next;
    if (node.next === null) this.last = node.prev;
    else node.next.prev = node.prev;
    node.owner = null;
    node.prev = null;
    node.next = null;
    this.size--;
  }

  /** Empties the list and quits what was in it. */
  quitAll(): void {
    let node = this.first;
    this.first = null;
    this.last = null;
    this.size = 0;
    while (node !== null) {
      const next: StateNode | null = node.next;
      this.uncount(node);
      node.owner = null;
      node.prev = null;
      node.next = null;
      node.quit();
      node = next;
    }
  }

  /** The nodes of now; the list may change while they are gone through. */
  nodes(): StateNode[] {
    const all: StateNode[] = [];
    for (let node = this.first; node !== null; node = node.next) all.push(node);
    return all;
  }

  snapshots(writer: EventWriter): ChildSnapshot[] {
    return this.nodes().map((node) => ({
      state: node.snapshot(writer),
      run: node.ticket === null ? null : ticketState(node.ticket),
    }));
  }

  /** Adds a child and takes up its snapshot. */
  restore(node: StateNode, { state, run }: ChildSnapshot, reader: EventReader): void {
    this.add(node);
    if (run !== null) this.tree.restoredRuns.push({ node, run });
    node.restore(state, reader);
  }

  private uncount(node: StateNode): void {
    if (node.ticket !== null) this.tree.budget.end(node.ticket);
    node.ticket = null;
  }
}
