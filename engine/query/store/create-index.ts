import type { StatementPlan } from '../../plan/plan.ts';
import type { StoreIndexPlan } from '../../plan/store-plan.ts';
import type { RunningStatement } from '../statement.ts';
import type { RowStore } from './row-store.ts';

/** `create index`: has no rows. */
export class CreateIndexStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms = [];
  private readonly store: RowStore;
  private readonly index: StoreIndexPlan;

  constructor(plan: StatementPlan, index: StoreIndexPlan, store: RowStore) {
    this.plan = plan;
    this.index = index;
    this.store = store;
    store.addIndex(index);
  }

  start(): void {}

  onAtom(): void {}

  onEvent(): void {}

  onTimers(): void {}

  stop(): void {
    this.store.removeIndex(this.index);
  }

  /** The index follows from the rows. */
  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}
