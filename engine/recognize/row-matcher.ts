import type { EventRecord } from '../event/record.ts';
import type { Backend, Env, Slot } from '../expr/evaluate.ts';
import { ExpressionFailure } from '../expr/failure.ts';
import type { BudgetSetup } from '../pattern/limit-reporter.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { RecognizePlan } from '../plan/recognize-plan.ts';
import type { Timers } from '../time/timer-queue.ts';
import { RowConditions } from './conditions.ts';
import { MatchedRows } from './matched-rows.ts';
import { type PathNode, type PathsSnapshot, PathWriter, readPaths, slotsOf } from './path.ts';
import { programOf, type RowProgram } from './program.ts';
import { type RankRules, rankMatches } from './ranking.ts';
import { RowBudget } from './row-budget.ts';
import { RowHistory } from './row-history.ts';
import { readKey, writeKey } from './row-key.ts';
import { type Found, RowStepper } from './row-stepper.ts';
import { RowWait } from './row-wait.ts';
import {
  beginAt,
  pathAt,
  putRun,
  type RowKey,
  type RowMatch,
  RowPartition,
  RUN,
  runsIn,
  stateAt,
} from './run.ts';

/** What a matcher needs from its statement. */
export interface RowMatcherHost {
  readonly env: Env;
  readonly backend: Backend;
  readonly timers: Timers;
  /** Index of the statement, for its timers. */
  readonly statement: number;
  readonly budget: BudgetSetup;
  /** Whether rows leave again: there is a window in front. */
  readonly hasWindow: boolean;
  /** The rows in the window now, in its order. */
  window(): Iterable<EventRecord>;
  /** The key of `partition by`. */
  keyOf(row: EventRecord): RowKey;
  /** Gets the matches found by one change of the window, or by a timer. */
  emit(matches: readonly RowMatch[]): void;
}

/** Told of each row that a run takes, with its number. */
type Took = ((row: EventRecord, number: number) => void) | null;

/**
 * Finds the matches of `match_recognize` as rows come and go.
 *
 * Every row goes to all runs of its partition and may begin new ones; a run that cannot take it ends, so the rows of a run
 * follow each other without a gap. Matches are given as soon as they are complete, whether or not they could become
 * longer. Costs O(runs of the partition) a row. A row that leaves the window takes the runs that hold it along; when it is
 * not the oldest of those that matched, all runs are looked for again in what is left of the window, as in Esper.
 */
export class RowMatcher {
  private readonly plan: RecognizePlan;
  private readonly host: RowMatcherHost;
  private readonly program: RowProgram;
  private readonly conditions: RowConditions;
  private readonly stepper: RowStepper;
  private readonly history: RowHistory;
  private readonly matched: MatchedRows | null;
  private readonly wait: RowWait | null;
  private readonly budget: RowBudget;
  private readonly rules: RankRules;
  private readonly isMultiple: readonly boolean[];
  private readonly holdsAll: boolean;
  private partitions = new Map<RowKey, RowPartition>();
  private sequence = 0;
  /** Both lists empty between two changes. */
  private found: Found = { matches: [], ended: [] };

  constructor(plan: RecognizePlan, host: RowMatcherHost) {
    const program = programOf(plan);
    this.plan = plan;
    this.host = host;
    this.program = program;
    this.isMultiple = plan.variables.map((one) => one.isMultiple);
    this.conditions = new RowConditions(plan, program, host.env, host.backend);
    const { env, hasWindow } = host;
    const rule = host.budget.rule;
    this.holdsAll = holdsAll(plan, program);
    const stepping = { env, rule, hasWindow, holdsAll: this.holdsAll };
    this.stepper = new RowStepper(plan, program, this.conditions, stepping);
    this.history = new RowHistory(plan.previous, host.hasWindow);
    this.matched = host.hasWindow ? new MatchedRows() : null;
    this.budget = new RowBudget(host.budget);
    this.rules = { program, allMatches: plan.allMatches, skip: plan.skip };
    // Aggregates after it are given anew by a timer that finds nothing due, too.
    const onTimer = (matches: RowMatch[]) => host.emit(this.ranked(matches));
    this.wait = plan.interval === null ? null : new RowWait(plan, plan.interval, program, host, onTimer);
  }

