import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import { ContainedSelection } from '../contained.ts';
import type { MatcherHost, PatternMatcher } from '../matcher.ts';
import type { Operator, PatternProgram } from '../program.ts';
import { RunBudget, type TicketState } from '../run-budget.ts';
import type { EventReader, EventWriter } from '../snapshot.ts';
import { AtomStates } from './atom-states.ts';
import { createState } from './create-state.ts';
import type { FilterState } from './filter-state.ts';
import type { BranchingParent, NodeSnapshot, Parent, StateNode, TreeContext } from './node.ts';

interface TreeSnapshot {
  readonly top: NodeSnapshot | null;
  readonly filters: number;
}

/** The complete matcher: it runs every pattern by the tree of its operators. See `node.ts`. */
export class TreeMatcher implements PatternMatcher, Parent, TreeContext {
  readonly keepsFilter = false;
  readonly keepsSchedule = true;
  readonly host: MatcherHost;
  readonly discards: boolean;
  readonly atoms: readonly AtomStates[];
  readonly budget: RunBudget;
  readonly restored: FilterState[] = [];
  readonly restoredRuns: { readonly node: StateNode; readonly run: TicketState }[] = [];
  private readonly program: PatternProgram;
  private top: StateNode | null = null;
  private readonly hits: FilterState[] = [];
  private filters = 0;
  private readonly consumes: boolean;
  /** Of atoms that take the events inside their event. */
  private readonly inside: readonly (ContainedSelection | null)[];

  constructor(program: PatternProgram, host: MatcherHost) {
    this.program = program;
    this.host = host;
    this.discards = program.discards;
    this.budget = new RunBudget(host.budget, {
      treeNodes: countNodes(program.root),
      drop: (owner) => ((owner as StateNode).parent as BranchingParent).drop(owner as StateNode),
      slotsOf: (owner) => (owner as StateNode).beginsWith ?? [],
    });
    this.consumes = program.atoms.some((atom) => atom.node.consume > 0);
    this.atoms = program.atoms.map((atom) => new AtomStates(atom));
    this.inside = program.atoms.map(({ node: { contained } }) => {
      return contained === null ? null : new ContainedSelection(contained, host.backend, host.maker);
    });
  }

  create(operator: Operator, parent: Parent): StateNode {
    return createState(operator, parent, this);
  }

  nextFilter(): number {
    return this.filters++;
  }

  start(given: readonly Slot[] = []): void {
    this.top = this.create(this.program.root, this);
    const empty = new Array<Slot>(this.program.slots - given.length).fill(null);
    this.top.start([...given, ...empty]);
  }

  collect(atom: number, event: EventRecord): void {
    const { env } = this.host;
    const selection = this.inside[atom] as ContainedSelection | null;
    const bound = selection === null ? event : selection.select(event, env);
    if (bound !== event && (bound as readonly EventRecord[]).length === 0) return;
    (this.atoms[atom] as AtomStates).collect(event, bound, env, this.hits);
  }

  dispatch(): void {
    const { hits } = this;
    // Filters with conditions act before those without, each kind in the order in which they began to wait: the
    // recorded answers show this order wherever one event reaches several filters of a pattern.
    if (hits.length > 1) hits.sort((a, b) => a.rank - b.rank || a.order - b.order);
    const level = this.consumes ? hits.reduce((most, hit) => Math.max(most, hit.consume), 0) : 0;
    let done = 0;
    try {
      while (done < hits.length) {
        const hit = hits[done++] as FilterState;
        if (hit.consume === level || !this.consumes) hit.hit();
        else hit.hitBy = null;
      }
    } finally {
      // After an expression that has no value the others are not hit.
      for (; done < hits.length; done++) (hits[done] as FilterState).hitBy = null;
      hits.length = 0;
    }
  }

  discard(events: ReadonlySet<EventRecord>): void {
    this.top?.discard(events);
  }

  onTrue(slots: readonly Slot[], _from: StateNode, quitted: boolean): void {
    if (quitted) this.top = null;
    this.host.onMatch(slots);
  }

  onFalse(from: StateNode): void {
    from.quit();
    this.top = null;
  }

  stop(): void {
    this.top?.quit();
    this.top = null;
  }

  snapshot(writer: EventWriter): TreeSnapshot {
    return { top: this.top?.snapshot(writer) ?? null, filters: this.filters };
  }

  restore(state: unknown, reader: EventReader): void {
    const { top, filters } = state as TreeSnapshot;
    this.filters = filters;
    if (top === null) return;
    this.top = this.create(this.program.root, this);
    this.top.restore(top, reader);
    this.restored.sort((a, b) => a.order - b.order);
    for (const filter of this.restored) filter.resume();
    this.restored.length = 0;
    this.restoredRuns.sort((a, b) => a.run[0] - b.run[0]);
    for (const { node, run } of this.restoredRuns) node.ticket = this.budget.adopt(node, run);
    this.restoredRuns.length = 0;
  }
}

/** Operators of a pattern: so many nodes a run can have at first. */
function countNodes(operator: Operator): number {
  let nodes = 1;
  if ('child' in operator) nodes += countNodes(operator.child);
  if ('children' in operator) for (const child of operator.children) nodes += countNodes(child);
  if (operator.op === 'repeat' && operator.until !== null) nodes += countNodes(operator.until);
  return nodes;
}
