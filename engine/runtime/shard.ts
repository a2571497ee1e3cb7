import { assert } from '../core/assert.ts';
import { DEFAULT_RULE_LIMITS, LIMITS, LimitError, type RuleLimits } from '../core/limits.ts';
import type { Notice } from '../core/notice.ts';
import type { Origins } from '../event/origins.ts';
import { createRecordClass, type EventRecord, type RecordClass, type Value } from '../event/record.ts';
import type { EventType } from '../event/types.ts';
import { type Backend, compileExpr, createEnv, type Env, type Evaluator } from '../expr/evaluate.ts';
import { ExpressionFailure } from '../expr/failure.ts';
import type { Expr } from '../expr/ir.ts';
import type { LimitCount, RunPool } from '../pattern/limit-reporter.ts';
import type { MatcherChoice } from '../pattern/planner.ts';
import type { ContextPlan } from '../plan/context-plan.ts';
import { EMPTY_PLAN } from '../plan/empty-plan.ts';
import type { InsertPlan, Plan, StatementPlan } from '../plan/plan.ts';
import type { StorePlan } from '../plan/store-plan.ts';
import { neededByOthers } from '../plan/store-uses.ts';
import type { ContextController } from '../query/context/controller.ts';
import { createStatements, inOrderOfStart } from '../query/create-statement.ts';
import { runQuery } from '../query/on-demand/run-query.ts';
import { makeDerivedEvent } from '../query/projection.ts';
import { StartValues } from '../query/start-values.ts';
import type { RunningStatement, StatementHost } from '../query/statement.ts';
import type { RowStore } from '../query/store/row-store.ts';
import { StoreFeed } from '../query/store/store-feed.ts';
import { StoreMap } from '../query/store/store-map.ts';
import { baseOf, checkUnit } from '../time/time-base.ts';
import { type Timer, TimerQueue } from '../time/timer-queue.ts';
import { DerivedQueue } from './derived-queue.ts';
import { Dispatcher } from './dispatcher.ts';
import { type Row, ShardRow } from './row.ts';
import type { ShardOptions } from './shard-options.ts';
import { EventTableReader, EventTableWriter, type ShardSnapshot } from './snapshot.ts';

/** Failures of one statement that are told one by one; further ones are only counted. */
const FAILURES_TOLD = 8;

/**
 * Runs statements over events in event-time order, with one clock and one timer queue.
 *
 * The clock moves only by `onEvent`, `advanceTo` and `jumpTo`. A timer due at t runs before an event at t. Events that
 * statements make (`insert into`) are processed after the event or time step that made them, in the order they were
 * made, at the same time.
 */
export class Shard implements StatementHost {
  readonly env: Env;
  readonly timers = new TimerQueue();
  readonly backend: Backend;
  readonly matcher: MatcherChoice;
  readonly ruleLimits: RuleLimits;
  readonly runPool: RunPool = { runs: 0, weight: 0, held: 0, drops: [] };
  private readonly options: ShardOptions;
  private plan: Plan;
  private classes: RecordClass[] = [];
  private statements: RunningStatement[] = [];
  private readonly startValues = new StartValues<number>();
  private readonly failures = new Map<number, number>();
  private running: ReadonlyMap<number, RunningStatement> = new Map();
  private dispatcher: Dispatcher;
  /** Contexts by their index in the plan. */
  readonly contexts = new Map<number, ContextController>();
  /** Compiled `event-precedence` expressions. */
  private readonly precedences = new Map<Expr, Evaluator>();
  private trigger: EventRecord | null = null;
  private ordinal = 0;
  /** Derived events made so far. */
  private made = 0;
  private readonly derived = new DerivedQueue();
  /** Events for named windows, which go before other derived events. */
  private readonly derivedRows = new DerivedQueue();
  private readonly storeMap = new StoreMap(() => this.plan.stores);
  private windowTypes: ReadonlySet<number> = new Set();
  readonly feed = new StoreFeed((statement, work) => this.guarded(statement, work));

