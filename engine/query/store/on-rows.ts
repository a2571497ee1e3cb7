import type { EventRecord } from '../../event/record.ts';
import type { Slot } from '../../expr/evaluate.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { FieldUpdate } from '../../plan/query-plan.ts';
import type { StatementHost } from '../statement.ts';
import { OnStatement } from './on-statement.ts';
import type { RowStore } from './row-store.ts';
import { RowUpdate } from './row-update.ts';

/** `on … delete`: its rows are those deleted. */
export class OnDelete extends OnStatement {
  private readonly silent: boolean;

  constructor(plan: StatementPlan, store: RowStore, silent: boolean, host: StatementHost) {
    super(plan, store, host);
    this.silent = silent;
  }

  protected apply(rows: readonly EventRecord[]): void {
    if (rows.length === 0) return;
    const before = rows.map((row) => this.store.frozen(row));
    const edit = this.store.edit(this.silent);
    for (const row of rows) edit.delete(row);
    edit.done();
    for (const row of before) this.give(row, 'insert');
  }
}

/** `on … update`: its rows are the updated ones, and as removed those before. */
export class OnUpdate extends OnStatement {
  private readonly change: RowUpdate;

  constructor(plan: StatementPlan, store: RowStore, updates: readonly FieldUpdate[], host: StatementHost) {
    super(plan, store, host);
    this.change = new RowUpdate(updates, host.backend);
  }

  protected apply(rows: readonly EventRecord[], slots: Slot[]): void {
    if (rows.length === 0) return;
    const copies = rows.map((row) => this.change.copyOf(row, slots, this.host.env));
    const before = rows.map((row) => this.store.frozen(row));
    const edit = this.store.edit();
    for (const [i, row] of rows.entries()) edit.replace(row, copies[i] as EventRecord);
    edit.done();
    for (const copy of copies) this.give(copy, 'insert');
    for (const row of before) this.give(row, 'remove');
  }
}
