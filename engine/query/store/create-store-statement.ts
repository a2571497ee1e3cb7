import { assert, unreachable } from '../../core/assert.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { StoreAction } from '../../plan/store-plan.ts';
import type { RunningStatement, StatementHost } from '../statement.ts';
import { CreateWindowStatement } from './create-window.ts';

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
      return new CreateWindowStatement(plan, action.store, store, host);
    case 'index':
    case 'select':
    case 'delete':
    case 'update':
    case 'merge':
      throw new Error('later');
    default:
      return unreachable(action);
  }
}
