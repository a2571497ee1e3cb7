import { unreachable } from '../core/assert.ts';
import type { Value } from '../event/record.ts';
import { type Backend, compileExpr, type Env, type QueryFrame } from '../expr/evaluate.ts';
import type { BudgetSetup } from '../pattern/limit-reporter.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import type { QueryPlan, StatementPlan } from '../plan/plan.ts';
import { variablesIn } from '../plan/variables.ts';
import type { Timers } from '../time/timer-queue.ts';
import type { Aggregation } from './aggregate/aggregation.ts';
import { GroupBound } from './aggregate/group-bound.ts';
import { type GroupKey, GroupKeys } from './aggregate/group-key.ts';
import type { GroupScope } from './aggregate/group-table.ts';
import { leavesInOrder } from './aggregate/leave-order.ts';
import { AggregationService } from './aggregate/service.ts';
import { Assignments } from './assignments.ts';
import { type Item, type ItemBinder, type ItemKind, type ItemPredicate, MatchRecord } from './item.ts';
import {
  createOutput,
  isAtOnce,
  type Output,
  type OutputHost,
  type WhenPlan,
} from './output/create-output.ts';
import { RowLimit, RowOrder } from './output/order.ts';
import { type OutputFinish, presentRows } from './output/output-stage.ts';
import type { WhenProgram } from './output/when-condition.ts';
import { AggregateGrouped } from './result/aggregate-grouped.ts';
import { GroupedRows } from './result/grouped-rows.ts';
import type { Delivery, OutRow } from './result/out-row.ts';
import { AggregateAll, RowForAll, SimpleRows } from './result/plain-rows.ts';
import type { ResultProcessor } from './result/processor.ts';
import type { ResultFrame } from './result/result-frame.ts';
import { RowMaker } from './result/row-maker.ts';
import { TableAggregation } from './table/table-aggregation.ts';
import type { TableStore } from './table/table-store.ts';
import type { ViewChild } from './view/view.ts';

/** What the result of a query needs from its statement. */
export interface ResultHost {
  readonly env: Env;
  readonly backend: Backend;
  readonly timers: Timers;
  readonly kind: ItemKind;
  readonly frame: ResultFrame;
  readonly binder: ItemBinder;
  /** Present items of the windows, in their order. */
  items(): Iterable<Item>;
  deliver(delivery: Delivery): void;
  /** Whether items neither enter nor leave, so that aggregates are those of the items present when rows are asked for. */
  readonly isPulled?: boolean;
  /** The table of `into table`; left out where there can be none. */
  table?(): TableStore;
  /** How limits on groups are told of; left out where none is to be kept. */
  readonly limits?: BudgetSetup;
}

/** What a result keeps from one update to the next: in a context one for each partition, else one. */
export interface ResultState {
  /** Null without aggregates of its own. */
  readonly groups: GroupScope | null;
  readonly bound: GroupBound | null;
  readonly output: Output;
}

/**
 * A query from its windows on: `where`, rows and aggregates, output, order. It is given what enters and leaves the
 * windows and hands out deliveries.
 */
export class QueryResult implements ViewChild {
  private readonly query: QueryPlan;
  private readonly where: ItemPredicate | null;
  private readonly aggregates: Aggregation | null;
  /** Aggregates to be made of the items present; null when they follow what enters and leaves. */
  private readonly pulled: AggregationService | null;
  private readonly isSnapshotOfPulled: boolean;
  private readonly finish: OutputFinish;
  private readonly frame: ResultFrame;
  private readonly own: AggregationService | null;
  private readonly makeOutput: () => Output;
  private output: Output;
  private readonly makeBound: () => GroupBound | null;
  private bound: GroupBound | null;

