import type { Origins } from '../../event/origins.ts';
import type { Value } from '../../event/record.ts';
import type { Env, QueryFrame } from '../../expr/evaluate.ts';
import type { TableAccess } from '../../expr/table-access.ts';
import { PartitionWatch, type VariableWatch } from '../../expr/variable-watch.ts';
import type { InsertPlan } from '../../plan/plan.ts';
import type { StorePlan } from '../../plan/store-plan.ts';
import type { TimeBase } from '../../time/time-base.ts';
import type { Timer, Timers, TimerTarget } from '../../time/timer-queue.ts';
import { ForwardingHost } from '../forwarding-host.ts';
import type { RunningStatement, StatementHost } from '../statement.ts';
import { PartitionedWindow } from '../store/partitioned-window.ts';
import type { RowStore } from '../store/row-store.ts';
import { WindowStore } from '../store/window-store.ts';
import { TableStore } from '../table/table-store.ts';
import type { Branch } from './level.ts';

/** Takes note that a timer of a statement ran in a partition. */
export interface TimerKeeper {
  ran(statement: number, partition: Partition): void;
  guarded(statement: number, work: () => void): void;
  /** False while statements begin that are deployed. */
  readonly isHeard: boolean;
}

/**
 * One partition of a context: the values that its statements read, and an instance of each statement. It is the host of
 * its statements, so that they reach the shard with its values in hand and leave their timers with it.
 */
export class Partition extends ForwardingHost implements Timers {
  readonly id: number;
  private readonly ownEnv: PartitionEnv;
  /** By the place of the statement in the context; null where it does not run. */
  readonly instances: (RunningStatement | null)[] = [];
  /** Number of the event that made it; see `ContextController.turn`. */
  born: number;
  hasEnded = false;
  /** Where it hangs in the innermost level; null for one that holds no events. */
  readonly branch: Branch | null;
  private own: Map<number, RowStore> | null = null;
  private readonly keeper: TimerKeeper;

  constructor(
    branch: Branch | null,
    { id, values, born }: { readonly id: number; readonly values: Value[]; readonly born: number },
    outer: StatementHost,
    keeper: TimerKeeper,
  ) {
    super(outer);
    this.branch = branch;
    this.id = id;
    this.ownEnv = new PartitionEnv(outer.env, values);
    this.born = born;
    this.keeper = keeper;
  }

  /** A partition in which nothing runs, to look at a statement. */
  static idle(values: Value[], outer: StatementHost, keeper: TimerKeeper): Partition {
    return new Partition(null, { id: -1, values, born: -1 }, outer, keeper);
  }

  override get env(): PartitionEnv {
    return this.ownEnv;
  }

  override get timers(): Timers {
    return this;
  }

  /** A named window or table of the partition, else one of the shard. */
  override store(index: number): RowStore {
    const plan = this.outer.stores[index];
    // A partition that never begins only shows what statements would use.
    if (this.id < 0 && plan !== undefined && plan.context !== null) return this.idleStore(plan);
    return this.own?.get(index) ?? this.outer.store(index);
  }

  /** The window of all partitions, for statements without the context. */
  private sharedWindow(index: number): PartitionedWindow | null {
    if (this.id < 0 || this.outer.stores[index]?.kind !== 'window') return null;
    const shared = this.outer.store(index);
    return shared instanceof PartitionedWindow ? shared : null;
  }

  /** An empty store without timers. */
  private idleStore(plan: StorePlan): RowStore {
    if (plan.kind === 'table') return new TableStore(plan, this);
    const owner = { plan: { index: -1, name: plan.name }, onChange() {} };
    const window = new WindowStore(plan, owner, this);
    window.stop();
    return window;
  }

  override addStore(index: number, store: RowStore): void {
    this.own ??= new Map();
    this.own.set(index, store);
    this.sharedWindow(index)?.join(store);
  }

  override removeStore(index: number): void {
    const store = this.own?.get(index);
    if (store === undefined) return;
    this.sharedWindow(index)?.leave(store);
    this.own?.delete(index);
  }

  override get isHeard(): boolean {
    return this.keeper.isHeard;
  }

  override declareVariable(variable: number): void {
    this.env.declare(variable);
  }

  override derive(insert: InsertPlan, values: readonly Value[], origins: Origins): void {
    if (insert.table !== undefined) this.env.tables[insert.table]?.insert(insert.fields, values);
    else super.derive(insert, values, origins);
  }

  reserve(): number {
    return this.outer.timers.reserve();
  }

  schedule(due: number, statement: number, target: TimerTarget, sequence?: number): Timer {
    const owned = new OwnedTarget(this, statement, target, this.keeper);
    return this.outer.timers.schedule(due, statement, owned, sequence);
  }

  cancel(timer: Timer): void {
    this.outer.timers.cancel(timer);
  }
}

/** A timer of a statement in a partition. */
class OwnedTarget implements TimerTarget {
  private readonly partition: Partition;
  private readonly statement: number;
  private readonly target: TimerTarget;
  private readonly keeper: TimerKeeper;

  constructor(partition: Partition, statement: number, target: TimerTarget, keeper: TimerKeeper) {
    this.partition = partition;
    this.statement = statement;
    this.target = target;
    this.keeper = keeper;
  }

  onTimer(): void {
    this.keeper.guarded(this.statement, () => this.target.onTimer());
    this.keeper.ran(this.statement, this.partition);
  }
}

/** The environment of a partition: that of the shard, with the values of the partition. */
export class PartitionEnv implements Env {
  readonly context: Value[];
  frame: QueryFrame | null = null;
  readonly params: Value[];
  /** Those of the shard; variables of the partition hide them. */
  variables: readonly Value[];
  /** Those of the shard; tables of the partition hide them. */
  tables: Env['tables'];
  watch: VariableWatch;
  private readonly outer: Env;
  private own: Set<number> | null = null;

  constructor(outer: Env, context: Value[]) {
    this.outer = outer;
    this.context = context;
    this.params = outer.params;
    this.variables = outer.variables;
    this.tables = outer.tables;
    this.watch = outer.watch;
  }

  /** From now on a variable has a value of the partition, at first that of the shard. */
  declare(variable: number): void {
    if (this.own === null) {
      this.own = new Set();
      this.variables = Object.create(this.outer.variables) as Value[];
      this.watch = new PartitionWatch(this.outer.watch, this.own);
    }
    this.own.add(variable);
    this.assign(variable, this.outer.variables[variable] ?? null);
  }

  assign(variable: number, value: Value): void {
    if (this.own?.has(variable) === true) (this.variables as Value[])[variable] = value;
    else this.outer.assign(variable, value);
  }

  setTable(index: number, table: TableAccess | undefined): void {
    if (this.tables === this.outer.tables) this.tables = Object.create(this.outer.tables) as Env['tables'];
    (this.tables as (TableAccess | undefined)[])[index] = table;
  }

  get now(): number {
    return this.outer.now;
  }

  get timeBase(): TimeBase {
    return this.outer.timeBase;
  }
}
