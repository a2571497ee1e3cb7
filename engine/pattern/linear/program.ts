import type { Expr } from '../../expr/ir.ts';
import type { FilterParts, KeyParts } from '../filter-parts.ts';

/**
 * A pattern as a nondeterministic automaton with registers, as plain data: what the linear matcher runs and `explain`
 * shows.
 *
 * A run (partial match) is in one state. It waits for events of some atoms and for some deadlines at once; what comes
 * first moves it by one edge. Registers are the pattern's slots, the deadlines, a number (rounds of a repeat, or the
 * sides of an `and` that are done). Operators that would tie the fates of several runs together have no place here:
 * `build.ts` says for which trees the automaton is exact.
 */
export interface LinearProgram {
  /** Number of slots of the pattern. */
  readonly slots: number;
  /** Filter nodes in the order of the text. */
  readonly atoms: readonly LinearAtom[];
  readonly clocks: readonly Clock[];
  readonly states: readonly LinearState[];
  /** State of the first run. */
  readonly entry: number;
  /** How many waits, and how many deadlines, a run can have at once. */
  readonly waitLanes: number;
  readonly clockLanes: number;
}

/** A filter node and how waiting runs are found by an event. */
export interface LinearAtom extends FilterParts {
  readonly id: number;
  readonly type: number;
  /** Column of links that waits of this atom use; atoms waited for together have different ones. */
  readonly lane: number;
  /**
   * Of the atoms one event hits, those of lower rank act first: `rank` is 1 without a condition, and at equal ranks
   * `order` follows the order in which they begin to wait.
   */
  readonly order: number;
  readonly index: WaitIndexKind;
  /** What the index compares when it is `threshold`; it is not among `rest` then. */
  readonly threshold: ThresholdParts | null;
}

/** A comparison `event operator tags` of numbers; `part` is the condition it comes from. */
export interface ThresholdParts extends KeyParts {
  readonly operator: '<' | '<=' | '>' | '>=';
  readonly part: Expr;
}

/**
 * How the runs that wait for an atom are kept: by the value an event must equal, by the limit a number of the event must
 * pass, or in one list, where every event that passes the atom's own condition concerns all of them.
 */
export type WaitIndexKind = 'key' | 'threshold' | 'list';

/** Deadlines of one operator. */
export interface Clock {
  /** When all are equally long, so that they come due in the order they were set; ticks. Null: `duration` tells for each run. */
  readonly durationTicks: number | null;
  /** A period or seconds, over earlier tags. */
  readonly duration: Expr;
  /** Id of the plan node. */
  readonly node: number;
  /** Column of a run that holds its deadline. */
  readonly lane: number;
}

/** What a run can wait for. */
export interface LinearState {
  readonly id: number;
  /** Events waited for, in the order in which the waits began. */
  readonly waits: readonly Wait[];
  /** Deadlines, in the order in which they were set. */
  readonly deadlines: readonly Deadline[];
  /** Slots that can hold something in this state. */
  readonly bound: readonly number[];
  readonly repeat: RepeatPlan | null;
  readonly sides: SidesPlan | null;
}

/** Waiting for an event. `owner` is the operator instance that waits: it goes on where the next state has it too. */
export interface Wait {
  readonly atom: number;
  readonly owner: number;
  readonly edge: Edge;
}

/** Waiting for a time. */
export interface Deadline {
  readonly clock: number;
  readonly owner: number;
  readonly edge: Edge;
}

/**
 * What happens when what is waited for comes.
 *
 * - `take`: the event is bound; `copy` sends a copy of the run on, `move` says what becomes of the run itself.
 * - `timeout`: the same by a timer.
 * - `kill`: the run fails: it ends, or begins again at the `every` around it.
 * - `side`: one side of an `and` is done; with the last one the state's `sides.done` happens.
 * - `round`: one round of a repeat is done; when it was the last, `repeat.done` happens.
 * - `until`: the repeat ends: `repeat.done`, or `repeat.fail` after too few rounds.
 */
export interface Edge {
  readonly kind: 'take' | 'timeout' | 'kill' | 'side' | 'round' | 'until';
  /** Slot that the event goes to; −1: none. */
  readonly bind: number;
  readonly outcome: Outcome;
  /** Bit of the side for `side`. */
  readonly bit: number;
}

/**
 * Where a copy of the run goes (null: there is none), and where the run itself goes (null: it stays as it is). With
 * `distinct` the copy is made only when its keys are new.
 */
export interface Outcome {
  readonly copy: Target | null;
  readonly move: Target | null;
  readonly distinct: DistinctPlan | null;
}

/** `match`: the run is complete; `end`: it ends; `restart`: the `every` around it begins anew. */
export type Target =
  | { readonly kind: 'match' }
  | { readonly kind: 'end' }
  | { readonly kind: 'state'; readonly state: number }
  | RestartTarget;

/** See `Target`. */
export interface RestartTarget {
  readonly kind: 'restart';
  /** Known once the operators inside are built. */
  state: number;
  readonly every: EverySpan;
}

/** What is inside an `every`: it all begins anew when that restarts. */
export interface EverySpan {
  readonly firstOwner: number;
  /** One past the last; known once the operators inside are built. */
  endOwner: number;
  readonly slots: readonly number[];
}

/** A repeat of one filter. */
export interface RepeatPlan {
  readonly low: number;
  /** Infinity when not bounded. */
  readonly high: number;
  /** Whether it is complete with the last round, without waiting for `until`. */
  readonly isTight: boolean;
  readonly atom: number;
  readonly slot: number;
  readonly done: Outcome;
  readonly fail: Target;
}

/** An `and` of several single events or timers. */
export interface SidesPlan {
  /** All bits. */
  readonly all: number;
  readonly done: Outcome;
}

/** Keys of an `every-distinct`: a run passes each value on once. */
export interface DistinctPlan {
  readonly keys: readonly Expr[];
  /** After so many ticks a value passes again; null: never. */
  readonly expiryTicks: number | null;
}
