import { assert } from '../../core/assert.ts';
import type { StorePlan } from '../../plan/store-plan.ts';
import { PartitionedWindow } from './partitioned-window.ts';
import type { RowStore } from './row-store.ts';

/** The named windows and tables of a shard, by their place in the plan. */
export class StoreMap {
  private readonly stores = new Map<number, RowStore>();
  private readonly plans: () => readonly StorePlan[];

  constructor(plans: () => readonly StorePlan[]) {
    this.plans = plans;
  }

  /** A store; a window of a context is that of all its partitions. */
  get(index: number): RowStore {
    const known = this.stores.get(index);
    if (known !== undefined) return known;
    const plan = this.plans()[index];
    assert(plan?.kind === 'window' && plan.context !== null, `the store ${index} is not there`);
    const made = new PartitionedWindow(plan);
    this.stores.set(index, made);
    return made;
  }

  add(index: number, store: RowStore): void {
    this.stores.set(index, store);
  }

  remove(index: number): void {
    this.stores.delete(index);
  }
}