  constructor(options: ShardOptions) {
    this.options = options;
    this.backend = options.backend ?? 'codegen';
    this.matcher = options.matcher ?? 'auto';
    const { zone, timeUnit } = options.plan;
    this.plan = { ...EMPTY_PLAN, zone, timeUnit };
    this.ruleLimits = { ...DEFAULT_RULE_LIMITS, ...options.ruleLimits };
    this.env = createEnv(options.startTime, baseOf(options.plan));
    this.dispatcher = new Dispatcher([], [], [], this);
    this.deploy(options.plan);
  }

  /** How often an expression had no value, by statement. */
  get failed(): ReadonlyMap<number, number> {
    return this.failures;
  }

  /** How often limits dropped something, by rule and limit. */
  get dropped(): readonly LimitCount[] {
    return this.runPool.drops;
  }

  notice(notice: Notice): void {
    this.options.onNotice?.(notice);
  }

  /** The clock, in ticks of the plan. */
  get now(): number {
    return this.env.now;
  }

  get types(): readonly EventType[] {
    return this.plan.types;
  }

  get stores(): readonly StorePlan[] {
    return this.plan.stores;
  }

  store(index: number): RowStore {
    return this.storeMap.get(index);
  }

  addStore(index: number, store: RowStore): void {
    this.storeMap.add(index, store);
  }

  removeStore(index: number): void {
    this.storeMap.remove(index);
  }

  get isPrioritized(): boolean {
    return this.options.isPrioritized ?? false;
  }

  get contextPlans(): readonly ContextPlan[] {
    return this.plan.contexts;
  }

  recordClass(type: number): RecordClass {
    return this.classes[type] as RecordClass;
  }

  /** Number of timers waiting. */
  get openTimers(): number {
    return this.timers.size;
  }

  /** Whether any statement of this shard looks at events of the type. */
  consumes(type: number): boolean {
    return this.dispatcher.consumes(type);
  }

  /** Starts the statements that `plan` has beyond the present one; its first entries must be the present ones. */
  deploy(plan: Plan): void {
    assert(plan.statements.length >= this.plan.statements.length, 'a plan only grows');
    checkUnit('rules', plan.timeUnit, this.env.timeBase.unit);
    for (let i = this.classes.length; i < plan.types.length; i++) {
      this.classes.push(createRecordClass(plan.types[i]!, this.backend === 'codegen'));
    }
    for (const { initial } of plan.variables.slice(this.plan.variables.length)) {
      const value = initial === null ? null : compileExpr(initial, this.backend)(null, [], this.env);
      this.env.assign(this.env.variables.length, value);
    }
    const fresh = plan.statements
      .slice(this.plan.statements.length)
      .filter((statement) => this.options.statements?.has(statement.index) ?? true);
    this.plan = plan;
    this.windowTypes = new Set(plan.stores.flatMap((one) => (one.kind === 'window' ? [one.type] : [])));
    const added = this.create(fresh);
    this.setStatements([...this.statements, ...added]);
    for (const statement of inOrderOfStart(added)) statement.start();
    this.processDerived();
  }

  /** Value of a variable by its index in the plan. */
  variable(index: number): Value {
    return this.env.variables[index] ?? null;
  }

  /** Sets a variable from outside, between two events; the value must be of its type. */
  setVariable(index: number, value: Value): void {
    const before = this.variable(index);
    this.env.assign(index, value);
    this.env.watch.notify(index, before);
  }

  /**
   * Stops statements by their index in the plan; their state and timers are gone. Fails, and stops none, when one of them
   * creates a named window, table or context that others use.
   */
  undeploy(indexes: readonly number[]): void {
    const [leaving, staying] = [true, false].map((leaves) =>
      this.statements.filter(({ plan }) => indexes.includes(plan.index) === leaves),
    ) as [RunningStatement[], RunningStatement[]];
    const plans = (list: readonly RunningStatement[]) => list.map(({ plan }) => plan);
    const needed = neededByOthers(this.plan, plans(leaving), plans(staying));
    if (needed !== null) {
      throw new Error(`\`${needed.name}\` cannot be taken away: the statement \`${needed.by.name}\` uses it`);
    }
    for (const statement of leaving) {
      statement.stop();
      this.startValues.delete(statement.plan.index);
    }
    this.setStatements(staying);
  }

