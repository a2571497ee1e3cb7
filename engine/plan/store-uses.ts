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
 * The first named window, table or context which the statements of `leaving` create that a statement of `staying` uses;
 * null when there is none: only then the former can go.
 */
export function neededByOthers(
  plan: Pick<Plan, 'stores' | 'contexts'>,
  leaving: readonly StatementPlan[],
  staying: readonly StatementPlan[],
): { readonly name: string; readonly by: StatementPlan } | null {
  const stores = new Set<number>();
  const contexts = new Set<number>();
  for (const { query } of leaving) {
    if (query.onStore?.kind === 'create') stores.add(query.onStore.store);
    if (query.createsContext !== null) contexts.add(query.createsContext);
  }
  if (stores.size === 0 && contexts.size === 0) return null;
  for (const by of staying) {
    if (by.context !== null && contexts.has(by.context))
      return { name: plan.contexts[by.context]?.name ?? '', by };
    const store = [...storesUsed(plan, by)].find((one) => stores.has(one));
    if (store !== undefined) return { name: plan.stores[store]?.name ?? '', by };
  }
  return null;
}
