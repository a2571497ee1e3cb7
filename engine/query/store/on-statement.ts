import type { EventRecord, Value } from '../../event/record.ts';
import { compileExpr, type Evaluator, type Slot } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { InputPlan, StatementPlan } from '../../plan/plan.ts';
import { type Item, MatchRecord } from '../item.ts';
import { originsOf } from '../origins.ts';
import { createSource, type QuerySource } from '../query-source.ts';
import type { RunningStatement, StatementAtom, StatementHost } from '../statement.ts';
import { RowFinder } from './row-finder.ts';
import type { RowStore } from './row-store.ts';

/**
 * `on trigger …`: for each event or match finds the rows of a store and does something to them. Its own rows are what
 * that changed.
 */
export abstract class OnStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  protected readonly host: StatementHost;
  protected readonly store: RowStore;
  private readonly source: QuerySource;
  private readonly finder: RowFinder;
  private readonly columns: readonly Evaluator[];

  constructor(plan: StatementPlan, store: RowStore, host: StatementHost) {
    this.plan = plan;
    this.host = host;
    this.store = store;
    this.finder = new RowFinder(plan.query.where, store, {
      env: host.env,
      backend: host.backend,
      frame: host.subqueries?.frame ?? null,
    });
    this.columns = plan.query.columns.map(({ expr }) => compileExpr(expr, host.backend));
    this.source = createSource(this.input, this, host, (added) => this.onTriggers(added));
    this.atoms = this.source.atoms;
  }

  private get input(): InputPlan {
    return this.plan.query.inputs[0] as InputPlan;
  }

  /** Does its work on the rows found for a trigger. `slots`: room for a row, the trigger, room for a row. */
  protected abstract apply(rows: readonly EventRecord[], slots: Slot[]): void;

  start(): void {
    // Rows that are in a window already are no triggers.
    if (this.input.kind !== 'store') this.source.start();
  }

  onAtom(atom: number, event: EventRecord): void {
    this.source.onAtom(atom, event);
  }

  onEvent(): void {
    this.source.flush();
  }

  onTimers(): void {
    this.source.flush();
  }

  stop(): void {
    this.source.stop();
  }

  /** It keeps nothing. */
  rows(): readonly (readonly Value[])[] {
    return [];
  }

  snapshot(writer: EventWriter): unknown {
    return this.source.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.source.restore(state, reader);
  }

  /** Gives a row of the store as a row of the statement. */
  protected give(row: EventRecord, kind: 'insert' | 'remove'): void {
    this.host.onRow(this.plan, this.valuesOf(row), originsOf(row), kind);
  }

  private valuesOf(row: EventRecord): Value[] {
    const slots = [row];
    this.host.env.frame = this.host.subqueries?.frame ?? null;
    return this.columns.map((column) => column(null, slots, this.host.env));
  }

  private onTriggers(items: readonly Item[]): void {
    for (const item of items) {
      const slots: Slot[] = item instanceof MatchRecord ? [null, ...item.slots, null] : [null, item, null];
      this.apply(this.finder.find(slots), slots);
    }
  }
}
