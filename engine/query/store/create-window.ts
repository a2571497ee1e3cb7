import { type EventRecord, getField, setField, type Value } from '../../event/record.ts';
import { compileExpr, compilePredicate, type Evaluator } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { WindowPlan } from '../../plan/store-plan.ts';
import { originsOf } from '../origins.ts';
import type { RunningStatement, StatementAtom, StatementHost } from '../statement.ts';
import { WindowStore } from './window-store.ts';

/**
 * `create window`: makes the store and leads the events of its type into it. Its own rows are those that enter the
 * window, and as removed those that leave.
 */
export class CreateWindowStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  private readonly host: StatementHost;
  private readonly index: number;
  private readonly window: WindowPlan;
  private readonly store: WindowStore;
  private readonly columns: readonly Evaluator[];

  /** `index`: of the store; `window`: its plan. */
  constructor(plan: StatementPlan, index: number, window: WindowPlan, host: StatementHost) {
    this.plan = plan;
    this.host = host;
    this.index = index;
    this.window = window;
    this.atoms = [{ type: window.type, own: null }];
    this.columns = plan.query.columns.map(({ expr }) => compileExpr(expr, host.backend));
    this.store = new WindowStore(window, this, host);
    host.addStore(index, this.store);
  }

  start(): void {
    const { fill } = this.window;
    if (fill === null) return;
    const { host } = this;
    const passes = fill.where === null ? null : compilePredicate(fill.where, host.backend);
    const rows = [...host.store(fill.store).rows()].filter((row) => passes?.(row, [], host.env) ?? true);
    if (rows.length > 0) this.store.fill(rows.map((row) => this.adopted(row)));
  }

  onAtom(_atom: number, event: EventRecord): void {
    this.store.update([event], []);
  }

  onEvent(): void {}

  onTimers(): void {}

  /** Rows of the window enter and leave. */
  onChange(added: readonly EventRecord[], removed: readonly EventRecord[]): void {
    for (const row of added) this.give(row, 'insert');
    for (const row of removed) this.give(row, 'remove');
  }

  rows(): readonly (readonly Value[])[] {
    return Array.from(this.store.rows(), (row) => this.valuesOf(row));
  }

  stop(): void {
    this.store.stop();
    this.host.removeStore(this.index);
  }

  snapshot(writer: EventWriter): unknown {
    return this.store.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.store.restore(state, reader);
  }

  private valuesOf(row: EventRecord): Value[] {
    return this.columns.map((column) => column(row, [], this.host.env));
  }

  /** A row of another window as one of this: fields of the same name. */
  private adopted(row: EventRecord): EventRecord {
    const { type } = this.window;
    const copy = new (this.host.recordClass(type))(type, row.time, -1, -1);
    const from = new Map(this.host.types[row.type]?.fields.map(({ name }, i) => [name, i]));
    this.host.types[type]?.fields.forEach(({ name }, i) => {
      const at = from.get(name);
      if (at !== undefined) setField(copy, i, getField(row, at));
    });
    copy.origins = originsOf(row);
    return copy;
  }

  private give(row: EventRecord, kind: 'insert' | 'remove'): void {
    this.host.onRow(this.plan, this.valuesOf(row), originsOf(row), kind);
  }
}
