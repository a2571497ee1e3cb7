import type { Notice } from '../../core/notice.ts';
import type { EventRecord, Value } from '../../event/record.ts';
import type { ExpressionFailure } from '../../expr/failure.ts';
import type { InsertPlan, StatementPlan } from '../../plan/plan.ts';
import type { StatementHost, StatementSubqueries } from '../statement.ts';
import type { RowStore } from '../store/row-store.ts';

/** The host of a statement inside one with subqueries: the same host, which answers for them, too. */
export class SubqueryHost implements StatementHost {
  readonly subqueries: StatementSubqueries;
  readonly env: StatementHost['env'];
  readonly timers: StatementHost['timers'];
  readonly backend: StatementHost['backend'];
  readonly matcher: StatementHost['matcher'];
  readonly patternLimits: StatementHost['patternLimits'];
  readonly runPool: StatementHost['runPool'];
  readonly contexts: StatementHost['contexts'];
  readonly feed: StatementHost['feed'];
  private readonly host: StatementHost;

  constructor(host: StatementHost, subqueries: StatementSubqueries) {
    this.host = host;
    this.subqueries = subqueries;
    this.env = host.env;
    this.timers = host.timers;
    this.backend = host.backend;
    this.matcher = host.matcher;
    this.patternLimits = host.patternLimits;
    this.runPool = host.runPool;
    this.contexts = host.contexts;
    this.feed = host.feed;
  }

  get types(): StatementHost['types'] {
    return this.host.types;
  }

  get stores(): StatementHost['stores'] {
    return this.host.stores;
  }

  get contextPlans(): StatementHost['contextPlans'] {
    return this.host.contextPlans;
  }

  get isOnDemand(): boolean {
    return this.host.isOnDemand ?? false;
  }

  onFailure(statement: number, failure: ExpressionFailure): void {
    this.host.onFailure(statement, failure);
  }

  notice(notice: Notice): void {
    this.host.notice(notice);
  }

  recordClass(type: number): ReturnType<StatementHost['recordClass']> {
    return this.host.recordClass(type);
  }

  /** `event-precedence` may ask a subquery. */
  derive(insert: InsertPlan, values: readonly Value[], origins: readonly EventRecord[]): void {
    const { env } = this;
    const { frame } = env;
    env.frame = this.subqueries.frame;
    this.host.derive(insert, values, origins);
    env.frame = frame;
  }

  get isHeard(): boolean {
    return this.host.isHeard ?? false;
  }

  store(index: number): RowStore {
    return this.host.store(index);
  }

  addStore(index: number, store: RowStore): void {
    this.host.addStore(index, store);
  }

  removeStore(index: number): void {
    this.host.removeStore(index);
  }

  onRow(
    plan: StatementPlan,
    values: readonly Value[],
    origins: readonly EventRecord[],
    kind?: 'insert' | 'remove',
  ): void {
    this.host.onRow(plan, values, origins, kind);
  }
}
