import { type EventView, isOfType, seenThrough, viewOf } from '../../event/event-view.ts';
import type { EventRecord, RecordClass, Value } from '../../event/record.ts';
import type { EventType } from '../../event/types.ts';
import { conjuncts, readsContext } from '../../expr/analyze.ts';
import { compilePredicate, type Predicate } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import { variablesIn } from '../../plan/variables.ts';
import { StartValues, variablesAtStart } from '../start-values.ts';
import type { RunningStatement, StatementAtom, StatementHost } from '../statement.ts';
import { conjunction } from './condition.ts';
import type { ContextController } from './controller.ts';
import { comesBefore, type EndCause, partsOf, waitsForAll } from './filter-order.ts';
import { NO_SLOTS } from './level.ts';
import { Partition } from './partition.ts';
import { PartitionIndex } from './partition-index.ts';
import type { RoutePlan } from './routes.ts';
import { sampleValues } from './sample-values.ts';

/** Makes an instance of a statement for a partition. */
export type InstanceMaker = (partition: StatementHost) => RunningStatement;

/** A filter of the statement: the dispatcher tests what needs no partition, the rest is tested in each. */
interface Filter {
  readonly type: number;
  readonly routes: RoutePlan;
  /** What reads values of the partition; null when nothing does. */
  readonly rest: Predicate | null;
  /** What the dispatcher tests; for events that do not come from it. */
  readonly own: Predicate;
  /** Finds the partitions; null when all are tested. */
  readonly index: PartitionIndex | null;
  /** All its conditions, see `filter-order.ts`. */
  readonly parts: readonly string[];
}

type InstanceSnapshot = readonly [partition: number, state: unknown, startValues: unknown];

