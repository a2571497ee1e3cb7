import { unreachable } from '../../core/assert.ts';
import type { Value } from '../../event/record.ts';
import type { Backend, Slot } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import { compileCrontab } from '../../plan/crontab.ts';
import type { CrontabPlan } from '../../plan/crontab-plan.ts';
import type { QueryPlan } from '../../plan/plan.ts';
import type { AssignmentPlan, OutputPlan, OutputRate } from '../../plan/query-plan.ts';
import { nextCrontabTime } from '../../time/crontab.ts';
import { addPeriod, periodOf } from '../../time/duration.ts';
import type { Timers } from '../../time/timer-queue.ts';
import type { Item, ItemBinder } from '../item.ts';
import { AggregateGrouped } from '../result/aggregate-grouped.ts';
import { GroupedRows } from '../result/grouped-rows.ts';
import { RowForAll, SimpleRows } from '../result/plain-rows.ts';
import { After } from './after.ts';
import { AllRows, type Collector, Deferred, LastRow } from './collector.ts';
import {
  AtOnce,
  type ConditionHost,
  CountCondition,
  CrontabCondition,
  type OutputCondition,
  TimeCondition,
} from './condition.ts';
import { FirstOfGroups, GroupsSeen } from './group-collectors.ts';
import {
  ConditionOfEach,
  type GroupCondition,
  type GroupConditions,
  GroupCount,
  GroupCrontab,
  GroupTime,
  GroupWhen,
  QuietGroups,
} from './group-condition.ts';
import { AllAndOtherGroups, FirstItems, LastOfEachGroup } from './item-collectors.ts';
import {
  CollectedOutput,
  DirectOutput,
  FirstOutput,
  type OutputFinish,
  type OutputStage,
  SnapshotOutput,
} from './output-stage.ts';
import { AllOrPresent, FirstAndLast, LastItem } from './simple-collectors.ts';
import { WhenCondition, type WhenProgram } from './when-condition.ts';

/** What an output needs besides the steps at its end. */
export interface OutputHost {
  readonly statement: number;
  readonly statementName: string;
  readonly timers: Timers;
  readonly binder: ItemBinder;
  readonly backend: Backend;
  /** Stands for the item in expressions that read none. */
  readonly noItem: Item;
  /** Makes a `when` condition ready to run. */
  whenProgram(rate: WhenPlan): WhenProgram;
}

/** A condition on the counts of an output, with what is set when it is true. */
export interface WhenPlan {
  /** Null: always. */
  readonly condition: Expr | null;
  readonly assignments: readonly AssignmentPlan[];
}

/** The output of a query with the parts that have state. */
export interface Output {
  readonly stage: OutputStage;
  readonly condition: OutputCondition | null;
  readonly after: After | null;
  /** The context partition ends: lets rows out where `when terminated` says so. */
  terminate(): void;
  /** Forgets a group that the reclaim hint removed. */
  forget(key: string | number | boolean | null): void;
}

/** Whether the rows of an update leave with it, and nothing is kept until the next. */
export function isAtOnce({ output }: QueryPlan): boolean {
  if (output === null) return true;
  return output.rate.kind === 'none' && output.terminated === null && output.after === null;
}

/** Makes the output of a query. */
export function createOutput(query: QueryPlan, finish: OutputFinish, host: OutputHost): Output {
  const plan = query.output;
  const after = plan === null ? null : createAfter(plan, host);
  if (plan === null || (plan.rate.kind === 'none' && plan.terminated === null)) {
    return { stage: new DirectOutput(finish, after), condition: null, after, terminate() {}, forget() {} };
  }
  const { rate, terminated } = plan;
  const isGrouped = query.groupBy !== null;
  const byGroup = isGrouped && plan.kind === 'first';
  const conditions = groupConditions(rate, host);
  const collector = collectorOf(query, plan, finish, host, conditions);
  const stage = stageOf(query, plan, finish, after, collector);
  const conditionHost: ConditionHost = {
    env: host.binder.env,
    timers: host.timers,
    statement: host.statement,
    release: () => stage.release(),
  };
  const condition = byGroup ? new AtOnce(conditionHost) : conditionOf(rate, conditionHost, host);
  const atEnd = terminated === null ? null : host.whenProgram(terminated);
  if ('condition' in stage) (stage as { condition: OutputCondition }).condition = condition;
  return {
    stage,
    condition,
    after,
    terminate() {
      if (atEnd === null) return;
      if (condition instanceof WhenCondition) condition.terminate(atEnd);
      else stage.release();
    },
    forget(key) {
      conditions.forget(key);
      if (collector !== null && 'forget' in collector) (collector as GroupsSeen).forget(key);
    },
  };
}

function stageOf(
  query: QueryPlan,
  plan: OutputPlan,
  finish: OutputFinish,
  after: After | null,
  collector: Collector | null,
): OutputStage {
  if (plan.kind === 'snapshot') return new SnapshotOutput(finish, after);
  if (collector === null) return new FirstOutput(finish, after);
  // Of items alone only those that are taken in at once count from before `after`; what aggregates read always does.
  const takesEarly = query.shape !== 'simple' || takesAtOnce(query, plan);
  // As in Esper `limit` does not cut the last rows of all.
  const isOne = plan.kind === 'last' && (query.shape === 'all' || query.shape === 'aggregateAll');
  return new CollectedOutput(finish, after, collector, { takesEarly, cut: isOne ? 'none' : 'limit' });
}

