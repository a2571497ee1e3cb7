import { LIMITS, LimitError } from '../core/limits.ts';
import type { EventRecord } from '../event/record.ts';
import type { Env } from '../expr/evaluate.ts';
import type { RecognizePlan } from '../plan/recognize-plan.ts';
import type { RowConditions } from './conditions.ts';
import { mergeAlike } from './merge-alike.ts';
import type { PathNode } from './path.ts';
import { END, type RowProgram, type RowState } from './program.ts';
import type { EndedRun } from './row-wait.ts';
import {
  beginAt,
  pathAt,
  putRun,
  type RowMatch,
  type RowPartition,
  RUN,
  type RunList,
  stateAt,
} from './run.ts';

/** What one change of the window brings about. */
export interface Found {
  readonly matches: RowMatch[];
  /** Runs that could have ended and now cannot go on: with `or terminated`. */
  readonly ended: EndedRun[];
}

/** What a stepper works with. */
export interface StepperHost {
  readonly env: Env;
  /** Name of the rule, for errors. */
  readonly rule: string;
  /** Whether rows leave again. */
  readonly hasWindow: boolean;
  /** Whether a run holds all rows from its first on, see `holdsAll`. */
  readonly holdsAll: boolean;
}

/** More entries than these are not kept in the list that is used again for each row. */
const KEPT_MAX = 1024;

/** Takes the runs of a partition one row on. Whoever calls it has told the conditions which row that is. */
export class RowStepper {
  private readonly program: RowProgram;
  private readonly conditions: RowConditions;
  private readonly host: StepperHost;
  private readonly hasInterval: boolean;
  private readonly orTerminated: boolean;
  private readonly mergesAlike: boolean;
  /** The runs of the partition after the row; only the first `filled` entries are meant, the rest was there before. */
  private readonly next: RunList = [];
  private filled = 0;
  private readonly answers: boolean[] = [];

  constructor(plan: RecognizePlan, program: RowProgram, conditions: RowConditions, host: StepperHost) {
    this.program = program;
    this.conditions = conditions;
    this.host = host;
    this.hasInterval = plan.interval !== null;
    this.orTerminated = plan.interval?.orTerminated === true;
    this.mergesAlike =
      !plan.allMatches &&
      !this.orTerminated &&
      conditions.areOfRowAlone &&
      (host.holdsAll || !host.hasWindow);
  }

  /**
   * One row for the runs of its partition, in their order, then for the states that a run can begin in. Tells whether any
   * run took it. All conditions are asked first: where one has no value, every run stays as it was.
   */
  step(partition: RowPartition, row: EventRecord, number: number, found: Found): boolean {
    const { answers, hasInterval } = this;
    const { states, start } = this.program;
    const { runs } = partition;
    const isTaken = this.ask(runs);
    this.filled = 0;
    let at = 0;
    for (let i = 0; i < runs.length; i += RUN) {
      const state = stateAt(runs, i);
      const path = pathAt(runs, i);
      const begin = beginAt(runs, i);
      if (answers[at++] === true) {
        const longer = this.conditions.extend(path, row, state, hasInterval ? path.began : null);
        this.follow(longer, state, begin, number, partition, found.matches);
      } else if (this.orTerminated && (states[state] as RowState).next.includes(END))
        found.ended.push({ state, begin, path, partition });
    }
    const began = hasInterval ? { time: this.host.env.now } : null;
    for (let i = 0; i < start.length; i++) {
      if (answers[at++] !== true) continue;
      const state = start[i] as number;
      const path = this.conditions.extend(null, row, state, began);
      this.follow(path, state, number, number, partition, found.matches);
    }
    this.takeOver(partition);
    return isTaken;
  }

  /** Which runs can take the row, and in which states runs can begin. */
  private ask(runs: RunList): boolean {
    const { conditions, answers } = this;
    const { states, start } = this.program;
    let isTaken = false;
    let at = 0;
    for (let i = 0; i < runs.length; i += RUN) {
      const answer = conditions.test(states[stateAt(runs, i)] as RowState, pathAt(runs, i));
      answers[at++] = answer;
      isTaken ||= answer;
    }
    for (let i = 0; i < start.length; i++) {
      const answer = conditions.test(states[start[i] as number] as RowState, null);
      answers[at++] = answer;
      isTaken ||= answer;
    }
    return isTaken;
  }

  /** Puts the runs after the row in the places of those before: cutting a list and growing it again allocates. */
  private takeOver({ runs }: RowPartition): void {
    const { next, filled } = this;
    for (let i = 0; i < filled; i++) runs[i] = next[i] as number | PathNode;
    if (runs.length - filled > 8 * RUN || filled === 0) runs.length = filled;
    else while (runs.length > filled) runs.pop();
    if (this.mergesAlike && filled > LIMITS.rowRunsMergedAt * RUN) mergeAlike(runs, this.program);
    if (next.length > KEPT_MAX) next.length = 0;
  }

  /** Goes on to the states after the one that took the row that a path ends with. */
  private follow(
    path: PathNode,
    state: number,
    begin: number,
    number: number,
    partition: RowPartition,
    matches: RowMatch[],
  ): void {
    const { next: after } = this.program.states[state] as RowState;
    for (let i = 0; i < after.length; i++) {
      const to = after[i] as number;
      if (to === END) matches.push({ begin, end: number, path, partition });
      else {
        putRun(this.next, this.filled, to, begin, path);
        this.filled += RUN;
      }
    }
    if (matches.length > LIMITS.matchesPerEventMax) throw this.tooManyMatches();
  }

  private tooManyMatches(): LimitError {
    return new LimitError(
      `the rule \`${this.host.rule}\` has more than ${LIMITS.matchesPerEventMax} matches by one row ` +
        '(matchesPerEventMax); a pattern with fewer ways to take the same rows has fewer',
    );
  }
}
