import type { Origins } from '../../event/origins.ts';
import type { Value } from '../../event/record.ts';
import type { Env, QueryFrame } from '../../expr/evaluate.ts';
import type { TableAccess } from '../../expr/table-access.ts';
import type { VariableWatch } from '../../expr/variable-watch.ts';
import type { InsertPlan } from '../../plan/plan.ts';
import type { TimeBase } from '../../time/time-base.ts';
import type { Timer, Timers, TimerTarget } from '../../time/timer-queue.ts';
import { ForwardingHost } from '../forwarding-host.ts';
import type { StatementHost } from '../statement.ts';

/** An instance of a statement in a partition that shares all but its state with those in the others. */
export interface SharingInstance {
  /** The partition. */
  readonly host: StatementHost;
  /** Does work with this instance as the one whose state is looked at. */
  within(work: () => void): void;
}

/**
 * The host of what the instances of a statement share: it reaches the partition at work. Whoever begins to work in a
 * partition calls `use` before.
 */
export class SharedHost extends ForwardingHost implements Timers {
  private readonly sharedEnv: SharedEnv;
  private current: SharingInstance | null = null;

  constructor(outer: StatementHost) {
    super(outer);
    this.sharedEnv = new SharedEnv(outer.env);
  }

  /** From now on it reaches the partition of an instance. */
  use(instance: SharingInstance): void {
    this.current = instance;
    this.sharedEnv.use(instance.host.env);
  }

  override get env(): Env {
    return this.sharedEnv;
  }

  override get timers(): Timers {
    return this;
  }

  override derive(insert: InsertPlan, values: readonly Value[], origins: Origins): void {
    this.at.host.derive(insert, values, origins);
  }

  reserve(): number {
    return this.outer.timers.reserve();
  }

  schedule(due: number, statement: number, target: TimerTarget, sequence?: number): Timer {
    const { at } = this;
    return at.host.timers.schedule(due, statement, new SharedTarget(at, target), sequence);
  }

  cancel(timer: Timer): void {
    this.outer.timers.cancel(timer);
  }

  private get at(): SharingInstance {
    return this.current as SharingInstance;
  }
}

/** A timer of one instance. */
class SharedTarget implements TimerTarget {
  private readonly instance: SharingInstance;
  private readonly target: TimerTarget;

  constructor(instance: SharingInstance, target: TimerTarget) {
    this.instance = instance;
    this.target = target;
  }

  onTimer(): void {
    this.instance.within(() => this.target.onTimer());
  }
}

/** The environment of the partition at work. */
class SharedEnv implements Env {
  context: Value[];
  frame: QueryFrame | null = null;
  readonly params: Value[];
  variables: readonly Value[];
  tables: Env['tables'];
  watch: VariableWatch;
  private readonly outer: Env;
  private current: Env;

  constructor(outer: Env) {
    this.outer = outer;
    this.current = outer;
    this.context = outer.context;
    this.params = outer.params;
    this.variables = outer.variables;
    this.tables = outer.tables;
    this.watch = outer.watch;
  }

  use(env: Env): void {
    this.current = env;
    this.context = env.context;
    this.variables = env.variables;
    this.tables = env.tables;
    this.watch = env.watch;
  }

  assign(variable: number, value: Value): void {
    this.current.assign(variable, value);
  }

  setTable(index: number, table: TableAccess | undefined): void {
    this.current.setTable(index, table);
  }

  get now(): number {
    return this.outer.now;
  }

  get timeBase(): TimeBase {
    return this.outer.timeBase;
  }
}
