import type { EventRecord } from '../event/record.ts';
import { usesSlots } from '../expr/analyze.ts';
import { type Backend, compilePredicate, type Env, type Predicate, type Slot } from '../expr/evaluate.ts';
import { CURRENT } from '../expr/ir.ts';
import type { RecognizePlan } from '../plan/recognize-plan.ts';
import { type Began, PathNode, rowsOf } from './path.ts';
import type { RowProgram, RowState } from './program.ts';

/** The condition of a variable, and what it reads of the rows before. */
interface Condition {
  readonly test: Predicate;
  /** Variables of one row that it reads, with their places in `PathNode.singles`. */
  readonly singles: readonly (readonly [variable: number, place: number])[];
  /** Variables of several rows that it reads. */
  readonly multiples: readonly number[];
}

const UNKNOWN = 0;
const TRUE = 1;
const FALSE = 2;

/**
 * The conditions of the variables, for one row after the other. A condition that reads the row alone (and rows before it
 * by `prev`) has one answer for all runs, so it is asked once a row.
 */
export class RowConditions {
  private readonly program: RowProgram;
  private readonly env: Env;
  private readonly conditions: readonly (Condition | null)[];
  /** Place in `PathNode.singles` by variable; −1: no condition reads it. */
  private readonly places: readonly number[];
  private readonly singleCount: number;
  private readonly verdicts: number[];
  private readonly slots: Slot[];
  private readonly previousAt: number;
  private row: EventRecord | null = null;

  constructor(plan: RecognizePlan, program: RowProgram, env: Env, backend: Backend) {
    const { variables, previous } = plan;
    this.program = program;
    this.env = env;
    this.previousAt = variables.length;
    const read = variables.map(({ condition }) => {
      const slots = condition === null ? [] : [...usesSlots(condition)];
      return slots.filter((slot) => slot !== CURRENT && slot < variables.length);
    });
    const singles = [...new Set(read.flat())].filter((one) => variables[one]?.isMultiple === false);
    this.places = variables.map((_, variable) => singles.indexOf(variable));
    this.singleCount = singles.length;
    this.conditions = variables.map(({ condition }, variable) => {
      if (condition === null) return null;
      const own = read[variable] as readonly number[];
      return {
        test: compilePredicate(condition, backend),
        singles: own.flatMap((one) => {
          const place = this.places[one] as number;
          return place < 0 ? [] : [[one, place] as const];
        }),
        multiples: own.filter((one) => variables[one]?.isMultiple === true),
      };
    });
    this.verdicts = variables.map(() => UNKNOWN);
    this.slots = new Array<Slot>(variables.length + previous.length).fill(null);
  }

  /** Whether no condition reads rows that a run took: what a run can do next depends on its state alone. */
  get areOfRowAlone(): boolean {
    return this.conditions.every(
      (one) => one === null || (one.singles.length === 0 && one.multiples.length === 0),
    );
  }

  /** The row to ask about next, and what its `prev` gives. */
  begin(row: EventRecord, previous: readonly (EventRecord | null)[]): void {
    this.row = row;
    this.verdicts.fill(UNKNOWN);
    for (let i = 0; i < previous.length; i++) this.slots[this.previousAt + i] = previous[i] as Slot;
  }

  /** Whether a state can take the row after the rows of a path; null: as the first. */
  test({ variable, isBlind }: RowState, path: PathNode | null): boolean {
    const condition = this.conditions[variable] as Condition | null;
    if (condition === null) return true;
    const { singles, multiples, test } = condition;
    this.env.frame = null;
    if (singles.length === 0 && multiples.length === 0) {
      const known = this.verdicts[variable];
      if (known !== UNKNOWN) return known === TRUE;
      const verdict = test(this.row, this.slots, this.env);
      this.verdicts[variable] = verdict ? TRUE : FALSE;
      return verdict;
    }
    const { slots } = this;
    const held = path === null ? null : path.singles;
    for (let i = 0; i < singles.length; i++) {
      const [slot, place] = singles[i] as readonly [number, number];
      slots[slot] = held === null ? null : (held[place] as EventRecord | null);
    }
    for (let i = 0; i < multiples.length; i++) {
      const slot = multiples[i] as number;
      slots[slot] = isBlind ? null : rowsOf(path, this.program, slot);
    }
    return test(this.row, slots, this.env);
  }

  /** Adds a row to a path. */
  extend(before: PathNode | null, event: EventRecord, state: number, began: Began | null): PathNode {
    if (this.singleCount === 0) return new PathNode(before, event, state, null, began);
    const place = this.places[this.program.states[state]?.variable as number] as number;
    const held = before === null ? null : before.singles;
    if (place < 0) return new PathNode(before, event, state, held, began);
    const singles = held === null ? new Array<EventRecord | null>(this.singleCount).fill(null) : [...held];
    singles[place] = event;
    return new PathNode(before, event, state, singles, began);
  }
}