  constructor(plan: StatementPlan, host: ResultHost) {
    const { query } = plan;
    const { env, binder, frame } = host;
    this.query = query;
    this.where = query.where === null ? null : binder.predicate(query.where);
    const isAggregated = query.shape !== 'simple';
    const own = isAggregated && query.intoTable === null ? ownAggregates(plan, binder) : null;
    const { intoTable } = query;
    const { table } = host;
    const isInto = intoTable !== null && table !== undefined;
    const ofTable = isInto ? new TableAggregation(query, intoTable, binder, () => table.call(host)) : null;
    this.aggregates = ofTable ?? own;
    frame.aggregates = this.aggregates;
    this.frame = frame;
    const noItem = noItemOf(host.kind);
    this.finish = {
      processor: createProcessor(query, { binder, frame, noItem }),
      order: orderOf(query, binder, noItem),
      distinct: query.distinct,
      selector: query.selector,
      items: () => this.items(host.items()),
      now: () => env.now,
      deliver: (delivery) => host.deliver(delivery),
    };
    const outputHost: OutputHost = {
      statement: plan.index,
      statementName: plan.name,
      timers: host.timers,
      backend: host.backend,
      binder,
      noItem,
      whenProgram: (rate) => whenProgram(rate, env, host.backend),
    };
    this.makeOutput = () => createOutput(query, this.finish, outputHost);
    this.output = this.makeOutput();
    this.own = own;
    this.pulled = host.isPulled === true ? own : null;
    this.isSnapshotOfPulled = host.isPulled === true && query.output?.kind === 'snapshot';
    this.makeBound = () => groupBound(plan, host, own === null ? null : (key) => this.drop(own, key));
    this.bound = this.makeBound();
    if (own === null) return;
    own.onReclaimed = (key) => {
      this.bound?.delete(key);
      this.forget(key);
    };
  }

  /** The groups of a further partition, none so far; null without aggregates. */
  newGroups(): GroupScope | null {
    return this.own?.newScope() ?? null;
  }

  /** The bound on the groups of a further partition; null where they need none of their own. */
  newBound(): GroupBound | null {
    return this.makeBound();
  }

  /** The output of a further partition; one for all where it keeps nothing. */
  newOutput(): Output {
    return isAtOnce(this.query) ? this.output : this.makeOutput();
  }

  /** From now on it works on the state of another partition. */
  use({ groups, bound, output }: ResultState): void {
    if (groups !== null) this.own?.use(groups);
    this.bound = bound;
    this.output = output;
  }

  /** Takes items in that were there before the query: aggregates count them, nothing leaves. */
  preload(items: readonly Item[]): void {
    this.finish.processor.apply(this.bound?.enter(items) ?? items, NONE);
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { where } = this;
    if (where === null) {
      this.passOn(added, removed);
      return;
    }
    this.frame.isInsert = true;
    const entering = filtered(added, where);
    this.frame.isInsert = false;
    const leaving = filtered(removed, where);
    if (entering.length > 0 || leaving.length > 0) this.passOn(entering, leaving);
  }

  /** Begins the intervals of an `output snapshot` that nothing else would begin, for no item ever enters. */
  start(): void {
    if (this.isSnapshotOfPulled) this.output.stage.update(NONE, NONE);
  }

  /** The rows the query has at present: what a pull sees. */
  rows(): OutRow[] {
    return presentRows(this.finish);
  }

  /** Forgets the items it was given: the next update is as the first. */
  clear(): void {
    this.aggregates?.clear();
    this.bound?.clear();
  }

  /** The context partition ends. */
  terminate(): void {
    this.output.terminate();
  }

