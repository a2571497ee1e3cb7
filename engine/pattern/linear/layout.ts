import type { Expr } from '../../expr/ir.ts';
import { isNumeric } from '../../expr/type-rules.ts';
import type { FilterNode, PatternInput } from '../../plan/plan.ts';
import { eventAndTags, filterParts, filterRank } from '../filter-parts.ts';
import type {
  Clock,
  Edge,
  LinearAtom,
  LinearProgram,
  LinearState,
  Outcome,
  Target,
  ThresholdParts,
  Wait,
  WaitIndexKind,
} from './program.ts';

/** States as the builder leaves them; waits come from the outermost operator to the innermost. */
export interface Draft {
  readonly states: LinearState[];
  readonly clocks: Clock[];
  /** For the owner of waits of an `and not`, the state in which they begin. */
  readonly entryOf: Map<number, number>;
  /** For each atom, its place among those that begin to wait at once. */
  readonly startOrder: number[];
}

/** Orders the waits, gives columns to what a run can wait for at once, and finds which slots each state can have bound. */
export function layOut(
  input: PatternInput,
  filters: readonly FilterNode[],
  draft: Draft,
  entry: Target,
): LinearProgram | string {
  if (entry.kind !== 'state') return 'it has no state';
  const ordered = draft.states.map((state) => ({ ...state, waits: inOrder(state, draft) }));
  const states = renumber(ordered, entry.state);
  const order = atomOrder(states, filters);
  if (order === null) return 'the order in which two filters act on one event changes';
  const waitLanes = colour(
    filters.length,
    states.map((state) => state.waits.map(({ atom }) => atom)),
  );
  const clockLanes = colour(
    draft.clocks.length,
    states.map((state) => state.deadlines.map(({ clock }) => clock)),
  );
  return {
    slots: input.slots.length,
    atoms: filters.map((filter, i) => atomOf(filter, waitLanes[i] as number, order[i] as number)),
    clocks: draft.clocks.map((clock, i) => ({ ...clock, lane: clockLanes[i] as number })),
    states: withBound(states),
    entry: 0,
    waitLanes: Math.max(0, ...waitLanes.map((lane) => lane + 1)),
    clockLanes: Math.max(0, ...clockLanes.map((lane) => lane + 1)),
  };
}

function atomOf(filter: FilterNode, lane: number, order: number): LinearAtom {
  const parts = filterParts(filter.filter);
  const threshold = parts.key === null ? findThreshold(parts.rest) : null;
  const index: WaitIndexKind = parts.key !== null ? 'key' : threshold !== null ? 'threshold' : 'list';
  const rest = parts.rest.filter((part) => part !== threshold?.part);
  const { id, type } = filter;
  return { own: parts.own, key: parts.key, rest, threshold, id, type, lane, order, index };
}

/** The first comparison between a number of the event and one of earlier tags. */
function findThreshold(rest: readonly Expr[]): ThresholdParts | null {
  for (const part of rest) {
    if (part.op !== 'compare' || !isNumeric(part.left.type) || !isNumeric(part.right.type)) continue;
    const sides = eventAndTags(part.left, part.right);
    if (sides === null) continue;
    const { event, tags, swapped } = sides;
    return { event, tags, operator: swapped ? MIRRORED[part.operator] : part.operator, part };
  }
  return null;
}

const MIRRORED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** Waits of operators around that began earlier come first; the others began together, in the order of starts. */
function inOrder(state: LinearState, { entryOf, startOrder }: Draft): readonly Wait[] {
  const began = ({ owner }: Wait) => (entryOf.has(owner) && entryOf.get(owner) !== state.id ? 0 : 1);
  return [...state.waits].sort((a, b) => {
    const byBegin = began(a) - began(b);
    if (byBegin !== 0 || began(a) === 0) return byBegin;
    return (startOrder[a.atom] as number) - (startOrder[b.atom] as number);
  });
}

/** One order of the atoms that agrees with that of every state; null when two states disagree. */
function atomOrder(states: readonly LinearState[], filters: readonly FilterNode[]): number[] | null {
  const before = filters.map(() => new Set<number>());
  const rank = (atom: number) => filterRank((filters[atom] as FilterNode).filter);
  for (const { waits } of states) {
    waits.forEach(({ atom }, i) => {
      for (const { atom: earlier } of waits.slice(0, i)) before[atom]?.add(earlier);
    });
  }
  const order = new Array<number>(filters.length).fill(-1);
  for (let place = 0; place < filters.length; place++) {
    const open = filters.flatMap((_, i) => (order[i] === -1 ? [i] : []));
    const isFree = (atom: number) =>
      [...(before[atom] ?? [])].every((other) => order[other] !== -1 || rank(other) > rank(atom));
    const next = open.filter((atom) => open.every((other) => rank(other) >= rank(atom))).find(isFree);
    if (next === undefined) return null;
    order[next] = place;
  }
  return order;
}

