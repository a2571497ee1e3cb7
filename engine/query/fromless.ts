import type { Value } from '../event/record.ts';
import type { StatementPlan } from '../plan/plan.ts';
import { Projection } from './projection.ts';
import type { RunningStatement, StatementHost } from './statement.ts';

/** `select` without `from`: one row when the statement starts, and one whenever it is pulled. */
export class FromlessStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly [] = [];
  private readonly host: StatementHost;
  private readonly projection: Projection;

  constructor(plan: StatementPlan, host: StatementHost) {
    this.plan = plan;
    this.host = host;
    this.projection = new Projection(plan.query, host.backend);
  }

  start(): void {
    for (const values of this.rows()) this.host.onRow(this.plan, values, []);
  }

  rows(): readonly (readonly Value[])[] {
    const values = this.projection.project(null, [], this.host.env);
    return values === null ? [] : [values];
  }

  onAtom(): void {}

  onEvent(): void {}

  onTimers(): void {}

  stop(): void {}

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}
