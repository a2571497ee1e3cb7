import { assert } from '../core/assert.ts';
import { childrenOf } from '../expr/analyze.ts';
import type { Expr } from '../expr/ir.ts';
import type { PatternInput, QueryPlan, StatementPlan, StreamInput } from '../plan/plan.ts';
import type { StoreAction } from '../plan/store-plan.ts';
import { ContextStatement, type InstanceMaker } from './context/context-statement.ts';
import { ContextController } from './context/controller.ts';
import { PartitionQuery, SharedQuery } from './context/shared-query.ts';
import { FromlessStatement } from './fromless.ts';
import { JoinStatement } from './join/join-statement.ts';
import { type QueryAction, StoreQuery } from './on-demand/store-query.ts';
import { QueryStatement } from './query-statement.ts';
import { type StartValues, variablesAtStart } from './start-values.ts';
import { PatternStatement, type RunningStatement, type StatementHost, StreamStatement } from './statement.ts';
import { createStoreStatement } from './store/create-store-statement.ts';
import { StoreTriggerStatement } from './store/store-trigger.ts';
import { SubqueryStatement } from './subquery/subquery-statement.ts';
import { UpdateStatement } from './update.ts';
import { VariableStatement } from './variable.ts';

/** Makes a statement ready to run: in a context, one instance of it in each partition. */
export function createStatement(plan: StatementPlan, host: StatementHost): RunningStatement {
  if (plan.context === null) return createInstance(plan, host);
  const controller = host.contexts.get(plan.context);
  assert(controller !== undefined, 'a statement runs without its context');
  return new ContextStatement(plan, controller, host, instanceMaker(plan, host));
}

/** The instances of most queries share all but their state. */
function instanceMaker(plan: StatementPlan, host: StatementHost): InstanceMaker {
  const { query } = plan;
  const isQuery = createsNothing(query) && query.subqueries.length === 0 && !isPlain(query);
  if (!isQuery || !SharedQuery.fits(plan)) return (partition) => createInstance(plan, partition);
  const shared = new SharedQuery(plan, host);
  return (partition) => new PartitionQuery(shared, partition);
}

function createsNothing({ onStore, update, variable, join }: QueryPlan): boolean {
  return onStore === null && update === null && variable === null && join === null;
}

/**
 * Makes statements: contexts and those that create stores before those that use them. Gives them in the order of the
 * plans. `startValues` knows what restored ones took from variables; `onContext` is told of each context once it is there.
 */
export function createStatements(
  plans: readonly StatementPlan[],
  host: StatementHost,
  startValues: StartValues<number>,
  onContext: (index: number, controller: ContextController) => void,
): RunningStatement[] {
  // The instances of a statement in a context each have their own.
  const create = (plan: StatementPlan) => {
    const variables = plan.context === null ? variablesAtStart(plan, host.stores) : [];
    return startValues.make(plan.index, variables, host.env, () => createStatement(plan, host));
  };
  const made = new Map<number, RunningStatement>();
  for (const plan of plans) {
    const { createsContext } = plan.query;
    if (createsContext === null) continue;
    const controller = new ContextController(plan, createsContext, host);
    onContext(createsContext, controller);
    made.set(plan.index, controller);
  }
  for (const plan of plans) if (comesFirst(plan)) made.set(plan.index, create(plan));
  return plans.map((plan) => made.get(plan.index) ?? create(plan));
}

/** Statements in the order they begin: those that create contexts and stores first. */
export function inOrderOfStart(statements: readonly RunningStatement[]): readonly RunningStatement[] {
  const isFirst = ({ plan }: RunningStatement) => comesFirst(plan) || plan.query.createsContext !== null;
  const first = statements.filter(isFirst);
  return first.length === 0 ? statements : [...first, ...statements.filter((one) => !isFirst(one))];
}

/** Creates what other statements use: a store, or a variable that may have its values in partitions. */
function comesFirst({ query }: StatementPlan): boolean {
  return query.onStore?.kind === 'create' || query.variable !== null;
}

/** A statement by itself, or in one partition of its context. */
function createInstance(plan: StatementPlan, host: StatementHost): RunningStatement {
  if (plan.query.subqueries.length === 0) return createPlain(plan, host);
  return new SubqueryStatement(plan, host, (inner) => createPlain(plan, inner));
}

function createPlain(plan: StatementPlan, host: StatementHost): RunningStatement {
  const { update, variable, onStore } = plan.query;
  if (onStore !== null && isQuery(onStore, host)) return new StoreQuery(plan, onStore, host);
  if (onStore !== null) return createStoreStatement(plan, onStore, host);
  if (update !== null) return new UpdateStatement(plan, host);
  if (variable !== null) return new VariableStatement(plan, variable, host);
  if (plan.query.join !== null) return new JoinStatement(plan, host);
  const [first] = plan.query.inputs;
  const isTrigger = plan.query.split !== null || plan.query.assignments.length > 0;
  if (first?.kind === 'store' && isTrigger) return new StoreTriggerStatement(plan, first, host);
  if (plan.query.inputs.length > 0 && !isPlain(plan.query)) return new QueryStatement(plan, host);
  if (plan.query.inputs.length === 0) return new FromlessStatement(plan, host);
  const input = plan.query.inputs[0] as StreamInput | PatternInput;
  return input.kind === 'stream'
    ? new StreamStatement(plan, input, host)
    : new PatternStatement(plan, input, host);
}

function isQuery(action: StoreAction, { isOnDemand = false }: StatementHost): action is QueryAction {
  return isOnDemand && (action.kind === 'insert' || action.kind === 'update' || action.kind === 'delete');
}

/** Whether each item makes one row at once: no windows, no aggregates, no clauses that hold rows back or order them. */
function isPlain(query: QueryPlan): boolean {
  const { inputs, shape, selector, output, orderBy, limit, having, insertInto } = query;
  const hasRemoved = selector === 'rstream' || insertInto?.selector === 'rstream';
  const isBare =
    !query.iterable &&
    inputs.length === 1 &&
    inputs[0]?.kind !== 'store' &&
    inputs[0]?.views.length === 0 &&
    inputs[0].recognize === undefined &&
    shape === 'simple' &&
    !hasRemoved;
  // Several matches of a pattern, or events inside one, are put in order together; only the latter enter together.
  const isStream = inputs[0]?.kind === 'stream';
  const isOne = isStream && inputs[0]?.kind === 'stream' && inputs[0].contained === null;
  const comparesRows = (orderBy.length > 0 && !isOne) || (query.distinct && isStream && !isOne);
  if (query.previous.length > 0 || readsRow(query)) return false;
  return isBare && output === null && limit === null && having === null && !comparesRows;
}

/** Whether an expression asks about the row, as `istream()` does. */
function readsRow({ where, columns }: QueryPlan): boolean {
  const reads = (expr: Expr): boolean => expr.op === 'local' || childrenOf(expr).some(reads);
  return (where !== null && reads(where)) || columns.some((column) => reads(column.expr));
}