/** The least number for each item that differs from those of the items it occurs with. */
function colour(count: number, together: readonly (readonly number[])[]): number[] {
  const colours = new Array<number>(count).fill(-1);
  for (let item = 0; item < count; item++) {
    const others = together.filter((group) => group.includes(item)).flat();
    const taken = new Set(others.map((other) => colours[other]));
    let free = 0;
    while (taken.has(free)) free++;
    colours[item] = free;
  }
  return colours;
}

/** Numbers the states in the order in which a run can come to them, the first state 0. */
function renumber(states: readonly LinearState[], entry: number): LinearState[] {
  const order = [entry];
  const numbers = new Map([[entry, 0]]);
  const visit = (target: Target | null) => {
    if (target === null || target.kind === 'match' || target.kind === 'end' || numbers.has(target.state))
      return;
    numbers.set(target.state, order.push(target.state) - 1);
  };
  // The list grows while it is walked.
  for (const id of order) {
    for (const { copy, move } of outcomesOf(states[id] as LinearState)) {
      visit(copy);
      visit(move);
    }
  }
  const target = <T extends Target | null>(one: T): T =>
    one === null || !('state' in one) ? one : { ...one, state: numbers.get(one.state) as number };
  const outcome = (one: Outcome): Outcome => ({ ...one, copy: target(one.copy), move: target(one.move) });
  const edge = (one: Edge): Edge => ({ ...one, outcome: outcome(one.outcome) });
  return order.map((old, id) => {
    const state = states[old] as LinearState;
    const { sides, repeat } = state;
    return {
      ...state,
      id,
      waits: state.waits.map((wait) => ({ ...wait, edge: edge(wait.edge) })),
      deadlines: state.deadlines.map((deadline) => ({ ...deadline, edge: edge(deadline.edge) })),
      sides: sides === null ? null : { ...sides, done: outcome(sides.done) },
      repeat: repeat === null ? null : { ...repeat, done: outcome(repeat.done), fail: target(repeat.fail) },
    };
  });
}

/** Everything that can happen to a run in a state. */
export function outcomesOf({ waits, deadlines, sides, repeat }: LinearState): Outcome[] {
  const all = [...waits, ...deadlines].map(({ edge }) => edge.outcome);
  if (sides !== null) all.push(sides.done);
  if (repeat !== null) all.push(repeat.done, { copy: null, move: repeat.fail, distinct: null });
  return all;
}

/** Follows the edges until no state can have a further slot bound. */
function withBound(states: readonly LinearState[]): LinearState[] {
  const bound = states.map(() => new Set<number>());
  let grown = true;
  const flow = (target: Target | null, slots: Iterable<number>) => {
    if (target === null || target.kind === 'match' || target.kind === 'end') return;
    const into = bound[target.state] as Set<number>;
    for (const slot of slots) {
      if (into.has(slot) || (target.kind === 'restart' && target.every.slots.includes(slot))) continue;
      into.add(slot);
      grown = true;
    }
  };
  const follow = ({ copy, move }: Outcome, slots: ReadonlySet<number>) => {
    flow(copy, slots);
    flow(move, slots);
  };
  while (grown) {
    grown = false;
    for (const state of states) {
      const own = bound[state.id] as Set<number>;
      for (const { edge } of [...state.waits, ...state.deadlines]) {
        const after = new Set(own);
        if (edge.bind >= 0) after.add(edge.bind);
        if (edge.kind === 'side' || edge.kind === 'round') flow({ kind: 'state', state: state.id }, after);
        else follow(edge.outcome, after);
        if (state.sides !== null) follow(state.sides.done, after);
        if (state.repeat !== null) {
          follow(state.repeat.done, after);
          flow(state.repeat.fail, after);
        }
      }
    }
  }
  return states.map((state, i) => ({
    ...state,
    bound: [...(bound[i] as Set<number>)].sort((a, b) => a - b),
  }));
}
