import type { RuleLimits } from '../core/limits.ts';
import type { Notice } from '../core/notice.ts';
import type { Origins } from '../event/origins.ts';
import type { EventRecord, RecordClass, Value } from '../event/record.ts';
import type { EventType } from '../event/types.ts';
import type { Backend, Env, QueryFrame, Slot } from '../expr/evaluate.ts';
import type { ExpressionFailure } from '../expr/failure.ts';
import type { Expr } from '../expr/ir.ts';
import type { SubqueryRead } from '../expr/ir-subquery.ts';
import { ContainedSelection } from '../pattern/contained.ts';
import type { RunPool } from '../pattern/limit-reporter.ts';
import type { MatcherChoice } from '../pattern/planner.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { ContextPlan } from '../plan/context-plan.ts';
import type { InsertPlan, PatternInput, StatementPlan, StreamInput } from '../plan/plan.ts';
import type { StorePlan } from '../plan/store-plan.ts';
import type { Timers } from '../time/timer-queue.ts';
import type { ContextController } from './context/controller.ts';
import { originsOf } from './origins.ts';
import { PatternRun } from './pattern-run.ts';
import { type Projection, projectionOf } from './projection.ts';
import { Split } from './split.ts';
import type { RowStore } from './store/row-store.ts';
import type { StoreFeed } from './store/store-feed.ts';

/** Answers for the subqueries of a statement. */
export interface StatementSubqueries {
  answer(index: number, read: SubqueryRead, operand: Value): Value;
  /**
   * Makes the windows of the subqueries, once. As in Esper at one time their timers run after those of the statement's
   * own windows and before its output's, so a query calls it between the two.
   */
  open(): void;
  /** What expressions read outside the clauses of a query. */
  readonly frame: QueryFrame;
}

/** What a statement needs from its shard. */
export interface StatementHost {
  readonly env: Env;
  readonly timers: Timers;
  readonly backend: Backend;
  /** `tree` makes every pattern run on the tree matcher; default `auto`. */
  readonly matcher: MatcherChoice;
  /** Bounds on what rules keep. */
  readonly ruleLimits: RuleLimits;
  /** What the patterns of the shard keep together. */
  readonly runPool: RunPool;
  readonly types: readonly EventType[];
  readonly stores: readonly StorePlan[];
  /** Whether statements run once, for a query: they look at the rows of stores and follow no changes. */
  readonly isOnDemand?: boolean;
  /** Left out for a statement without subqueries. */
  readonly subqueries?: StatementSubqueries;
  /** Whether the order of statements is all that decides who gets an event first, as with Esper's setting `prioritized`. */
  readonly isPrioritized?: boolean;
  /** The contexts that statements run in, by their index in the plan. */
  readonly contexts: ReadonlyMap<number, ContextController>;
  readonly contextPlans: readonly ContextPlan[];
  /** An expression had no value: what the statement would have done does not happen. */
  onFailure(statement: number, failure: ExpressionFailure): void;
  notice(notice: Notice): void;
  recordClass(type: number): RecordClass;
  /** Makes an event of a stream from the values of its columns. */
  derive(insert: InsertPlan, values: readonly Value[], origins: Origins): void;
  /** A named window or table by its index in the plan; its statement was made before those that use it. */
  store(index: number): RowStore;
  addStore(index: number, store: RowStore): void;
  removeStore(index: number): void;
  /** Whether somebody hears of matches that are there at the start: in a partition that begins later, not when rules are deployed. */
  readonly isHeard?: boolean;
  /** In a partition of a context: from now on a variable has a value of the partition. */
  declareVariable?(variable: number): void;
  /** Tells consumers of stores what changed. */
  readonly feed: StoreFeed;
  /** A row that leaves the statement, with the admitted events behind it. What it feeds gets its events by `derive`. */
  onRow(plan: StatementPlan, values: readonly Value[], origins: Origins, kind?: 'insert' | 'remove'): void;
}

/** A filter of a statement as the dispatcher sees it: `onAtom` is called with its number for each event that passes. */
export interface StatementAtom {
  readonly type: number;
  readonly own: Expr | null;
  /** See `IndexedAtom`. */
  readonly countsRepeats?: boolean;
}

