import type { Value } from '../../event/record.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import { TimerQueue } from '../../time/timer-queue.ts';
import { createStatement } from '../create-statement.ts';
import type { StatementHost } from '../statement.ts';

/** A host on which statements are run once. */
export interface QueryHost extends StatementHost {
  readonly isOnDemand: true;
}

/**
 * Runs a query on what named windows and tables hold now, and forgets it. A select gives its rows; `insert`, `update` and
 * `delete` give those they changed, of named windows only.
 */
export function runQuery(plan: StatementPlan, host: QueryHost): readonly (readonly Value[])[] {
  const statement = createStatement(plan, host);
  try {
    statement.start();
    return statement.rows?.() ?? [];
  } finally {
    statement.stop();
  }
}

/** A host for queries beside the statements of another: with the same stores, but clocks and rows of its own. */
export function queryHostOf(host: StatementHost): QueryHost {
  const { env, backend, matcher, patternLimits, feed, types, stores, contexts, contextPlans } = host;
  return {
    ...{ env, backend, matcher, patternLimits, feed, types, stores, contexts, contextPlans },
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