/** Whether updates are taken in as they come rather than when rows leave. */
function takesAtOnce(query: QueryPlan, { kind, isDeferred }: OutputPlan): boolean {
  // The rows of items alone are made when they leave, but their items are taken in before.
  if (query.shape === 'simple') return kind === 'last' || (kind === 'all' && !isDeferred);
  return (kind === 'all' || kind === 'last') && !isDeferred;
}

/** What shows the rows of an interval; null for the ways that need none. */
function collectorOf(
  query: QueryPlan,
  plan: OutputPlan,
  { processor }: OutputFinish,
  host: OutputHost,
  conditions: GroupConditions,
): Collector | null {
  const { kind } = plan;
  const isFirst = kind === 'first';
  if (kind === 'snapshot' || (isFirst && query.groupBy === null)) return null;
  const atOnce = takesAtOnce(query, plan);
  const { statementName } = host;
  const hasHaving = query.having !== null;
  let collector: Collector = new AllRows(processor, statementName);
  if (processor instanceof SimpleRows) {
    if (kind === 'last') collector = new LastItem(processor);
  } else if (processor instanceof RowForAll) {
    if (kind === 'last') collector = new FirstAndLast(processor, atOnce);
    else collector = new AllOrPresent(processor, atOnce, statementName);
  } else if (processor instanceof GroupedRows) {
    if (isFirst) collector = new FirstOfGroups(processor, conditions, hasHaving);
    else if (kind !== 'default') collector = new GroupsSeen(processor, kind, { atOnce, statementName });
  } else if (processor instanceof AggregateGrouped) {
    if (isFirst) collector = new FirstItems(processor, conditions, hasHaving);
    else if (kind === 'all') collector = new AllAndOtherGroups(processor, atOnce, statementName);
    else if (kind === 'last') collector = new LastOfEachGroup(processor);
  } else if (kind === 'last') collector = new LastRow(processor);
  // Rows of `output all` are made as they leave, as Esper makes them.
  const isLate = processor instanceof SimpleRows && kind === 'all';
  const isNow = isFirst ? plan.after === null : atOnce && !isLate;
  return isNow ? collector : new Deferred(collector, statementName);
}

/** Computes a value that no item is needed for, each time anew. */
function presentValue(expr: Expr, { binder, noItem }: OutputHost): () => Value {
  const evaluate = binder.evaluator(expr);
  return () => evaluate(noItem);
}

function createAfter({ after }: OutputPlan, host: OutputHost): After | null {
  if (after === null) return null;
  const amount = presentValue(after.amount, host)();
  if (after.unit === 'events') return new After(null, amount as number);
  const { now, timeBase } = host.binder.env;
  return new After(addPeriod(now, periodOf(amount), timeBase), 0);
}

/** Only `when terminated`: it counts what comes, for the condition at the end. */
const NEVER: WhenProgram = { variables: new Set(), test: () => false, assign() {} };

function conditionOf(rate: OutputRate, conditionHost: ConditionHost, host: OutputHost): OutputCondition {
  switch (rate.kind) {
    case 'none':
      return new WhenCondition(conditionHost, NEVER);
    case 'time':
      return new TimeCondition(conditionHost, presentValue(rate.period, host), !isConstant(rate.period));
    case 'events':
      return new CountCondition(conditionHost, presentValue(rate.count, host));
    case 'crontab':
      return new CrontabCondition(conditionHost, nextOf(rate.crontab, host));
    case 'when':
      return new WhenCondition(conditionHost, host.whenProgram(rate));
    default:
      return unreachable(rate);
  }
}

function groupConditions(rate: OutputRate, host: OutputHost): GroupConditions {
  const { env } = host.binder;
  if (rate.kind === 'time' && isConstant(rate.period)) {
    return new QuietGroups(env, periodOf(presentValue(rate.period, host)()), host.statementName);
  }
  return new ConditionOfEach(groupCondition(rate, host), host.statementName);
}

/** Makes conditions of single groups; what they share is compiled once. */
function groupCondition(rate: OutputRate, host: OutputHost): () => GroupCondition {
  const { env } = host.binder;
  switch (rate.kind) {
    case 'time': {
      const period = presentValue(rate.period, host);
      return () => new GroupTime(env, period);
    }
    case 'events': {
      const count = presentValue(rate.count, host);
      return () => new GroupCount(count);
    }
    case 'crontab': {
      const next = nextOf(rate.crontab, host);
      return () => new GroupCrontab(env, next);
    }
    case 'when': {
      const program = host.whenProgram(rate);
      return () => new GroupWhen(env, program);
    }
    case 'none':
      return () => ({ passes: () => true, snapshot: () => null, restore() {} });
    default:
      return unreachable(rate);
  }
}

function nextOf(plan: CrontabPlan, { binder, backend }: OutputHost): (now: number) => number | null {
  const evaluate = compileCrontab(plan, backend);
  const { env } = binder;
  return (now) => {
    const crontab = evaluate(NO_SLOTS, env);
    return crontab === null ? null : nextCrontabTime(crontab, now, env.timeBase);
  };
}

const NO_SLOTS: readonly Slot[] = [];

function isConstant(expr: Expr): boolean {
  return (
    expr.op === 'literal' || (expr.op === 'period' && expr.parts.every(({ amount }) => isConstant(amount)))
  );
}
