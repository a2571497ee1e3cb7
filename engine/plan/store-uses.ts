import { allInputs, type Plan, type StatementPlan } from './plan.ts';
import { tablesUsed } from './tables-used.ts';

/** Indexes of the named windows and tables that a statement makes, feeds, reads or changes. */
export function storesUsed({ stores }: Pick<Plan, 'stores'>, statement: StatementPlan): ReadonlySet<number> {
  const { query } = statement;
  const { insertInto, split, onStore } = query;
  const found = new Set(tablesUsed(statement));
  for (const input of allInputs(query)) if (input.kind === 'store') found.add(input.store);
  const made = [insertInto, ...(split?.branches.map(({ insert }) => insert) ?? [])];
  if (onStore !== null) {
    found.add(onStore.store);
    const store = stores[onStore.store];
    if (onStore.kind === 'create' && store?.kind === 'window' && store.fill !== null)
      found.add(store.fill.store);
    if (onStore.kind === 'merge') {
      for (const { actions } of [...onStore.matched, ...onStore.unmatched])
        made.push(...actions.map((one) => (one.kind === 'insert' ? one.into : null)));
    }
  }
  const types = new Set(made.flatMap((insert) => insert?.type ?? []));
  stores.forEach(({ type }, index) => {
    if (types.has(type)) found.add(index);
  });
  return found;
}

/**
 * The first of the stores which the statements of `leaving` create that a statement of `staying` uses; null when none is:
 * only then the former can go.
 */
export function neededStore(
  plan: Pick<Plan, 'stores'>,
  leaving: readonly StatementPlan[],
  staying: readonly StatementPlan[],
): { readonly store: number; readonly by: StatementPlan } | null {
  const own = new Set(
    leaving.flatMap(({ query }) => (query.onStore?.kind === 'create' ? [query.onStore.store] : [])),
  );
  if (own.size === 0) return null;
  for (const statement of staying) {
    for (const store of storesUsed(plan, statement)) if (own.has(store)) return { store, by: statement };
  }
  return null;
}