/**
 * One running statement. For an event that passes some of its atoms it gets `onAtom` for each of them, then `onEvent`
 * once. Timers reach it through the shard's queue.
 */
export interface RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  /** The statement inside one with subqueries. */
  readonly inner?: RunningStatement;
  start(): void;
  onAtom(atom: number, event: EventRecord): void;
  onEvent(): void;
  /** Called after timers of this statement ran. */
  onTimers(): void;
  stop(): void;
  /** Called before `stop` when the context partition it runs in ends: `output … when terminated`. */
  onTerminated?(): void;
  /** The rows that a pull gives now, each as the values of the columns; absent: it cannot be pulled. */
  rows?(): readonly (readonly Value[])[];
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

const NO_SLOTS: readonly Slot[] = [];

function emitRow(plan: StatementPlan, host: StatementHost, values: readonly Value[], origins: Origins): void {
  const { insertInto } = plan.query;
  if (insertInto !== null) host.derive(insertInto, values, origins);
  host.onRow(plan, values, origins);
}

function splitOf({ query }: StatementPlan, host: StatementHost): Split | null {
  return query.split === null ? null : new Split(query.split, host.backend, host);
}

/** `select … from Type(filter) where …`: stateless. */
export class StreamStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  private readonly host: StatementHost;
  private readonly projection: Projection;
  private readonly contained: ContainedSelection | null;
  private readonly split: Split | null;

  constructor(plan: StatementPlan, input: StreamInput, host: StatementHost) {
    this.plan = plan;
    this.host = host;
    this.atoms = [{ type: input.type, own: input.filter, countsRepeats: true }];
    this.projection = projectionOf(plan.query, host.backend);
    const { contained } = input;
    this.contained = contained === null ? null : new ContainedSelection(contained, host.backend, host);
    this.split = splitOf(plan, host);
  }

  start(): void {}

  onAtom(_atom: number, event: EventRecord): void {
    if (this.contained === null) this.emit(event);
    else for (const inner of this.contained.select(event, this.host.env)) this.emit(inner);
  }

  private emit(event: EventRecord): void {
    const { split, host } = this;
    if (split?.route({ event, slots: NO_SLOTS }, originsOf(event), host.env, host.derive.bind(host)) === true)
      return;
    const values = this.projection.project(event, NO_SLOTS, this.host.env);
    if (values !== null) emitRow(this.plan, host, values, originsOf(event));
  }

  onEvent(): void {}

  onTimers(): void {}

  stop(): void {}

  rows(): readonly (readonly Value[])[] {
    return this.projection.pull(this.host.env);
  }

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}

/** `select … from pattern […]`: matches made by one event, or at one time step, leave in the order of their origins. */
export class PatternStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  private readonly host: StatementHost;
  private readonly projection: Projection;
  private readonly run: PatternRun;
  private readonly split: Split | null;

  constructor(plan: StatementPlan, input: PatternInput, host: StatementHost) {
    this.plan = plan;
    this.host = host;
    this.projection = projectionOf(plan.query, host.backend);
    this.run = new PatternRun(plan, input, host);
    this.atoms = this.run.atoms;
    this.split = splitOf(plan, host);
  }

  start(): void {
    const isHeard = this.plan.query.insertInto !== null || this.split !== null || this.host.isHeard === true;
    this.run.start(isHeard);
    this.flush();
  }

  onAtom(atom: number, event: EventRecord): void {
    this.run.collect(atom, event);
  }

  onEvent(): void {
    this.run.dispatch();
    this.flush();
  }

  onTimers(): void {
    this.flush();
  }

  stop(): void {
    this.run.stop();
  }

  rows(): readonly (readonly Value[])[] {
    return this.projection.pull(this.host.env);
  }

  snapshot(writer: EventWriter): unknown {
    return this.run.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.run.restore(state, reader);
  }

  private flush(): void {
    const { split, host } = this;
    for (const { slots, origins } of this.run.take()) {
      if (split?.route({ event: null, slots }, origins, host.env, host.derive.bind(host)) === true) continue;
      const values = this.projection.project(null, slots, host.env);
      if (values !== null) emitRow(this.plan, host, values, origins);
    }
  }
}
