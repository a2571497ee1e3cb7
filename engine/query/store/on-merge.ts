import { unreachable } from '../../core/assert.ts';
import { type EventRecord, setField, type Value } from '../../event/record.ts';
import {
  compileExpr,
  compilePredicate,
  type Evaluator,
  type Predicate,
  type Slot,
} from '../../expr/evaluate.ts';
import type { InsertPlan, StatementPlan } from '../../plan/plan.ts';
import type { MergeActionPlan, MergeBranchPlan, StoreAction } from '../../plan/store-plan.ts';
import { originsOfSlots } from '../origins.ts';
import type { StatementHost } from '../statement.ts';
import type { TableRow } from '../table/table-rows.ts';
import type { TableStore } from '../table/table-store.ts';
import { OnStatement } from './on-statement.ts';
import type { RowStore, StoreEdit } from './row-store.ts';
import { RowUpdate } from './row-update.ts';

/** `on … merge`: its rows are those inserted and updated, and as removed those deleted and those before an update. */
export class OnMerge extends OnStatement {
  private readonly matched: readonly Branch[];
  private readonly unmatched: readonly Branch[];

  constructor(
    plan: StatementPlan,
    store: RowStore,
    { matched, unmatched }: StoreAction & { kind: 'merge' },
    host: StatementHost,
  ) {
    super(plan, store, host);
    this.matched = matched.map((branch) => compileBranch(branch, store, host));
    this.unmatched = unmatched.map((branch) => compileBranch(branch, store, host));
  }

  protected apply(rows: readonly EventRecord[], slots: Slot[]): void {
    const edit = new NotedEdit(this.store);
    if (rows.length === 0) this.takeFirst(this.unmatched, null, slots, edit);
    else for (const row of rows) this.takeFirst(this.matched, row, slots, edit);
    edit.done();
    for (const row of edit.added) this.give(row, 'insert');
    for (const row of edit.removed) this.give(row, 'remove');
  }

  private takeFirst(
    branches: readonly Branch[],
    row: EventRecord | null,
    slots: Slot[],
    edit: NotedEdit,
  ): void {
    const { env, subqueries } = this.host;
    env.frame = subqueries?.frame ?? null;
    slots[0] = row;
    slots[slots.length - 1] = null;
    const taken = branches.find(({ condition }) => condition === null || condition(null, slots, env));
    // As in Esper what an update made of the row is seen by the conditions of the actions after it.
    for (const { where, run } of taken?.actions ?? []) {
      if (where === null || where(null, slots, env)) run(row, slots, edit);
    }
  }
}

interface Branch {
  readonly condition: Predicate | null;
  readonly actions: readonly Action[];
}

interface Action {
  readonly where: Predicate | null;
  run(row: EventRecord | null, slots: Slot[], edit: NotedEdit): void;
}

function compileBranch(
  { condition, actions }: MergeBranchPlan,
  store: RowStore,
  host: StatementHost,
): Branch {
  return {
    condition: condition === null ? null : compilePredicate(condition, host.backend),
    actions: actions.map((one) => compileAction(one, store, host)),
  };
}

function compileAction(plan: MergeActionPlan, store: RowStore, host: StatementHost): Action {
  const where = plan.where === null ? null : compilePredicate(plan.where, host.backend);
  switch (plan.kind) {
    case 'delete':
      return { where, run: (row, _, edit) => edit.delete(row as EventRecord) };
    case 'update': {
      const change = new RowUpdate(plan.updates, host.backend);
      const { resets } = plan;
      const reset = (row: EventRecord) => {
        for (const column of resets) (store as TableStore).reset(row as TableRow, column);
      };
      const run: Action['run'] = (row, slots, edit) =>
        edit.replace(row as EventRecord, change.copyOf(row as EventRecord, slots, host.env), reset);
      return { where, run };
    }
    case 'insert': {
      const columns = plan.columns.map((column) => compileExpr(column, host.backend));
      const { into, fields } = plan;
      const run = into === null ? insertInto(store, columns, fields, host) : deriveInto(into, columns, host);
      return { where, run };
    }
    default:
      return unreachable(plan);
  }
}

/** A new row of the store itself. */
function insertInto(
  store: RowStore,
  columns: readonly Evaluator[],
  fields: readonly number[],
  host: StatementHost,
): Action['run'] {
  const { type } = store.plan;
  return (_, slots, edit) => {
    const row = new (host.recordClass(type))(type, host.env.now, -1, -1);
    columns.forEach((column, i) => {
      setField(row, fields[i] as number, column(null, slots, host.env));
    });
    row.origins = originsOfSlots(slots);
    edit.insert(row);
  };
}

/** An event of another stream. */
function deriveInto(into: InsertPlan, columns: readonly Evaluator[], host: StatementHost): Action['run'] {
  return (_, slots) => {
    const values: Value[] = columns.map((column) => column(null, slots, host.env));
    host.derive(into, values, originsOfSlots(slots));
  };
}

/** An edit that keeps what enters and leaves by it. */
class NotedEdit {
  readonly added: EventRecord[] = [];
  readonly removed: EventRecord[] = [];
  private readonly store: RowStore;
  private readonly edit: StoreEdit;

  constructor(store: RowStore) {
    this.store = store;
    this.edit = store.edit();
  }

  insert(row: EventRecord): void {
    this.added.push(row);
    this.edit.insert(row);
  }

  delete(row: EventRecord): void {
    this.removed.push(this.store.frozen(row));
    this.edit.delete(row);
  }

  /** `then` is done to the row before it is looked at as changed. */
  replace(row: EventRecord, after: EventRecord, then: (row: EventRecord) => void): void {
    this.removed.push(this.store.frozen(row));
    this.edit.replace(row, after);
    then(row);
    this.added.push(this.store.frozen(after));
  }

  done(): void {
    this.edit.done();
  }
}
