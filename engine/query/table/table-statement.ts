import { getField, type Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { TablePlan } from '../../plan/table-plan.ts';
import type { RunningStatement, StatementAtom, StatementHost } from '../statement.ts';
import { TableStore } from './table-store.ts';

/** `create table`: holds the rows; it gives none by itself, only to whoever pulls. */
export class TableStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[] = [];
  private readonly store: TableStore;
  private readonly index: number;
  private readonly host: StatementHost;

  constructor(plan: StatementPlan, index: number, table: TablePlan, host: StatementHost) {
    this.plan = plan;
    this.index = index;
    this.host = host;
    this.store = new TableStore(table, host);
    host.addStore(index, this.store);
    host.env.setTable(index, this.store);
  }

  rows(): readonly (readonly Value[])[] {
    const columns = this.store.plan.columns.map((_, i) => i);
    return [...this.store.rows()].map((row) => columns.map((column) => getField(row, column)));
  }

  start(): void {}

  onAtom(): void {}

  onEvent(): void {}

  onTimers(): void {}

  stop(): void {
    this.host.removeStore(this.index);
    const { env } = this.host;
    if (env.tables[this.index] === this.store) env.setTable(this.index, undefined);
  }

  snapshot(writer: EventWriter): unknown {
    return this.store.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.store.restore(state, reader);
  }
}