  /** Rows enter and leave. */
  update(added: readonly EventRecord[], removed: readonly EventRecord[]): void {
    if (this.plan.iterateOnly) {
      for (const row of removed) this.history.forget(row);
      for (const row of added) this.history.arrive(row, this.partitionOf(row, this.partitions));
      return;
    }
    if (removed.length > 0 && this.matched !== null) this.remove(removed, this.matched);
    if (added.length === 0) return;
    // A failure in the middle of a change may have left something.
    const left = this.found.matches.length + this.found.ended.length > 0;
    if (left) this.found = { matches: [], ended: [] };
    const { found } = this;
    let touched: RowPartition | null = null;
    const { matched } = this;
    for (let i = 0; i < added.length; i++) {
      const row = added[i] as EventRecord;
      const partition = this.partitionOf(row, this.partitions);
      this.conditions.begin(row, this.history.arrive(row, partition));
      const before = runsIn(partition.runs);
      const number = ++this.sequence;
      if (this.stepper.step(partition, row, number, found)) matched?.add(row, number);
      this.budget.count(runsIn(partition.runs) - before);
      this.budget.hold(partition);
      touched = partition;
    }
    const isQuiet = found.matches.length === 0 && found.ended.length === 0;
    if (!isQuiet) this.found = { matches: [], ended: [] };
    const leaving = isQuiet ? found.matches : this.complete(found);
    if (added.length === 1) this.dropIfIdle(touched as RowPartition);
    else for (const partition of [...this.partitions.values()]) this.dropIfIdle(partition);
    if (leaving.length > 1) this.refuseTogether(leaving);
    this.emit(leaving);
  }

  /** The matches in the rows of the window, as if all came now: what a pull sees. None without a window. */
  present(): readonly RowMatch[] {
    if (!this.host.hasWindow) return [];
    const found: Found = { matches: [], ended: [] };
    this.replay(new Map(), found, null);
    return rankMatches(found.matches, this.rules);
  }

  /** The rows of the variables of a match, by number. */
  slotsOf({ path }: RowMatch): Slot[] {
    return slotsOf(path, this.program, this.isMultiple);
  }

  stop(): void {
    this.wait?.stop();
    for (const partition of this.partitions.values()) this.budget.count(-runsIn(partition.runs));
    this.partitions.clear();
  }

