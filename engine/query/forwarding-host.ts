import type { Origins } from '../event/origins.ts';
import type { Value } from '../event/record.ts';
import type { InsertPlan, StatementPlan } from '../plan/plan.ts';
import type { StatementHost } from './statement.ts';
import type { RowStore } from './store/row-store.ts';

/** A host that hands on everything to another one; what stands between a statement and its shard extends it. */
export class ForwardingHost implements StatementHost {
  protected readonly outer: StatementHost;

  constructor(outer: StatementHost) {
    this.outer = outer;
  }

  get env(): StatementHost['env'] {
    return this.outer.env;
  }

  get timers(): StatementHost['timers'] {
    return this.outer.timers;
  }

  get backend(): StatementHost['backend'] {
    return this.outer.backend;
  }

  get matcher(): StatementHost['matcher'] {
    return this.outer.matcher;
  }

  get ruleLimits(): StatementHost['ruleLimits'] {
    return this.outer.ruleLimits;
  }

  get runPool(): StatementHost['runPool'] {
    return this.outer.runPool;
  }

  get types(): StatementHost['types'] {
    return this.outer.types;
  }

  get stores(): StatementHost['stores'] {
    return this.outer.stores;
  }

  get isOnDemand(): boolean {
    return this.outer.isOnDemand ?? false;
  }

  get isPrioritized(): boolean {
    return this.outer.isPrioritized ?? false;
  }

  get isHeard(): boolean {
    return this.outer.isHeard ?? false;
  }

  get contexts(): StatementHost['contexts'] {
    return this.outer.contexts;
  }

  get contextPlans(): StatementHost['contextPlans'] {
    return this.outer.contextPlans;
  }

  get feed(): StatementHost['feed'] {
    return this.outer.feed;
  }

  onFailure(...failure: Parameters<StatementHost['onFailure']>): void {
    this.outer.onFailure(...failure);
  }

  notice(...notice: Parameters<StatementHost['notice']>): void {
    this.outer.notice(...notice);
  }

  recordClass(type: number): ReturnType<StatementHost['recordClass']> {
    return this.outer.recordClass(type);
  }

  derive(insert: InsertPlan, values: readonly Value[], origins: Origins): void {
    this.outer.derive(insert, values, origins);
  }

  store(index: number): RowStore {
    return this.outer.store(index);
  }

  addStore(index: number, store: RowStore): void {
    this.outer.addStore(index, store);
  }

  removeStore(index: number): void {
    this.outer.removeStore(index);
  }

  declareVariable(variable: number): void {
    this.outer.declareVariable?.(variable);
  }

  onRow(plan: StatementPlan, values: readonly Value[], origins: Origins, kind?: 'insert' | 'remove'): void {
    this.outer.onRow(plan, values, origins, kind);
  }
}
