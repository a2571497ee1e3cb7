import type { BudgetSetup } from '../../pattern/limit-reporter.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import { formatTimestamp } from '../../time/timestamp.ts';
import type { ItemBinder } from '../item.ts';
import type { StatementHost } from '../statement.ts';
import type { ViewHost } from './view.ts';
import { WindowBound } from './window-bound.ts';

type Named = Pick<StatementPlan, 'index' | 'name'>;

/** What the views of a statement need of it. */
export function viewHostOf(plan: Named, host: StatementHost, binder: ItemBinder): ViewHost {
  return {
    statement: plan.index,
    timers: host.timers,
    binder,
    rule: plan.name,
    bound: new WindowBound(limitSetup(plan, host)),
    recordClass: (type) => host.recordClass(type),
  };
}

/** How the limits on rows and groups of a statement are told of. */
export function limitSetup({ index, name }: Named, host: StatementHost): BudgetSetup {
  const { env } = host;
  return {
    limits: host.ruleLimits,
    pool: host.runPool,
    statement: index,
    rule: name,
    keyOf: () => null,
    moment: () => formatTimestamp(env.now, env.timeBase.unit),
    notice: (notice) => host.notice(notice),
  };
}
