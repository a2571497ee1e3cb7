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

/** More runs than these are not kept in the list that is used again for each row. */
const KEPT_MAX = 1024;

/** Takes the runs of a partition one row on. Whoever calls it has told the conditions which row that is. */
export class RowStepper {
  private readonly program: RowProgram;
  private readonly conditions: RowConditions;
  private readonly host: StepperHost;
  private readonly orTerminated: boolean;
  private readonly mergesAlike: boolean;
  /** The runs of the partition after the row; only the first `count` are meant, the rest is what was there before. */
  private readonly next: RowRun[] = [];
  private count = 0;
  private readonly answers: boolean[] = [];

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
   * run took it. All conditions are asked first: where one has no value, every run stays as it was.
   */
  step(partition: RowPartition, row: EventRecord, number: number, found: Found): boolean {
    const { states, start } = this.program;
    const { runs } = partition;
    const isTaken = this.ask(runs);
    this.count = 0;
    let at = 0;
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i] as RowRun;
      if (this.answers[at++] === true) this.goOn(run, row, number, partition, found.matches);
      else if (this.orTerminated && (states[run.state] as RowState).next.includes(END))
        found.ended.push({ run, partition });
    }
    for (let i = 0; i < start.length; i++) {
      if (this.answers[at++] === true) this.begin(start[i] as number, row, number, partition, found.matches);
    }
    this.takeOver(partition);
    return isTaken;
  }

  /** Which runs can take the row, and in which states runs can begin. */
  private ask(runs: readonly RowRun[]): boolean {
    const { conditions, answers } = this;
    const { states, start } = this.program;
    let isTaken = false;
    let at = 0;
    for (let i = 0; i < runs.length; i++) {
      const { state, path } = runs[i] as RowRun;
      const answer = conditions.test(states[state] as RowState, path);
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

  /** Cutting an array and growing it again costs an allocation, so runs are put in the places of those before. */
  private takeOver({ runs }: RowPartition): void {
    const { next, count } = this;
    for (let i = 0; i < count; i++) runs[i] = next[i] as RowRun;
    if (runs.length > count) {
      if (count === 0 || runs.length - count > 8) runs.length = count;
      else while (runs.length > count) runs.pop();
    }
    if (this.mergesAlike && count > LIMITS.rowRunsMergedAt) mergeAlike(runs, this.program);
    if (next.length > KEPT_MAX) next.length = 0;
  }

  /** A run takes a row. */
  private goOn(
    run: RowRun,
    row: EventRecord,
    number: number,
    partition: RowPartition,
    matches: RowMatch[],
  ): void {
    const after = (this.program.states[run.state] as RowState).next;
    const path = this.conditions.extend(run.path, row, run.state);
    const { begin, beginTime } = run;
    let isUsed = false;
    for (let i = 0; i < after.length; i++) {
      const to = after[i] as number;
      if (to === END) matches.push({ begin, beginTime, end: number, path, partition });
      else if (isUsed) this.next[this.count++] = new RowRun(to, begin, beginTime, path);
      else {
        isUsed = true;
        run.state = to;
        run.path = path;
        this.next[this.count++] = run;
      }
    }
    if (matches.length > LIMITS.matchesPerEventMax) throw this.tooManyMatches();
  }

  /** A row begins runs. */
  private begin(
    at: number,
    row: EventRecord,
    number: number,
    partition: RowPartition,
    matches: RowMatch[],
  ): void {
    const after = (this.program.states[at] as RowState).next;
    const path = this.conditions.extend(null, row, at);
    const { now } = this.host.env;
    for (let i = 0; i < after.length; i++) {
      const to = after[i] as number;
      if (to === END) matches.push({ begin: number, beginTime: now, end: number, path, partition });
      else this.next[this.count++] = new RowRun(to, number, now, path);
    }
  }

  private tooManyMatches(): LimitError {
    return new LimitError(
      `the rule \`${this.host.rule}\` has more than ${LIMITS.matchesPerEventMax} matches by one row ` +
        '(matchesPerEventMax); a pattern with fewer ways to take the same rows has fewer',
    );
  }
}
