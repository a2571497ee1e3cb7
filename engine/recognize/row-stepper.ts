import { LIMITS, LimitError } from '../core/limits.ts';
import type { EventRecord } from '../event/record.ts';
import type { Env } from '../expr/evaluate.ts';
import type { RecognizePlan } from '../plan/recognize-plan.ts';
import type { RowConditions } from './conditions.ts';
import { mergeAlike } from './merge-alike.ts';
import { END, type RowProgram, type RowState } from './program.ts';
import type { EndedRun } from './row-wait.ts';
import { type RowMatch, type RowPartition, RowRun } from './run.ts';

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

/** Takes the runs of a partition one row on. Whoever calls it has told the conditions which row that is. */
export class RowStepper {
  private readonly program: RowProgram;
  private readonly conditions: RowConditions;
  private readonly host: StepperHost;
  private readonly orTerminated: boolean;
  private readonly mergesAlike: boolean;
  private spare: RowRun[] = [];

  constructor(plan: RecognizePlan, program: RowProgram, conditions: RowConditions, host: StepperHost) {
    this.program = program;
    this.conditions = conditions;
    this.host = host;
    this.orTerminated = plan.interval?.orTerminated === true;
    this.mergesAlike =
      !plan.allMatches &&
      !this.orTerminated &&
      conditions.areOfRowAlone &&
      (host.holdsAll || !host.hasWindow);
  }

  /**
   * One row for the runs of its partition, in their order, then for the states that a run can begin in. Tells whether any
   * run took it.
   */
  step(partition: RowPartition, row: EventRecord, number: number, found: Found): boolean {
    const { conditions } = this;
    const { states, start } = this.program;
    const { runs } = partition;
    const next = this.spare;
    let isTaken = false;
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i] as RowRun;
      const state = states[run.state] as RowState;
      if (!conditions.test(state, run.path)) {
        if (this.orTerminated && state.next.includes(END)) found.ended.push({ run, partition });
        continue;
      }
      isTaken = true;
      this.goOn(run, row, number, partition, next, found.matches);
    }
    for (let i = 0; i < start.length; i++) {
      const at = start[i] as number;
      if (!conditions.test(states[at] as RowState, null)) continue;
      isTaken = true;
      this.begin(at, row, number, partition, next, found.matches);
    }
    if (this.mergesAlike && next.length > LIMITS.rowRunsMergedAt) mergeAlike(next, this.program);
    runs.length = 0;
    this.spare = runs;
    partition.runs = next;
    return isTaken;
  }

  /** A run takes a row. */
  private goOn(
    run: RowRun,
    row: EventRecord,
    number: number,
    partition: RowPartition,
    next: RowRun[],
    matches: RowMatch[],
  ): void {
    const after = (this.program.states[run.state] as RowState).next;
    const path = this.conditions.extend(run.path, row, run.state);
    if (after.length === 1 && after[0] !== END) {
      run.state = after[0] as number;
      run.path = path;
      next.push(run);
      return;
    }
    const { begin, beginTime } = run;
    for (let i = 0; i < after.length; i++) {
      const to = after[i] as number;
      if (to === END) matches.push({ begin, beginTime, end: number, path, partition });
      else next.push(new RowRun(to, begin, beginTime, path));
    }
    if (matches.length > LIMITS.matchesPerEventMax) throw this.tooManyMatches();
  }

  /** A row begins runs. */
  private begin(
    at: number,
    row: EventRecord,
    number: number,
    partition: RowPartition,
    next: RowRun[],
    matches: RowMatch[],
  ): void {
    const after = (this.program.states[at] as RowState).next;
    const path = this.conditions.extend(null, row, at);
    const { now } = this.host.env;
    for (let i = 0; i < after.length; i++) {
      const to = after[i] as number;
      if (to === END) matches.push({ begin: number, beginTime: now, end: number, path, partition });
      else next.push(new RowRun(to, number, now, path));
    }
  }

  private tooManyMatches(): LimitError {
    return new LimitError(
      `the rule \`${this.host.rule}\` has more than ${LIMITS.matchesPerEventMax} matches by one row ` +
        '(matchesPerEventMax); a pattern with fewer ways to take the same rows has fewer',
    );
  }
}