  /** Processes one event: first the clock steps to its time, running due timers. Events come in event-time order. */
  onEvent(event: EventRecord): void {
    // What was scheduled at the present time for that time waits until the clock moves, as in Esper.
    if (event.time > this.env.now) this.advanceTo(event.time);
    this.trigger = event;
    this.dispatcher.dispatch(event, this.env);
    this.processDerived();
    this.trigger = null;
  }

  /** Moves the clock to `time`, stopping at each due time on the way and running what is due there. */
  advanceTo(time: number): void {
    // As in Esper: what timers at `time` schedule for that time waits until the clock moves.
    while (this.timers.nextDue <= time && this.env.now < time) {
      this.env.now = Math.max(this.env.now, this.timers.nextDue);
      this.runDue();
    }
    if (time > this.env.now) this.env.now = time;
  }

  /**
   * Moves the clock to `time` at once, as Esper's `advanceTime` does: timers due by then run at the new time, and what
   * they schedule waits for the next move.
   */
  jumpTo(time: number): void {
    if (time > this.env.now) this.env.now = time;
    this.runDue();
  }

  onRow(plan: StatementPlan, values: readonly Value[], origins: Origins, kind: Row['kind'] = 'insert'): void {
    const row = new ShardRow(plan.index, this.env.now, kind, values);
    row.trigger = this.trigger;
    row.behind = origins;
    row.rank = plan.query.orderBy.length > 0 ? this.ordinal : 0;
    row.ordinal = this.ordinal++;
    this.options.onRow(row);
  }

  derive(insert: InsertPlan, values: readonly Value[], origins: Origins): void {
    if (insert.table !== undefined) {
      this.env.tables[insert.table]?.insert(insert.fields, values);
      return;
    }
    const recordClass = (type: number) => this.recordClass(type);
    const event = makeDerivedEvent(insert, values, origins, { recordClass, time: this.env.now });
    const queue = this.windowTypes.has(event.type) ? this.derivedRows : this.derived;
    queue.push(event, this.precedenceOf(insert, event));
    // One event may make as many as there are rows: what is made counts, not what is taken.
    if (++this.made % 256 === 0) this.options.checkpoint?.();
  }

  /**
   * Runs a query, compiled against the present plan, on what named windows and tables hold now. Gives the rows of a
   * select, or of a named window those changed. Throws an `ExpressionFailure` where a value cannot be had or a table
   * refuses a row; then nothing is changed.
   */
  query(plan: StatementPlan): readonly (readonly Value[])[] {
    const rows = runQuery(plan, this);
    this.processDerived();
    return rows;
  }

  /** The rows that a pull from a statement gives now; null when it cannot be pulled. */
  rows(statement: number): readonly (readonly Value[])[] | null {
    return this.running.get(statement)?.rows?.() ?? null;
  }

  private precedenceOf({ precedence }: InsertPlan, event: EventRecord): number {
    if (precedence === null) return 0;
    let evaluate = this.precedences.get(precedence);
    if (evaluate === undefined) {
      evaluate = compileExpr(precedence, this.backend);
      this.precedences.set(precedence, evaluate);
    }
    return (evaluate(event, [], this.env) as number | null) ?? 0;
  }

  /** An expression had no value: what its statement would have done with the event or timer does not happen. */
  onFailure(statement: number, failure: ExpressionFailure): void {
    const count = (this.failures.get(statement) ?? 0) + 1;
    this.failures.set(statement, count);
    if (count > FAILURES_TOLD) return;
    const name = this.plan.statements[statement]?.name ?? statement;
    const text = `${name}: at ${this.env.now} an expression has no value, so there is no row: ${failure.message}`;
    this.options.onNotice?.({ code: 'expression-failed', statement, count, text });
  }

