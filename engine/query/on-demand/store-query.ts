import { assert } from '../../core/assert.ts';
import { type EventRecord, setField, type Value } from '../../event/record.ts';
import { compileExpr, type QueryFrame, type Slot } from '../../expr/evaluate.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { StoreAction } from '../../plan/store-plan.ts';
import type { RunningStatement, StatementAtom, StatementHost } from '../statement.ts';
import { RowFinder } from '../store/row-finder.ts';
import type { RowStore } from '../store/row-store.ts';
import { RowUpdate } from '../store/row-update.ts';

/** What a query does to the rows of a store. */
export type QueryAction = StoreAction & { readonly kind: 'insert' | 'update' | 'delete' };

/**
 * `insert`, `update` and `delete` as queries: started, it changes the rows of a store once. Its rows are those inserted,
 * as updated, or deleted; none for a table.
 */
export class StoreQuery implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[] = [];
  private readonly action: QueryAction;
  private readonly host: StatementHost;
  private readonly store: RowStore;
  private readonly frame: QueryFrame | null;
  private changed: readonly EventRecord[] = [];

  constructor(plan: StatementPlan, action: QueryAction, host: StatementHost) {
    this.plan = plan;
    this.action = action;
    this.host = host;
    this.store = host.store(action.store);
    this.frame = host.subqueries?.frame ?? null;
  }

  start(): void {
    this.host.env.frame = this.frame;
    switch (this.action.kind) {
      case 'insert':
        this.insert(this.action);
        break;
      case 'update':
        this.update(this.action);
        break;
      default:
        this.delete();
    }
  }

  rows(): readonly (readonly Value[])[] {
    if (this.store.plan.kind === 'table') return [];
    const { env, backend } = this.host;
    const columns = this.plan.query.columns.map(({ expr }) => compileExpr(expr, backend));
    return this.changed.map((row) => columns.map((column) => column(null, [row], env)));
  }

  onAtom(): void {}

  onEvent(): void {}

  onTimers(): void {}

  stop(): void {}

  snapshot(): unknown {
    return null;
  }

  restore(): void {}

  /** All rows are computed before the first is inserted. One that a table refuses takes the others out again. */
  private insert({ rows, fields }: QueryAction & { kind: 'insert' }): void {
    const { env, backend } = this.host;
    const { type } = this.store.plan;
    const made = rows.map((row) => {
      const values = row.map((expr) => compileExpr(expr, backend)(null, NO_SLOTS, env));
      const record = new (this.host.recordClass(type))(type, env.now, -1, -1);
      record.origins = [];
      values.forEach((value, i) => {
        setField(record, fields[i] as number, value);
      });
      return record;
    });
    const before = new Set(this.store.rows());
    const edit = this.store.edit();
    try {
      for (const record of made) edit.insert(record);
      edit.done();
    } catch (error) {
      const undo = this.store.edit();
      for (const row of [...this.store.rows()]) if (!before.has(row)) undo.delete(row);
      undo.done();
      throw error;
    }
    this.changed = made;
  }

  private update({ updates }: QueryAction & { kind: 'update' }): void {
    const { env, backend } = this.host;
    const change = new RowUpdate(updates, backend);
    const rows = this.find();
    const copies = rows.map((row) => change.copyOf(row, [row, null], env));
    const edit = this.store.edit();
    rows.forEach((row, i) => {
      edit.replace(row, copies[i] as EventRecord);
    });
    edit.done();
    this.changed = copies;
  }

  private delete(): void {
    const rows = this.find();
    const edit = this.store.edit();
    for (const row of rows) edit.delete(row);
    edit.done();
    this.changed = rows;
  }

  private find(): EventRecord[] {
    const { where } = this.plan.query;
    assert(this.plan.query.inputs.length === 0, 'a query has no trigger');
    const { env, backend } = this.host;
    return new RowFinder(where, this.store, { env, backend, frame: this.frame, isOnce: true }).find([
      null,
      null,
    ]);
  }
}

const NO_SLOTS: readonly Slot[] = [];
