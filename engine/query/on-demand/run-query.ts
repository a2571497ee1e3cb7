import type { Value } from '../../event/record.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import { TimerQueue } from '../../time/timer-queue.ts';
import { groupKeyOf } from '../aggregate/group-key.ts';
import { createStatement } from '../create-statement.ts';
import type { StatementHost } from '../statement.ts';

/** A host on which statements are run once. */
export interface QueryHost extends StatementHost {
  readonly isOnDemand: true;
}

/**
 * Runs a query on what named windows and tables hold now, and forgets it. A select gives its rows; `insert`, `update` and
 * `delete` give those they changed, of named windows only. In a context it runs in each partition by itself.
 */
export function runQuery(plan: StatementPlan, host: StatementHost): readonly (readonly Value[])[] {
  const context = plan.context ?? contextOfInsert(plan, host);
  if (context === null) return runIn(plan, host);
  const partitions = [...(host.contexts.get(context)?.all() ?? [])];
  const rows = partitions.flatMap((partition) => runIn({ ...plan, context: null }, partition));
  return plan.query.distinct ? distinctRows(rows) : rows;
}

/** Rows that are inserted into a window of a context without naming the context go to all partitions. */
function contextOfInsert({ query: { onStore } }: StatementPlan, { stores }: StatementHost): number | null {
  return onStore?.kind === 'insert' ? (stores[onStore.store]?.context ?? null) : null;
}

function runIn(plan: StatementPlan, host: StatementHost): readonly (readonly Value[])[] {
  const statement = createStatement(plan, queryHostOf(host));
  try {
    statement.start();
    return statement.rows?.() ?? [];
  } finally {
    statement.stop();
  }
}

function distinctRows(rows: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  const byKey = new Map(rows.map((row) => [groupKeyOf(row), row] as const).reverse());
  return [...byKey.values()].reverse();
}

/** A host for queries beside the statements of another: with the same stores, but clocks and rows of its own. */
function queryHostOf(host: StatementHost): QueryHost {
  const { env, backend, matcher, ruleLimits, feed, types, stores, contexts, contextPlans } = host;
  return {
    ...{ env, backend, matcher, ruleLimits, feed, types, stores, contexts, contextPlans },
    isOnDemand: true,
    timers: new TimerQueue(),
    runPool: { runs: 0, weight: 0, held: 0, drops: [] },
    onFailure: (statement, failure) => host.onFailure(statement, failure),
    notice: (notice) => host.notice(notice),
    recordClass: (type) => host.recordClass(type),
    store: (index) => host.store(index),
    derive: (insert, values, origins) => host.derive(insert, values, origins),
    addStore() {},
    removeStore() {},
    onRow() {},
  };
}