  /** The state between two events. */
  snapshot(): ShardSnapshot {
    const writer = new EventTableWriter(this.plan.types.map((type) => type.fields.length));
    const statements = this.statements.map(
      (statement) =>
        [
          statement.plan.index,
          statement.snapshot(writer),
          this.startValues.snapshot(statement.plan.index, writer),
        ] as const,
    );
    const variables = this.env.variables.map((value) => writer.value(value));
    return {
      version: 1,
      timeUnit: this.env.timeBase.unit,
      now: this.env.now,
      ordinal: this.ordinal,
      timerSequence: this.timers.sequence,
      events: writer.table,
      variables,
      statements,
    };
  }

  /** Replaces the state by that of a snapshot; the plan and the statements must be the same. */
  restore(snapshot: ShardSnapshot): void {
    checkUnit('a snapshot', snapshot.timeUnit, this.env.timeBase.unit);
    for (const statement of this.statements) statement.stop();
    assert(this.timers.size === 0, 'a stopped statement left a timer');
    const states = new Map(snapshot.statements.map(([index, state]) => [index, state]));
    const reader = new EventTableReader(snapshot.events, this.classes);
    this.env.now = snapshot.now;
    this.ordinal = snapshot.ordinal;
    snapshot.variables.forEach((value, i) => {
      this.env.assign(i, reader.value(value));
    });
    for (const [index, , values] of snapshot.statements) this.startValues.restore(index, values, reader);
    this.contexts.clear();
    this.setStatements(this.create(this.statements.map(({ plan }) => plan)));
    for (const statement of inOrderOfStart(this.statements))
      statement.restore(states.get(statement.plan.index) ?? null, reader);
    this.timers.restoreSequence(snapshot.timerSequence);
  }

  private create(plans: readonly StatementPlan[]): RunningStatement[] {
    const onContext = (index: number, controller: ContextController) => this.contexts.set(index, controller);
    return createStatements(plans, this, this.startValues, onContext);
  }

  private setStatements(statements: RunningStatement[]): void {
    this.statements = statements;
    this.running = new Map(statements.map((statement) => [statement.plan.index, statement]));
    this.dispatcher = new Dispatcher(this.plan.types, this.classes, statements, this);
  }

  /** Runs the timers due now; all are taken before the first runs. */
  private runDue(): void {
    const due: Timer[] = [];
    for (let timer = this.timers.take(this.env.now); timer !== null; timer = this.timers.take(this.env.now)) {
      due.push(timer);
    }
    for (let i = 0; i < due.length; i++) {
      const timer = due[i] as Timer;
      if (!timer.cancelled) this.guarded(timer.statement, () => timer.target.onTimer());
      // What the timers of one statement complete at one time leaves together, in the order of its origins.
      if (due[i + 1]?.statement === timer.statement) continue;
      this.guarded(timer.statement, () => this.running.get(timer.statement)?.onTimers());
    }
    this.processDerived();
  }

  private guarded(statement: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      this.onFailure(statement, error);
    }
  }

  /** As in Esper rows for named windows go first, then consumers hear of changes, then other events come. */
  private processDerived(): void {
    for (let taken = 0; ; taken++) {
      const row = this.derivedRows.next();
      if (row === null && this.feed.dispatch()) continue;
      const event = row ?? this.derived.next();
      if (event === null) return;
      if (taken > LIMITS.derivedEventsMax) throw this.endless(event);
      this.dispatcher.dispatch(event, this.env);
      this.feed.dispatch();
    }
  }

  private endless(event: EventRecord): LimitError {
    const { name } = this.plan.types[event.type] as { name: string };
    this.derived.clear();
    this.derivedRows.clear();
    this.feed.clear();
    return new LimitError(
      `the stream ${name}: one event made more than ${LIMITS.derivedEventsMax} others at ${event.time}; ` +
        'streams that feed each other need a condition that ends it',
    );
  }
}
