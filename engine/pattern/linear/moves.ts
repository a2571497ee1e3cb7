import { type Backend, compileExpr, type Evaluator } from '../../expr/evaluate.ts';
import type { DistinctPlan, Edge, LinearProgram, LinearState, Outcome, Target } from './program.ts';

/** A state ready to run: what to do by atom and by clock, and what to undo on leaving it. */
export interface ReadyState {
  readonly atoms: readonly number[];
  readonly clocks: readonly number[];
  readonly bound: readonly number[];
  readonly byAtom: readonly (ReadyEdge | null)[];
  readonly byClock: readonly (ReadyEdge | null)[];
  readonly sides: { readonly all: number; readonly done: ReadyOutcome } | null;
  readonly repeat: ReadyRepeat | null;
}

/** An edge ready to run. */
export interface ReadyEdge {
  readonly kind: Edge['kind'];
  readonly bind: number;
  readonly bit: number;
  readonly outcome: ReadyOutcome;
}

/** See `RepeatPlan`. */
export interface ReadyRepeat {
  readonly low: number;
  readonly high: number;
  readonly isTight: boolean;
  readonly atom: number;
  readonly slot: number;
  readonly done: ReadyOutcome;
  readonly fail: Move;
}

/** See `Outcome`. */
export interface ReadyOutcome {
  readonly copy: Copy | null;
  readonly move: Move | null;
  readonly distinct: ReadyDistinct | null;
}

/** See `DistinctPlan`. */
export interface ReadyDistinct {
  readonly keys: readonly Evaluator[];
  readonly expiryTicks: number | null;
}

/** How a run leaves a state: what it stops waiting for, what it begins to wait for; the rest goes on. */
export interface Move {
  readonly kind: 'match' | 'end' | 'state';
  readonly state: number;
  readonly isRestart: boolean;
  readonly unlink: readonly number[];
  readonly link: readonly number[];
  /** For each of `link` an atom of the state left that has the same key, −1 for none: runs that agree go on agreeing. */
  readonly keyFrom: readonly number[];
  readonly stop: readonly number[];
  readonly start: readonly number[];
  readonly clear: readonly number[];
}

/** How a copy of a run begins: it waits for all its state waits for; deadlines of operators around are inherited. */
export interface Copy {
  readonly isMatch: boolean;
  readonly state: number;
  readonly link: readonly number[];
  readonly start: readonly number[];
  readonly inherit: readonly number[];
  /** Atoms of operators around that the run waits for too: what hits the run at this moment hits the copy. */
  readonly shared: readonly number[];
}

/** Computes what every edge of a program does. */
export function readyStates(program: LinearProgram, backend: Backend): ReadyState[] {
  return program.states.map((state) => {
    const outcome = (one: Outcome): ReadyOutcome => ({
      copy: one.copy === null ? null : copyTo(one.copy, state, program),
      move: one.move === null ? null : moveTo(one.move, state, program),
      distinct: one.distinct === null ? null : readyDistinct(one.distinct, backend),
    });
    const edge = ({ kind, bind, bit, outcome: one }: Edge): ReadyEdge => {
      return { kind, bind, bit, outcome: outcome(one) };
    };
    const byAtom = new Array<ReadyEdge | null>(program.atoms.length).fill(null);
    for (const wait of state.waits) byAtom[wait.atom] = edge(wait.edge);
    const byClock = new Array<ReadyEdge | null>(program.clocks.length).fill(null);
    for (const deadline of state.deadlines) byClock[deadline.clock] = edge(deadline.edge);
    const { sides, repeat } = state;
    return {
      atoms: state.waits.map(({ atom }) => atom),
      clocks: state.deadlines.map(({ clock }) => clock),
      bound: state.bound,
      byAtom,
      byClock,
      sides: sides === null ? null : { all: sides.all, done: outcome(sides.done) },
      repeat:
        repeat === null
          ? null
          : { ...repeat, done: outcome(repeat.done), fail: moveTo(repeat.fail, state, program) },
    };
  });
}

function readyDistinct({ keys, expiryTicks }: DistinctPlan, backend: Backend): ReadyDistinct {
  return { keys: keys.map((key) => compileExpr(key, backend)), expiryTicks };
}

interface Owned {
  readonly owner: number;
}

function moveTo(target: Target, from: LinearState, program: LinearProgram): Move {
  const all = from.waits.map(({ atom }) => atom);
  const clocks = from.deadlines.map(({ clock }) => clock);
  const leaving = {
    isRestart: false,
    unlink: all,
    link: [],
    keyFrom: [],
    stop: clocks,
    start: [],
    clear: [],
  };
  if (target.kind === 'match' || target.kind === 'end') return { kind: target.kind, state: -1, ...leaving };
  const to = program.states[target.state] as LinearState;
  const span = target.kind === 'restart' ? target.every : null;
  const stays = ({ owner }: Owned) => span === null || owner < span.firstOwner || owner >= span.endOwner;
  const keptWaits = from.waits.filter((one) => stays(one) && to.waits.some((other) => same(one, other)));
  const keptClocks = from.deadlines.filter(
    (one) => stays(one) && to.deadlines.some((other) => other.owner === one.owner),
  );
  const keeps = keptWaits.map(({ atom }) => atom);
  const goesOn = keptClocks.map(({ clock }) => clock);
  const link = to.waits.map(({ atom }) => atom).filter((atom) => !keeps.includes(atom));
  const sameKey = (atom: number) => all.find((other) => haveOneKey(program, atom, other)) ?? -1;
  return {
    kind: 'state',
    state: target.state,
    isRestart: span !== null,
    unlink: all.filter((atom) => !keeps.includes(atom)),
    link,
    keyFrom: link.map((atom) => (span === null ? sameKey(atom) : -1)),
    stop: clocks.filter((clock) => !goesOn.includes(clock)),
    start: to.deadlines.map(({ clock }) => clock).filter((clock) => !goesOn.includes(clock)),
    clear: span === null ? [] : span.slots,
  };
}

function copyTo(target: Target, from: LinearState, program: LinearProgram): Copy {
  if (target.kind !== 'state')
    return { isMatch: true, state: -1, link: [], start: [], inherit: [], shared: [] };
  const to = program.states[target.state] as LinearState;
  const inherits = ({ owner }: Owned) => from.deadlines.some((other) => other.owner === owner);
  return {
    isMatch: false,
    state: target.state,
    link: to.waits.map(({ atom }) => atom),
    start: to.deadlines.filter((one) => !inherits(one)).map(({ clock }) => clock),
    inherit: to.deadlines.filter(inherits).map(({ clock }) => clock),
    shared: to.waits.filter((one) => from.waits.some((other) => same(one, other))).map(({ atom }) => atom),
  };
}

/** Whether two atoms wait by the same value of the same tags. */
function haveOneKey(program: LinearProgram, a: number, b: number): boolean {
  const [one, other] = [program.atoms[a]?.key ?? null, program.atoms[b]?.key ?? null];
  return one !== null && other !== null && JSON.stringify(one.tags) === JSON.stringify(other.tags);
}

function same(a: Owned & { readonly atom: number }, b: Owned & { readonly atom: number }): boolean {
  return a.owner === b.owner && a.atom === b.atom;
}
