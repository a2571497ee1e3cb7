import { LIMITS, type RuleLimits } from '../core/limits.ts';
import type { Notice } from '../core/notice.ts';
import type { Origins } from '../event/origins.ts';
import type { EventRecord } from '../event/record.ts';
import {
  type Backend,
  compileExpr,
  type Env,
  type Evaluator,
  equalityKey,
  type Slot,
} from '../expr/evaluate.ts';
import type { Expr } from '../expr/ir.ts';
import type { EventMaker } from '../pattern/contained.ts';
import { addHeld, withoutOverlaps } from '../pattern/held-events.ts';
import { type BudgetSetup, LimitReporter, type RunPool } from '../pattern/limit-reporter.ts';
import type { MatcherHost, PatternMatcher } from '../pattern/matcher.ts';
import { type PlannedPattern, plannedPattern } from '../pattern/planner.ts';
import type { MapKey } from '../pattern/program.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { PatternInput, StatementPlan } from '../plan/plan.ts';
import { runKeyOf } from '../plan/run-key.ts';
import type { Timers } from '../time/timer-queue.ts';
import { formatTimestamp } from '../time/timestamp.ts';
import { compareOldest, compareOrigins, originsOfSlots } from './origins.ts';
import type { StatementAtom, StatementHost } from './statement.ts';

/** A complete match: the tags by slot, and the admitted events behind it. */
export interface PatternMatch {
  readonly slots: readonly Slot[];
  readonly origins: Origins;
}

/** A pattern of a statement with its matcher; collects the matches of one event or time step and gives them in order. */
export class PatternRun implements MatcherHost, BudgetSetup {
  readonly atoms: readonly StatementAtom[];
  readonly statement: number;
  readonly env: Env;
  readonly timers: Timers;
  readonly maker: EventMaker;
  readonly backend: Backend;
  readonly limits: RuleLimits;
  readonly pool: RunPool;
  readonly rule: string;
  private readonly host: StatementHost;
  private readonly runKey: Evaluator | null;
  private readonly input: PatternInput;
  private readonly planned: PlannedPattern;
  private matcher: PatternMatcher;
  private matches: PatternMatch[] = [];

  constructor(plan: StatementPlan, input: PatternInput, host: StatementHost) {
    this.statement = plan.index;
    this.env = host.env;
    this.timers = host.timers;
    this.maker = host;
    this.backend = host.backend;
    this.input = input;
    this.host = host;
    this.limits = host.ruleLimits;
    this.pool = host.runPool;
    this.rule = plan.name;
    this.runKey = runKeyFor(plan, input, host.backend);
    const { matcher } = host;
    const isOther = typeof matcher === 'object' && matcher.statement !== plan.index;
    this.planned = plannedPattern(input, {
      backend: host.backend,
      choice: isOther ? 'auto' : matcher,
      base: host.env.timeBase,
    });
    this.atoms = this.planned.atoms;
    this.matcher = this.planned.create(this);
  }

  /** It sets up the budget of its matcher. */
  get budget(): BudgetSetup {
    return this;
  }

  keyOf(slots: readonly Slot[]): MapKey | null {
    return this.runKey === null ? null : equalityKey(this.runKey(null, slots, this.env));
  }

  moment(): string {
    return formatTimestamp(this.env.now, this.env.timeBase.unit);
  }

  notice(notice: Notice): void {
    this.host.notice(notice);
  }

  /** Begins. A pattern that is true at once is not told to anyone unless `keepsFirst`. */
  start(keepsFirst: boolean, given: readonly Slot[] = []): void {
    this.matcher.start(given);
    if (!keepsFirst) this.matches = [];
  }

  onMatch(slots: readonly Slot[]): void {
    if (this.matches.length >= LIMITS.matchesPerEventMax) {
      new LimitReporter(this).reach('matches', LIMITS.matchesPerEventMax, slots);
      return;
    }
    this.matches.push({ slots, origins: originsOfSlots(slots) });
  }

  collect(atom: number, event: EventRecord): void {
    this.matcher.collect(atom, event);
  }

  /** Lets the filters act that the event hit. */
  dispatch(): void {
    this.matcher.dispatch();
  }

  /** The matches since the last call, in the order of their origins. */
  take(): readonly PatternMatch[] {
    const { matches, input } = this;
    if (matches.length === 0) return matches;
    this.matches = [];
    // Which of the overlapping ones stays is told by the oldest event, then by the pattern: the order they came in.
    const compare = input.suppressOverlapping ? compareOldest : compareOrigins;
    if (matches.length > 1) matches.sort((a, b) => compare(a.origins, b.origins));
    if (input.discardPartials) {
      const held = new Set<EventRecord>();
      for (const { slots } of matches) addHeld(slots, held);
      this.matcher.discard(held);
    }
    return input.suppressOverlapping ? withoutOverlaps(matches) : matches;
  }

  stop(): void {
    this.matcher.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return this.planned.snapshot(this.matcher, writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.matcher = this.planned.restore(state, this, reader);
  }
}

/** The key of partial matches, compiled; made once, for a context asks in each partition. */
function runKeyFor(plan: StatementPlan, input: PatternInput, backend: Backend): Evaluator | null {
  let key = runKeys.get(input);
  if (key === undefined) {
    key = runKeyOf(plan, input);
    runKeys.set(input, key);
  }
  return key === null ? null : compileExpr(key, backend);
}

const runKeys = new WeakMap<PatternInput, Expr | null>();
