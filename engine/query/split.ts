import type { Origins } from '../event/origins.ts';
import type { EventRecord, Value } from '../event/record.ts';
import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Env,
  type Evaluator,
  type Predicate,
  type Slot,
} from '../expr/evaluate.ts';
import { ContainedSelection, type EventMaker } from '../pattern/contained.ts';
import type { InsertPlan } from '../plan/plan.ts';
import type { SplitPlan } from '../plan/query-plan.ts';

/** Gets the rows that become events of a branch's target. */
export type Deriver = (insert: InsertPlan, values: readonly Value[], origins: Origins) => void;

interface Branch {
  readonly contained: ContainedSelection | null;
  readonly where: Predicate | null;
  readonly columns: readonly Evaluator[];
  readonly insert: InsertPlan;
}

/** A split stream ready to run: hands an item to the branches whose conditions it passes. Keeps no state. */
export class Split {
  private readonly branches: readonly Branch[];
  private readonly all: boolean;

  constructor(plan: SplitPlan, backend: Backend, maker: EventMaker) {
    this.all = plan.all;
    this.branches = plan.branches.map(({ contained, where, columns, insert }) => ({
      contained: contained === null ? null : new ContainedSelection(contained, backend, maker),
      where: where === null ? null : compilePredicate(where, backend),
      columns: columns.map((column) => compileExpr(column, backend)),
      insert,
    }));
  }

  /**
   * Whether a branch took the item: an event, or the tags of a match. Of the events inside one the first that passes is
   * taken, unless all are.
   */
  route(
    item: { readonly event: EventRecord | null; readonly slots: readonly Slot[] },
    origins: Origins,
    env: Env,
    derive: Deriver,
  ): boolean {
    let isTaken = false;
    for (const branch of this.branches) {
      const { contained } = branch;
      const events: readonly (EventRecord | null)[] =
        contained === null || item.event === null ? [item.event] : contained.select(item.event, env);
      for (const event of events) {
        if (branch.where !== null && !branch.where(event, item.slots, env)) continue;
        isTaken = true;
        const values = branch.columns.map((column) => column(event, item.slots, env));
        derive(branch.insert, values, origins);
        if (!this.all) return true;
      }
    }
    return isTaken;
  }
}
