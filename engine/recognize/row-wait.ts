import type { EventRecord, Period } from '../event/record.ts';
import { type Backend, compileExpr, type Env, type Evaluator } from '../expr/evaluate.ts';
import { ExpressionFailure } from '../expr/failure.ts';
import type { RecognizePlan, RowInterval } from '../plan/recognize-plan.ts';
import { addPeriod, wholePeriod } from '../time/duration.ts';
import type { Timer, Timers, TimerTarget } from '../time/timer-queue.ts';
import { lastRowOf, type PathNode, type PathWriter, rowsOf } from './path.ts';
import { END, type RowProgram } from './program.ts';
import { readKey, writeKey } from './row-key.ts';
import type { RowKey, RowMatch, RowPartition } from './run.ts';
import { beganAt, WaitingMatches } from './waiting-matches.ts';

/** What the wait needs from its statement. */
export interface RowWaitHost {
  readonly env: Env;
  readonly backend: Backend;
  readonly timers: Timers;
  readonly statement: number;
}

/** A run that could not take the row at hand but had a match before it. */
export interface EndedRun {
  readonly state: number;
  readonly begin: number;
  readonly path: PathNode;
  readonly partition: RowPartition;
}

/**
 * `interval`: matches wait from their first row on, and leave together with the longer ones found meanwhile; with `or
 * terminated` those leave at once that cannot become longer.
 *
 * As recorded of Esper: a match that is complete only after half of its interval leaves at once unless another one of the
 * same beginning waits; and the clock is set when the first match begins to wait, not for one that began before it.
 */
export class RowWait implements TimerTarget {
  private readonly plan: RecognizePlan;
  private readonly program: RowProgram;
  private readonly host: RowWaitHost;
  private readonly orTerminated: boolean;
  private readonly period: Evaluator;
  private readonly give: (matches: RowMatch[]) => void;
  private readonly waiting = new WaitingMatches();
  private sequence: number;
  private timer: Timer | null = null;

  /** `give` gets the matches whose interval is over. */
  constructor(
    plan: RecognizePlan,
    interval: RowInterval,
    program: RowProgram,
    host: RowWaitHost,
    give: (matches: RowMatch[]) => void,
  ) {
    this.plan = plan;
    this.program = program;
    this.host = host;
    this.orTerminated = interval.orTerminated;
    this.period = compileExpr(interval.period, host.backend);
    this.give = give;
    this.sequence = host.timers.reserve();
  }

  /**
   * Takes new matches; gives those back that leave now, with the waiting ones that cannot become longer. As recorded,
   * Esper fails when matches of one beginning were compared without `partition by`, where the one that is left begins to
   * wait or others cease to: `isSole` tells of that.
   */
  pass(matches: readonly RowMatch[], ended: readonly EndedRun[], isSole: boolean): RowMatch[] {
    const leaving = matches.filter((match) => !this.hold(match));
    const fails = isSole && this.orTerminated;
    if (fails && leaving.length < matches.length) throw failure();
    for (const run of ended) {
      const taken = this.waiting.takeWhere(
        beganAt(run.path),
        (match) => this.isOf(match, run),
        fails ? 1 : Number.POSITIVE_INFINITY,
      );
      if (fails && taken.length > 0) throw failure();
      leaving.push(...taken);
      if (taken.length > 0 && this.waiting.isEmpty) this.cancel();
    }
    return leaving;
  }

  onTimer(): void {
    this.timer = null;
    if (this.waiting.isEmpty) return;
    const { now } = this.host.env;
    const span = now - this.shifted(now, -1);
    const over = this.waiting.takeUntil(now - span);
    if (!this.waiting.isEmpty) this.set(this.waiting.firstTime + span);
    this.give(over);
  }

  stop(): void {
    this.cancel();
    this.waiting.clear();
  }

  snapshot(paths: PathWriter): unknown {
    const matches = Array.from(this.waiting.all(), ({ begin, end, path, partition }) => {
      return [begin, end, paths.place(path), writeKey(partition.key)];
    });
    return { matches, timer: [this.sequence, this.timer?.due ?? null] };
  }

  restore(state: unknown, nodes: readonly PathNode[], partitionOf: (key: RowKey) => RowPartition): void {
    const { matches, timer } = state as WaitSnapshot;
    this.stop();
    for (const [begin, end, path, key] of matches) {
      const partition = partitionOf(readKey(key));
      this.waiting.add({ begin, end, path: nodes[path] as PathNode, partition });
    }
    const [sequence, due] = timer;
    this.sequence = sequence;
    if (due !== null) this.set(due);
  }

  /** Makes a match wait, unless it leaves at once. */
  private hold(match: RowMatch): boolean {
    const next = this.program.states[match.path.state]?.next ?? [];
    if (this.orTerminated && next.length === 1 && next[0] === END) return false;
    const { now } = this.host.env;
    const began = beganAt(match.path);
    const elapsed = now - began;
    const rest = this.shifted(now, 1) - now - elapsed;
    if (!this.waiting.has(began) && elapsed >= rest) return false;
    if (this.waiting.isEmpty) this.set(now + rest);
    this.waiting.add(match);
    return true;
  }

  /** Whether a match is of the run: as far as they go, the same rows for the same variables. */
  private isOf(match: RowMatch, { state, begin, path, partition }: EndedRun): boolean {
    if (match.begin !== begin || match.partition.key !== partition.key) return false;
    const { program, plan } = this;
    const own = program.states[state]?.variable;
    return plan.variables.every(({ isMultiple }, variable) => {
      if (!isMultiple) {
        const held = variable === own ? null : lastRowOf(path, program, variable);
        return lastRowOf(match.path, program, variable) === held;
      }
      if (!plan.collects) return true;
      const rows = rowsOf(match.path, program, variable);
      return rows === null || agree(rows, rowsOf(path, program, variable));
    });
  }

  /** The clock, an interval later or earlier. */
  private shifted(now: number, sign: 1 | -1): number {
    const { env } = this.host;
    env.frame = null;
    const { months, ms } = wholePeriod(this.period(null, [], env) as Period, env.timeBase);
    return addPeriod(now, { months: sign * months, ms: sign * ms }, env.timeBase);
  }

  private set(due: number): void {
    this.cancel();
    this.timer = this.host.timers.schedule(due, this.host.statement, this, this.sequence);
  }

  private cancel(): void {
    if (this.timer !== null) this.host.timers.cancel(this.timer);
    this.timer = null;
  }
}

function failure(): ExpressionFailure {
  return new ExpressionFailure(
    'several matches with one first row were complete at once, where `or terminated` without `partition by` fails',
  );
}

function agree(rows: readonly EventRecord[], others: readonly EventRecord[] | null): boolean {
  return others !== null && rows.every((row, i) => i >= others.length || row === others[i]);
}

interface WaitSnapshot {
  readonly matches: readonly (readonly [begin: number, end: number, path: number, key: unknown])[];
  readonly timer: readonly [sequence: number, due: number | null];
}
