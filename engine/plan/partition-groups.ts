import { type ContextPlan, contextTypes } from './context-plan.ts';
import { filtersOf } from './pattern-tree.ts';
import { allInputs, type Plan, type QueryPlan, type StatementPlan, type StreamInput } from './plan.ts';
import type { StoreAction, StorePlan } from './store-plan.ts';
import { tablesUsed } from './tables-used.ts';
import { variablesIn, variablesRead, variablesSet } from './variables.ts';

/**
 * Groups of statements that must run on the same shard: those that feed or change what others read, those that set a
 * variable with those that read it, and those that use one table. In the order of their first statement.
 */
export function connect(plan: Plan): StatementPlan[][] {
  const leader = plan.statements.map((_, i) => i);
  const find = (i: number): number => {
    let at = i;
    while (leader[at] !== at) at = leader[at] as number;
    return at;
  };
  const unite = (a: number, b: number) => {
    const [low, high] = [find(a), find(b)].sort((x, y) => x - y) as [number, number];
    leader[high] = low;
  };
  const feeders = new Map<number, number>();
  for (const { index, query } of plan.statements) {
    const fedHere =
      query.update === null
        ? typesFed(plan, query)
        : consumedTypes(plan, plan.statements[index] as StatementPlan);
    for (const fed of fedHere) {
      unite(index, feeders.get(fed) ?? index);
      feeders.set(fed, find(index));
    }
  }
  for (const statement of plan.statements) {
    for (const type of consumedTypes(plan, statement)) {
      const feeder = feeders.get(type);
      if (feeder !== undefined) unite(statement.index, feeder);
    }
  }
  // Statements of a context run where its partitions are.
  const contexts = new Map<number, number>();
  for (const { index, query } of plan.statements)
    if (query.createsContext !== null) contexts.set(query.createsContext, index);
  for (const { index, context } of plan.statements) {
    if (context !== null) unite(index, contexts.get(context) ?? index);
  }
  // Who reads a variable must run where it is set.
  const setters = new Map<number, number>();
  for (const statement of plan.statements) {
    for (const variable of variablesSet(statement)) {
      unite(statement.index, setters.get(variable) ?? statement.index);
      setters.set(variable, find(statement.index));
    }
  }
  for (const statement of plan.statements) {
    for (const variable of readHere(plan, statement)) {
      const setter = setters.get(variable);
      if (setter !== undefined) unite(statement.index, setter);
    }
  }
  // A table lives where those are that use it.
  const users = new Map<number, number>();
  for (const statement of plan.statements) {
    const made = statement.query.onStore?.store;
    for (const table of [...tablesUsed(statement), ...(made === undefined ? [] : [made])]) {
      unite(statement.index, users.get(table) ?? statement.index);
      users.set(table, find(statement.index));
    }
  }
  const groups = new Map<number, StatementPlan[]>();
  for (const statement of plan.statements) {
    const at = find(statement.index);
    groups.set(at, [...(groups.get(at) ?? []), statement]);
  }
  return [...groups.values()];
}

function readHere(plan: Plan, statement: StatementPlan): ReadonlySet<number> {
  const { createsContext } = statement.query;
  return createsContext === null ? variablesRead(statement) : variablesIn(plan.contexts[createsContext]);
}

/** Types whose events a statement makes or changes. */
export function typesFed(
  plan: Plan,
  { insertInto, split, update, inputs, onStore }: QueryPlan,
): readonly number[] {
  if (update !== null) return [(inputs[0] as StreamInput).type];
  const branches = split?.branches.map(({ insert }) => insert.type) ?? [];
  if (onStore !== null) branches.push(...typesOfAction(plan, onStore));
  return insertInto === null ? branches : [insertInto.type, ...branches];
}

function rowType(plan: Plan, store: number): number {
  return (plan.stores[store] as StorePlan).type;
}

/** Types of the rows and events that an action makes. */
function typesOfAction(plan: Plan, action: StoreAction): readonly number[] {
  const own = rowType(plan, action.store);
  if (action.kind !== 'merge') return [own];
  const branches = [...action.matched, ...action.unmatched];
  const made = branches.flatMap(({ actions }) =>
    actions.flatMap((one) => (one.kind === 'insert' && one.into !== null ? [one.into.type] : [])),
  );
  return [own, ...made];
}

/** Types a statement looks at, with their subtypes. */
export function consumedTypes(plan: Plan, statement: StatementPlan): number[] {
  const { onStore, createsContext } = statement.query;
  const direct: number[] = [];
  if (createsContext !== null) direct.push(...contextTypes(plan.contexts[createsContext] as ContextPlan));
  if (onStore !== null) {
    direct.push(rowType(plan, onStore.store));
    const store = plan.stores[onStore.store] as StorePlan;
    if (store.kind === 'window' && store.fill !== null) direct.push(rowType(plan, store.fill.store));
  }
  for (const input of allInputs(statement.query)) {
    if (input.kind !== 'pattern') direct.push(input.type);
    else {
      direct.push(...filtersOf(input.root).map((filter) => filter.type));
    }
  }
  const names = new Set(direct.map((type) => plan.types[type]?.name));
  const subtypes = plan.types.flatMap((type, i) =>
    type.supertypes.some((name) => names.has(name)) ? [i] : [],
  );
  return [...new Set([...direct, ...subtypes])];
}
