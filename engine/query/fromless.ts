import type { Value } from '../event/record.ts';
import type { QueryPlan, StatementPlan } from '../plan/plan.ts';
import { UNGROUPED } from './aggregate/group-key.ts';
import { AggregationService } from './aggregate/service.ts';
import { ItemBinder, type ItemEvaluator, type ItemPredicate, MatchRecord } from './item.ts';
import { ResultFrame } from './result/result-frame.ts';
import type { RunningStatement, StatementHost } from './statement.ts';

/**
 * `select` without `from`: one row when the statement starts, with `output when terminated` when its context partition
 * ends, and one whenever it is pulled.
 */
export class FromlessStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly [] = [];
  private readonly host: StatementHost;
  private readonly frame = new ResultFrame();
  private readonly binder: ItemBinder;
  private readonly where: ItemPredicate;
  private readonly having: ItemPredicate;
  private readonly columns: readonly ItemEvaluator[];

  constructor(plan: StatementPlan, host: StatementHost) {
    const { where, having, columns } = plan.query;
    this.plan = plan;
    this.host = host;
    this.frame.subqueries = host.subqueries ?? null;
    this.binder = new ItemBinder('match', host.env, host.backend, this.frame);
    this.where = this.binder.predicate(where);
    this.having = this.binder.predicate(having);
    this.columns = columns.map(({ expr }) => this.binder.evaluator(expr));
  }

  start(): void {
    if (this.plan.query.output === null) this.emit();
  }

  onTerminated(): void {
    if (this.plan.query.output !== null) this.emit();
  }

  private emit(): void {
    for (const values of this.rows()) this.host.onRow(this.plan, values, []);
  }

  rows(): readonly (readonly Value[])[] {
    const nothing = new MatchRecord([], this.host.env.now);
    const isIn = this.where(nothing);
    this.frame.aggregates = this.aggregated(this.plan.query, isIn ? nothing : null);
    // Aggregates have a value also of nothing, but not in a query that is run once.
    const hasRow = isIn || (this.frame.aggregates !== null && this.host.isOnDemand !== true);
    return hasRow && this.having(nothing) ? [this.columns.map((column) => column(nothing))] : [];
  }

  /** The aggregates over the one item there is, or over none. */
  private aggregated({ aggregates }: QueryPlan, item: MatchRecord | null): AggregationService | null {
    if (aggregates.length === 0) return null;
    const { binder, plan } = this;
    const service = new AggregationService(
      { aggregates, groupBy: null },
      { statementName: plan.name, binder },
    );
    if (item !== null) service.enter(item, UNGROUPED);
    service.select(UNGROUPED);
    return service;
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
