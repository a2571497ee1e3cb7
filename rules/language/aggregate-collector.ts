import type { AggregatePlan } from '../../engine/plan/query-plan.ts';
import type { AggregateScope } from './scope.ts';

/**
 * Collects the aggregates of one query. The scope of its `select`, `having` and `order by` has it as `aggregates`; the
 * nodes of the lowered expressions hold indexes into `plans`. A call inside the argument of another comes before it.
 */
export class AggregateCollector implements AggregateScope {
  readonly plans: AggregatePlan[] = [];
  readonly isJoin: boolean;
  readonly isIntoTable: boolean;
  /** Whether the calls are those of columns; to be unset for the clauses after them. */
  isInColumns = true;
  private readonly unbounded: (slot: number) => boolean;
  private readonly indexes = new Map<string, number>();

  /** `isUnbounded` tells of each slot (`CURRENT` without a join) whether it has no data window. */
  constructor(isJoin: boolean, isUnbounded: (slot: number) => boolean, isIntoTable = false) {
    this.isJoin = isJoin;
    this.isIntoTable = isIntoTable;
    this.unbounded = isUnbounded;
  }

  add(plan: AggregatePlan): number {
    const text = JSON.stringify(plan);
    // Equal calls may be different columns of a table.
    const known = this.indexes.get(text);
    if (known !== undefined && !(this.isIntoTable && this.isInColumns)) return known;
    if (known === undefined) this.indexes.set(text, this.plans.length);
    return this.plans.push(plan) - 1;
  }

  isUnbounded(slot: number): boolean {
    return this.unbounded(slot);
  }
}
