import { assert, unreachable } from '../../core/assert.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { StoreAction } from '../../plan/store-plan.ts';
import type { RunningStatement, StatementHost } from '../statement.ts';
import { TableStatement } from '../table/table-statement.ts';
import { CreateIndexStatement } from './create-index.ts';
import { CreateWindowStatement } from './create-window.ts';
import { OnMerge } from './on-merge.ts';
import { OnDelete, OnUpdate } from './on-rows.ts';
import { OnSelect } from './on-select.ts';

/** Makes a statement that creates a named window or table, or works on its rows. */
export function createStoreStatement(
  plan: StatementPlan,
  action: StoreAction,
  host: StatementHost,
): RunningStatement {
  const store = host.stores[action.store];
  assert(store !== undefined, `no store ${action.store}`);
  switch (action.kind) {
    case 'create':
      if (store.kind === 'table') return new TableStatement(plan, action.store, store, host);
      return new CreateWindowStatement(plan, action.store, store, host);
    case 'index':
      return new CreateIndexStatement(plan, action.index, host.store(action.store));
    case 'select':
      return new OnSelect(plan, host.store(action.store), action.deletes, host);
    case 'delete':
      return new OnDelete(plan, host.store(action.store), action.silent, host);
    case 'update':
      return new OnUpdate(plan, host.store(action.store), action.updates, host);
    case 'merge':
      return new OnMerge(plan, host.store(action.store), action, host);
    case 'insert':
      throw new Error('rows are inserted by a query, not by a statement');
    default:
      return unreachable(action);
  }
}
