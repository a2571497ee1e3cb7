import type { QueryPlan } from '../../engine/plan/plan.ts';
import type { StorePlan } from '../../engine/plan/store-plan.ts';
import type { Statement } from '../language/ast.ts';
import type { Reporter } from '../language/reporter.ts';
import { checkWindow } from './unbounded-windows.ts';

/** A statement with its plan, and where mistakes in it are reported. */
export interface CheckedStatement {
  readonly statement: Statement;
  readonly report: Reporter;
  readonly query: QueryPlan | null;
}

/** Tables with a primary key that get rows, and endless named windows, of which no statement ever takes one out. */
export function checkGrowingTables(
  statements: readonly CheckedStatement[],
  others: readonly QueryPlan[],
  stores: readonly StorePlan[],
): void {
  const queries = [...others, ...statements.flatMap(({ query }) => (query === null ? [] : [query]))];
  const fed = new Set(queries.flatMap((query) => storesFed(query)));
  const emptied = new Set(queries.flatMap((query) => storesEmptied(query)));
  for (const { statement, report, query } of statements) {
    const { body } = statement;
    if (body.kind === 'createWindow' && query?.onStore?.kind === 'create') {
      const { store } = query.onStore;
      const plan = stores[store];
      const isKept = plan?.kind === 'window' && plan.context === null && !emptied.has(store);
      if (isKept) checkWindow(body.views, plan, report, plan.name);
      continue;
    }
    if (body.kind !== 'createTable' || query?.onStore?.kind !== 'create') continue;
    const { store } = query.onStore;
    const plan = stores[store];
    if (plan?.kind !== 'table' || plan.keys.length === 0) continue;
    // The rows of a partition go with it.
    if (plan.context !== null || !fed.has(store) || emptied.has(store)) continue;
    const title = `nothing takes rows out of \`${plan.name}\`: each new key adds one for good`;
    report.warning('W0613', title, body.name.span, [
      `delete rows that are done with: on Done as d delete from ${plan.name} where …`,
    ]);
  }
}

function storesFed({ intoTable, insertInto, onStore, split }: QueryPlan): readonly number[] {
  const inserts = [insertInto, ...(split?.branches.map(({ insert }) => insert) ?? [])];
  const fed = inserts.flatMap((one) => one?.table ?? []);
  if (intoTable !== null) fed.push(intoTable.table);
  if (onStore?.kind !== 'merge') return fed;
  for (const { actions } of [...onStore.matched, ...onStore.unmatched]) {
    for (const action of actions) {
      if (action.kind === 'insert')
        fed.push(action.into === null ? onStore.store : (action.into.table ?? -1));
    }
  }
  return fed;
}

function storesEmptied({ onStore }: QueryPlan): readonly number[] {
  if (onStore === null) return [];
  const { store } = onStore;
  if (onStore.kind === 'delete' || (onStore.kind === 'select' && onStore.deletes)) return [store];
  if (onStore.kind !== 'merge') return [];
  return onStore.matched.some(({ actions }) => actions.some(({ kind }) => kind === 'delete')) ? [store] : [];
}
