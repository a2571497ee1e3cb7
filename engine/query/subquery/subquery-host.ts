import type { Origins } from '../../event/origins.ts';
import type { Value } from '../../event/record.ts';
import type { InsertPlan } from '../../plan/plan.ts';
import { ForwardingHost } from '../forwarding-host.ts';
import type { StatementHost, StatementSubqueries } from '../statement.ts';

/** The host of a statement inside one with subqueries: the same host, which answers for them, too. */
export class SubqueryHost extends ForwardingHost {
  readonly subqueries: StatementSubqueries;

  constructor(host: StatementHost, subqueries: StatementSubqueries) {
    super(host);
    this.subqueries = subqueries;
  }

  /** `event-precedence` may ask a subquery. */
  override derive(insert: InsertPlan, values: readonly Value[], origins: Origins): void {
    const { env } = this;
    const { frame } = env;
    env.frame = this.subqueries.frame;
    super.derive(insert, values, origins);
    env.frame = frame;
  }
}
