import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Evaluator,
  type Predicate,
  type Slot,
  usesSlots,
} from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import { conjunction } from '../filter-parts.ts';
import { type ReadyState, readyStates } from './moves.ts';
import type { LinearAtom, LinearProgram } from './program.ts';

/** A program with its parts compiled. It has no state: all matchers of a pattern share it. */
export interface ReadyProgram {
  readonly program: LinearProgram;
  readonly states: readonly ReadyState[];
  readonly atoms: readonly ReadyAtom[];
  /** Whether runs wait for an atom by a key. */
  readonly hasKeys: boolean;
  /** For each atom its place among the hits of one event. */
  readonly orders: readonly number[];
}

/** What runs wait for, compiled. */
export interface ReadyAtom {
  readonly atom: LinearAtom;
  /** The sides of the key or of the limit. */
  readonly eventSide: Evaluator | null;
  readonly tagSide: Evaluator | null;
  readonly tagSlots: readonly number[];
  readonly rest: Predicate | null;
  readonly restSlots: readonly number[];
  /** Where the tags of one run are put together while they are read; shared, for nothing else runs meanwhile. */
  readonly scratch: Slot[];
  /** Whether every run that is hit leaves, so that it may be taken out of the heap at once. */
  readonly takes: boolean;
}

/** Compiles a program. */
export function readyProgram(program: LinearProgram, backend: Backend): ReadyProgram {
  return {
    program,
    states: readyStates(program, backend),
    atoms: program.atoms.map((atom, i) => readyAtom(atom, takesAll(program, i), program.slots, backend)),
    hasKeys: program.atoms.some(({ index }) => index === 'key'),
    orders: program.atoms.map(({ order }) => order),
  };
}

function readyAtom(atom: LinearAtom, takes: boolean, slots: number, backend: Backend): ReadyAtom {
  const sides = atom.key ?? atom.threshold;
  const rest = conjunction(atom.rest);
  return {
    atom,
    eventSide: sides === null ? null : compileExpr(sides.event, backend, atom.type),
    tagSide: sides === null ? null : compileExpr(sides.tags, backend),
    tagSlots: sides === null ? [] : tagsOf(sides.tags),
    rest: rest === null ? null : compilePredicate(rest, backend, atom.type),
    restSlots: rest === null ? [] : tagsOf(rest),
    scratch: new Array<Slot>(slots).fill(null),
    takes: takes && rest === null,
  };
}

function tagsOf(expr: Expr): number[] {
  return [...usesSlots(expr)].filter((slot) => slot >= 0);
}

/** Whether every run that an event of the atom hits leaves the wait. */
function takesAll(program: LinearProgram, atom: number): boolean {
  return program.states.every(({ waits }) =>
    waits.every(
      (wait) => wait.atom !== atom || (wait.edge.kind !== 'round' && wait.edge.outcome.move !== null),
    ),
  );
}