  stop(): void {
    this.output.condition?.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return {
      aggregates: this.aggregates?.snapshot(writer) ?? null,
      stage: this.output.stage.snapshot(writer),
      condition: this.output.condition?.snapshot() ?? null,
      after: this.output.after?.snapshot() ?? null,
      groups: this.grouped?.snapshot(writer) ?? null,
      bound: this.bound?.snapshot(writer) ?? null,
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { aggregates, stage, condition, after, groups, bound } = state as Record<string, unknown>;
    this.grouped?.restore(groups, reader);
    if (bound !== null) this.bound?.restore(bound, reader);
    this.aggregates?.restore(aggregates, reader);
    this.output.stage.restore(stage, reader);
    this.output.condition?.restore(condition);
    this.output.after?.restore(after);
  }

  private get grouped(): GroupedRows | null {
    const { processor } = this.finish;
    return processor instanceof GroupedRows ? processor : null;
  }

  /** What passes `where` goes to the output, but for items of groups beyond the limit. */
  private passOn(added: readonly Item[], removed: readonly Item[]): void {
    const { bound, output } = this;
    if (bound === null) {
      output.stage.update(added, removed);
      return;
    }
    const entering = bound.enter(added);
    const leaving = bound.leave(removed);
    if (entering.length + leaving.length > 0 || added.length + removed.length === 0)
      output.stage.update(entering, leaving);
  }

  /** A group goes to make room for another. */
  private drop(own: AggregationService, key: GroupKey): void {
    own.forget(key);
    this.forget(key);
  }

  private forget(key: GroupKey): void {
    this.grouped?.forget(key);
    this.output.forget(key);
  }

  private items(all: Iterable<Item>): Iterable<Item> {
    const { where } = this;
    this.frame.isInsert = true;
    const passing = where === null ? all : [...all].filter((item) => where(item));
    const present = this.bound?.present(passing) ?? passing;
    if (this.pulled === null) return present;
    const items = [...present];
    this.pulled.clear();
    this.finish.processor.apply(items, NONE);
    return items;
  }
}

interface ProcessorParts {
  readonly binder: ItemBinder;
  readonly frame: ResultFrame;
  readonly noItem: Item;
}

function createProcessor(query: QueryPlan, { binder, frame, noItem }: ProcessorParts): ResultProcessor {
  const hasRemoved = query.selector !== 'istream' || (query.insertInto?.selector ?? 'istream') !== 'istream';
  const maker = (level: readonly number[] | null = null) => new RowMaker(query, binder, frame, level);
  const isJoin = query.inputs.length > 1;
  const aggregates = frame.aggregates as Aggregation;
  const keys = () => new GroupKeys(query.groupBy?.keys ?? [], binder);
  switch (query.shape) {
    case 'simple':
      return new SimpleRows(maker(), hasRemoved);
    case 'all':
      return new RowForAll(maker(), aggregates, hasRemoved, noItem);
    case 'aggregateAll':
      return new AggregateAll(maker(), aggregates, hasRemoved);
    case 'grouped': {
      const sets = query.groupBy?.sets ?? null;
      const makers = sets === null ? [maker()] : sets.map((set) => maker(set));
      // Without a window the groups themselves are what there is to see.
      const isSeen = query.iterable || query.output?.kind === 'snapshot';
      const [input] = query.inputs;
      const isBare = input !== undefined && input.kind !== 'store' && input.views.length === 0;
      const keepsGroups = isSeen && !isJoin && isBare;
      return new GroupedRows(keys(), sets, makers, { aggregates, hasRemoved, isJoin, keepsGroups });
    }
    case 'aggregateGrouped':
      return new AggregateGrouped(keys(), maker(), { aggregates, hasRemoved, isJoin });
    default:
      return unreachable(query.shape);
  }
}

function orderOf({ orderBy, limit }: QueryPlan, binder: ItemBinder, noItem: Item): RowOrder {
  const descending = orderBy.map((one) => one.descending);
  if (limit === null) return new RowOrder(descending, null);
  const count = binder.evaluator(limit.count);
  const offset = limit.offset === null ? (): Value => 0 : binder.evaluator(limit.offset);
  return new RowOrder(
    descending,
    new RowLimit(
      () => count(noItem),
      () => offset(noItem),
    ),
  );
}

function whenProgram(rate: WhenPlan, env: Env, backend: Backend): WhenProgram {
  const { condition } = rate;
  const test = condition === null ? () => true : compileExpr(condition, backend);
  const assignments = new Assignments(rate.assignments, backend);
  return {
    variables: variablesIn(condition),
    test(frame: QueryFrame) {
      env.frame = frame;
      return test(null, [], env) === true;
    },
    assign(frame: QueryFrame) {
      env.frame = frame;
      assignments.run(null, [], env);
    },
  };
}

/**
 * The bound on the groups of a query, where its limits ask for one. Those of joins are bounded by the rows of their
 * windows.
 */
function groupBound(
  { query }: StatementPlan,
  { limits, binder, isPulled }: ResultHost,
  forget: ((key: GroupKey) => void) | null,
): GroupBound | null {
  const { groupBy, inputs, shape } = query;
  const [input, other] = inputs;
  if (limits === undefined || isPulled === true || groupBy === null || other !== undefined) return null;
  if (!GroupBound.isNeeded(limits.limits.groupsMax, limits.limits.onLimit) || shape === 'simple') return null;
  const { keyOf } = new GroupKeys(groupBy.keys, binder);
  const hasWindow = input !== undefined && (input.kind === 'store' || input.views.length > 0);
  return new GroupBound({ keyOf, hasWindow, forget: groupBy.sets === null ? forget : null }, limits);
}

function ownAggregates(plan: StatementPlan, binder: ItemBinder): AggregationService {
  const { name, query } = plan;
  return new AggregationService(query, { statementName: name, binder, leavesInOrder: leavesInOrder(query) });
}

/** Stands for the item where no expression reads one. */
function noItemOf(kind: ItemKind): Item {
  return kind === 'match' ? new MatchRecord([], 0) : (null as unknown as Item);
}

function filtered(items: readonly Item[], where: ItemPredicate): readonly Item[] {
  if (items.length === 1) return where(items[0] as Item) ? items : NONE;
  return items.length === 0 ? items : items.filter((item) => where(item));
}

const NONE: readonly Item[] = [];