/** A statement with `context C`: one instance of it runs in each partition. */
export class ContextStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  private readonly host: StatementHost;
  private readonly controller: ContextController;
  private readonly make: InstanceMaker;
  private readonly filters: readonly Filter[];
  private readonly views = new Map<string, EventView | null>();
  private readonly waitsForAll: boolean;
  /** Number of atoms without those of its subqueries, which come after them. */
  private readonly mainAtoms: number;
  private place = -1;
  private touched = new Set<Partition>();
  private readonly startVariables: readonly number[];
  private readonly startValues = new StartValues<Partition>();

  constructor(plan: StatementPlan, controller: ContextController, host: StatementHost, make: InstanceMaker) {
    this.plan = plan;
    this.controller = controller;
    this.host = host;
    this.startVariables = variablesAtStart(plan, host.stores);
    this.make = make;
    // An instance that never runs tells the filters.
    const values = sampleValues(controller.context, host);
    const idle = make(Partition.idle(values, host, controller));
    const { backend } = host;
    if (plan.query.variable !== null) controller.variables.add(plan.query.variable);
    const parts = idle.atoms.map(({ own }) => splitByContext(own, controller.variables));
    const { inputs, onStore, assignments } = plan.query;
    const [input] = inputs;
    const isBare = inputs.length === 1 && input?.kind === 'stream' && input.views.length === 0;
    // Of `on … delete` and the like it is no condition on the trigger.
    const where = isBare && onStore === null && assignments.length === 0 ? plan.query.where : null;
    this.waitsForAll = waitsForAll(plan, host.types);
    // The levels of others find the partitions of an event by themselves.
    const isFound = controller.context.levels.length === 1 && controller.context.levels[0]?.kind === 'span';
    this.filters = idle.atoms.map(({ type, own: atom }, i) => {
      const { own, rest } = parts[i] as { own: Expr | null; rest: Expr | null };
      const routes = controller.routesFor(modelOf(type, host));
      return {
        type,
        routes,
        parts: [...routes.flatMap((route) => route?.parts ?? []), ...partsOf(atom), ...partsOf(where)],
        index: isFound ? PartitionIndex.of(rest, backend) : null,
        own: compilePredicate(own, backend),
        rest: rest === null ? null : compilePredicate(rest, backend),
      };
    });
    this.atoms = idle.atoms.map((atom, i) => ({ ...atom, own: parts[i]?.own ?? null }));
    this.mainAtoms = (idle.inner ?? idle).atoms.length;
    idle.stop();
  }

  start(): void {
    this.place = this.controller.adopt(this);
    this.controller.begun(this);
  }

  onAtom(atom: number, event: EventRecord): void {
    const { routes, rest, index } = this.filters[atom] as Filter;
    const give = (partition: Partition) => {
      if (rest === null || rest(event, NO_SLOTS, partition.env)) this.give(partition, atom, event);
    };
    this.controller.visit(event, routes, give, index?.find(event, this.host.env));
  }

  onEvent(): void {
    const { touched } = this;
    if (touched.size === 0) return;
    this.touched = new Set();
    for (const partition of touched) {
      if (!partition.hasEnded) this.inPartition(partition, (instance) => instance.onEvent());
    }
  }

  onTimers(): void {
    this.controller.flushTimers();
  }

  /** Timers of the statement ran in a partition. */
  onTimersIn(partition: Partition): void {
    partition.instances[this.place]?.onTimers();
  }

  /** Begins in a new partition. */
  begin(partition: Partition): void {
    this.makeIn(partition);
    this.inPartition(partition, (instance) => instance.start());
  }

  /** Gives a new partition the event that made it. As in Esper the subqueries of the statement get it afterwards. */
  feed(partition: Partition, event: EventRecord): void {
    const { mainAtoms } = this;
    this.giveAtoms(partition, event, 0, mainAtoms);
    this.giveAtoms(partition, event, mainAtoms, this.filters.length);
  }

  private giveAtoms(partition: Partition, event: EventRecord, from: number, to: number): void {
    let isHit = false;
    for (let atom = from; atom < to; atom++) {
      const seen = this.passing(this.filters[atom] as Filter, partition, event);
      if (seen === null) continue;
      isHit = true;
      this.inPartition(partition, (instance) => instance.onAtom(atom, seen));
    }
    if (isHit) this.inPartition(partition, (instance) => instance.onEvent());
  }

  /** The partition is about to end by an event: gives it the event if the statement comes first; else true if it misses it. */
  beforeEnd(partition: Partition, { event, filter: end }: EndCause): boolean {
    const { controller } = this;
    const before = this.plan.priority - controller.plan.priority;
    if (before > 0 || partition.born === controller.turn) return false;
    const hits = this.filters.filter((filter) => this.passing(filter, partition, event) !== null);
    if (hits.length === 0) return false;
    const isNested = controller.context.levels.length > 1;
    const isFirst =
      !this.host.isPrioritized &&
      !this.waitsForAll &&
      (isNested || hits.some(({ parts }) => comesBefore(parts, end)));
    if (before < 0 || !isFirst) return true;
    this.giveAtoms(partition, event, 0, this.filters.length);
    return false;
  }

  /** The partition ends; where a limit drops it, without last rows. */
  end(partition: Partition, isDropped: boolean): void {
    if (!isDropped) this.inPartition(partition, (instance) => instance.onTerminated?.());
    partition.instances[this.place]?.stop();
    partition.instances[this.place] = null;
    this.startValues.delete(partition);
    for (const { index } of this.filters) index?.remove(partition);
  }

  rows(): readonly (readonly Value[])[] {
    return [...this.controller.all()].flatMap((one) => one.instances[this.place]?.rows?.() ?? []);
  }

  stop(): void {
    for (const { instances } of this.controller.all()) {
      instances[this.place]?.stop();
      instances[this.place] = null;
    }
    this.controller.remove(this, this.place);
  }

  snapshot(writer: EventWriter): unknown {
    return Array.from(
      this.controller.all(),
      (partition): InstanceSnapshot => [
        partition.id,
        partition.instances[this.place]?.snapshot(writer) ?? null,
        this.startValues.snapshot(partition, writer),
      ],
    );
  }

  restore(state: unknown, reader: EventReader): void {
    this.place = this.controller.adopt(this);
    const states = new Map((state as InstanceSnapshot[]).map((one) => [one[0], one]));
    for (const partition of this.controller.all()) {
      const [, own = null, values = null] = states.get(partition.id) ?? [];
      this.startValues.restore(partition, values, reader);
      this.makeIn(partition).restore(own, reader);
    }
  }

  private makeIn(partition: Partition): RunningStatement {
    const make = () => this.make(partition);
    const instance = this.startValues.make(partition, this.startVariables, partition.env, make);
    partition.instances[this.place] = instance;
    for (const { index } of this.filters) index?.add(partition);
    return instance;
  }

  /** The event as a filter sees it, when it passes the filter in a partition; else null. */
  private passing(
    { type, routes, own, rest }: Filter,
    partition: Partition,
    event: EventRecord,
  ): EventRecord | null {
    const seen = this.seenAs(type, event);
    if (seen === null || !own(seen, NO_SLOTS, partition.env)) return null;
    if (!this.controller.accepts(partition, seen, routes)) return null;
    return rest === null || rest(seen, NO_SLOTS, partition.env) ? seen : null;
  }

  private give(partition: Partition, atom: number, event: EventRecord): void {
    this.touched.add(partition);
    this.inPartition(partition, (instance) => instance.onAtom(atom, event));
  }

  /** An expression without a value in one partition does not concern the others. */
  private inPartition(partition: Partition, work: (instance: RunningStatement) => void): void {
    const instance = partition.instances[this.place] ?? null;
    if (instance !== null) this.controller.guarded(this.plan.index, () => work(instance));
  }

  /** The event in the layout of a filter's type; null when it is not of the type. */
  private seenAs(type: number, event: EventRecord): EventRecord | null {
    const { types } = this.host;
    const wanted = types[type] as EventType;
    for (const one of event.shownOf === undefined ? [event] : [event, event.shownOf]) {
      const own = types[one.type];
      if (own === undefined || !isOfType(own, wanted)) continue;
      const view = this.viewOf(one.type, type);
      return view === null ? one : seenThrough(view, one);
    }
    return null;
  }

  private viewOf(from: number, to: number): EventView | null {
    const key = `${from} ${to}`;
    const known = this.views.get(key);
    if (known !== undefined) return known;
    const { types } = this.host;
    const classOf = (type: number): RecordClass => this.host.recordClass(type);
    const made = viewOf(types[from] as EventType, to, types, classOf);
    this.views.set(key, made);
    return made;
  }
}

/** Rows of a named window have the keys of the type they are of. */
function modelOf(type: number, { stores }: StatementHost): number {
  const window = stores.find((one) => one.kind === 'window' && one.type === type);
  return window?.kind === 'window' && window.model >= 0 ? window.model : type;
}

/** Splits a condition into what needs no partition and what reads its values. */
function splitByContext(
  condition: Expr | null,
  variables: ReadonlySet<number>,
): { own: Expr | null; rest: Expr | null } {
  const parts = condition === null ? [] : conjuncts(condition);
  const isInside = (part: Expr): boolean =>
    readsContext(part) || [...variablesIn(part)].some((one) => variables.has(one));
  return {
    own: conjunction(parts.filter((part) => !isInside(part))),
    rest: conjunction(parts.filter(isInside)),
  };
}