  snapshot(writer: EventWriter): unknown {
    const paths = new PathWriter(writer);
    const partitions = Array.from(this.partitions.values(), ({ key, runs, last, earlier }) => [
      writeKey(key),
      runs.map((entry) => (typeof entry === 'number' ? entry : paths.place(entry))),
      [...(last === null ? [] : [last]), ...(earlier ?? [])].map((row) => writer.event(row)),
    ]);
    const wait = this.wait?.snapshot(paths) ?? null;
    return {
      sequence: this.sequence,
      partitions,
      wait,
      history: this.history.snapshot(writer),
      matched: this.matched?.snapshot(writer) ?? null,
      paths: paths.nodes,
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { sequence, partitions, wait, history, matched, paths } = state as MatcherSnapshot;
    const nodes = readPaths(paths, reader, (...node) => this.conditions.extend(...node));
    this.stop();
    this.sequence = sequence;
    for (const [written, runs, recent] of partitions) {
      const partition = this.partition(readKey(written), this.partitions);
      partition.runs = runs.map((entry, i) => (i % RUN === 2 ? (nodes[entry] as PathNode) : entry));
      const [last, ...earlier] = recent.map((id) => reader.event(id));
      partition.last = last ?? null;
      partition.earlier = earlier.length === 0 ? null : earlier;
      this.budget.count(runsIn(partition.runs));
    }
    this.wait?.restore(wait, nodes, (key) => this.partitions.get(key) ?? new RowPartition(key));
    this.history.restore(history, reader);
    this.matched?.restore(matched, reader);
  }

  private partitionOf(row: EventRecord, partitions: Map<RowKey, RowPartition>): RowPartition {
    return this.partition(this.host.keyOf(row), partitions);
  }

  private partition(key: RowKey, partitions: Map<RowKey, RowPartition>): RowPartition {
    const known = partitions.get(key);
    if (known !== undefined) return known;
    const made = new RowPartition(key);
    partitions.set(key, made);
    this.budget.checkPartitions(partitions.size);
    return made;
  }

  /** A partition that holds nothing is forgotten. */
  private dropIfIdle(partition: RowPartition): void {
    if (partition.runs.length === 0 && !this.history.isUsed) this.partitions.delete(partition.key);
  }

  private ranked(matches: RowMatch[]): RowMatch[] {
    return this.plan.allMatches ? matches : rankMatches(matches, this.rules);
  }

  /** The matches that leave now. */
  private complete({ matches, ended }: Found): RowMatch[] {
    const chosen = this.ranked(matches);
    if (this.wait !== null) {
      const isSole = matches.length > 1 && chosen.length === 1 && this.plan.partitionBy.length === 0;
      const leaving = this.wait.pass(chosen, ended, isSole && hasOneBeginning(matches));
      return ended.length === 0 ? leaving : this.ranked(leaving);
    }
    if (this.plan.skip !== 'to-current') for (const match of chosen) this.skip(match);
    return chosen;
  }

  /**
   * As recorded, Esper forgets a key that has no open runs (nor rows for `prev`) as it gives its match on, and fails at the
   * next match of that key: of what one change of the window completed, nothing is given on.
   */
  private refuseTogether(matches: readonly RowMatch[]): void {
    if (this.plan.partitionBy.length === 0 || this.history.isUsed) return;
    const forgotten = new Set<RowKey>();
    for (const { partition } of matches) {
      const { key, runs } = partition;
      if (forgotten.has(key)) {
        const text = `several matches of the key \`${key}\` end together and leave no run of it open`;
        throw new ExpressionFailure(
          `${text}; without \`all matches\`, skipping past the last row, there is one`,
        );
      }
      if (key !== null && runs.length === 0) forgotten.add(key);
    }
  }

  /** After a match, runs that began before the search goes on end. They are ordered by their beginning. */
  private skip({ partition, begin, end }: RowMatch): void {
    dropUntil(partition, this.plan.skip === 'past-last' ? end : begin, this.budget);
  }

  private emit(matches: readonly RowMatch[]): void {
    if (matches.length > 0) this.host.emit(matches);
  }

  private remove(removed: readonly EventRecord[], matched: MatchedRows): void {
    let first = matched.first();
    let isInOrder = true;
    let count = 0;
    const numbers = removed.map((row) => matched.numberOf(row));
    for (const row of removed) {
      if (!matched.delete(row)) continue;
      if (first !== null && row !== first) isInOrder = false;
      count++;
      first = matched.first() ?? first;
    }
    if (isInOrder) this.removeRuns(removed, numbers, count);
    else this.rebuild(matched);
    for (const row of removed) this.history.forget(row);
  }

  /**
   * Ends the runs that hold one of the rows. As in Esper, of several rows that leave together with `partition by` only so
   * many from the first on are looked at as were ever taken by a run.
   */
  private removeRuns(
    removed: readonly EventRecord[],
    numbers: readonly (number | undefined)[],
    count: number,
  ): void {
    if (this.budget.openRuns === 0) return;
    if (this.matched?.isEmpty === true) {
      for (const partition of this.partitions.values()) {
        this.budget.count(-runsIn(partition.runs));
        partition.runs = [];
      }
      if (!this.history.isUsed) this.partitions.clear();
      return;
    }
    const looked = this.plan.partitionBy.length === 0 ? removed.length : count;
    for (let i = 0; i < looked; i++) {
      const number = numbers[i];
      if (number === undefined) continue;
      const row = removed[i] as EventRecord;
      const partition = this.partitions.get(this.host.keyOf(row));
      if (partition === undefined) continue;
      if (this.holdsAll) dropUntil(partition, number, this.budget);
      else this.dropHolding(partition, row, number);
      this.dropIfIdle(partition);
    }
  }

  private dropHolding({ runs }: RowPartition, row: EventRecord, number: number): void {
    let kept = 0;
    for (let at = 0; at < runs.length; at += RUN) {
      const path = pathAt(runs, at);
      if (beginAt(runs, at) <= number && this.holds(path, row)) continue;
      putRun(runs, kept, stateAt(runs, at), beginAt(runs, at), path);
      kept += RUN;
    }
    this.budget.count((kept - runs.length) / RUN);
    runs.length = kept;
  }

  /** Of a variable whose rows are not all held, only the last one is. */
  private holds(path: PathNode, row: EventRecord): boolean {
    const seen = new Set<number>();
    for (let node: PathNode | null = path; node !== null; node = node.before) {
      const variable = this.program.states[node.state]?.variable as number;
      const isHeld = (this.plan.collects && this.isMultiple[variable] === true) || !seen.has(variable);
      if (isHeld && node.event === row) return true;
      seen.add(variable);
    }
    return false;
  }

  /** Looks for all runs again in what is left of the window. */
  private rebuild(matched: MatchedRows): void {
    const partitions = new Map<RowKey, RowPartition>();
    for (const partition of this.partitions.values()) {
      this.budget.count(-runsIn(partition.runs));
      partition.runs = [];
      if (this.history.isUsed) partitions.set(partition.key, partition);
    }
    this.partitions = partitions;
    matched.clearNumbers();
    const took: Took = (row, number) => matched.renumber(row, number);
    this.sequence = this.replay(partitions, { matches: [], ended: [] }, took);
    for (const partition of [...partitions.values()]) {
      this.budget.count(runsIn(partition.runs));
      this.dropIfIdle(partition);
    }
  }

  /** Gives the rows of the window to runs that begin in these partitions; their number. */
  private replay(partitions: Map<RowKey, RowPartition>, found: Found, took: Took): number {
    let number = 0;
    for (const row of this.host.window()) {
      this.conditions.begin(row, this.history.recall(row));
      number++;
      if (this.stepper.step(this.partitionOf(row, partitions), row, number, found)) took?.(row, number);
    }
    return number;
  }
}

/**
 * Whether every run holds all of its rows. As in Esper it does not where no expression reads those of repeated variables,
 * and where a variable of one row is written on several sides of a `|`, so that it can stand for another row again.
 */
function holdsAll({ collects, variables }: RecognizePlan, { states }: RowProgram): boolean {
  const once = (variable: number) => states.filter((state) => state.variable === variable).length === 1;
  return variables.every(({ isMultiple }, variable) => (isMultiple ? collects : once(variable)));
}

function hasOneBeginning(matches: readonly RowMatch[]): boolean {
  return matches.every(({ begin }) => begin === matches[0]?.begin);
}

/** Ends the runs that began with the row of a number, or before. */
function dropUntil(partition: RowPartition, number: number, budget: RowBudget): void {
  const { runs } = partition;
  let dropped = 0;
  while (dropped < runs.length && beginAt(runs, dropped) <= number) dropped += RUN;
  if (dropped === 0) return;
  if (dropped === runs.length) runs.length = 0;
  else runs.splice(0, dropped);
  budget.count(-dropped / RUN);
}

interface MatcherSnapshot {
  readonly sequence: number;
  readonly partitions: readonly (readonly [
    key: unknown,
    runs: readonly number[],
    recent: readonly number[],
  ])[];
  readonly wait: unknown;
  readonly history: unknown;
  readonly matched: unknown;
  readonly paths: PathsSnapshot;
}
