import type { EventRecord } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StoreIndexPlan, WindowPlan } from '../../plan/store-plan.ts';
import { ItemBinder } from '../item.ts';
import type { StatementHost } from '../statement.ts';
import { createViewChain, isBatch } from '../view/create-view.ts';
import { NO_ITEMS, type View } from '../view/view.ts';
import { viewHostOf } from '../view/view-host.ts';
import { RowIndexes } from './row-indexes.ts';
import type { RowStore, StoreConsumer, StoreEdit, StoreIndex } from './row-store.ts';

type Rows = readonly EventRecord[];

/** What a window needs to know of the statement that makes it. */
export interface WindowOwner {
  readonly plan: { readonly index: number; readonly name: string };
  /** Rows enter and leave the window. */
  onChange(added: Rows, removed: Rows): void;
}

/** A named window: data windows over rows, with indexes and consumers. */
export class WindowStore implements RowStore {
  readonly plan: WindowPlan;
  readonly beginsWithRows: boolean;
  private readonly isBatch: boolean;
  private readonly isSteady: boolean;
  private readonly host: StatementHost;
  private readonly view: View;
  private readonly indexes = new RowIndexes();
  /** Replaced, never changed: changes that wait hold on to those of their time. */
  private consumers: readonly StoreConsumer[] = [];
  private readonly owner: WindowOwner;
  /** Whether the change at hand is kept from the owner. */
  private silent = false;
  private isFilling = false;

  constructor(plan: WindowPlan, owner: WindowOwner, host: StatementHost) {
    this.plan = plan;
    this.host = host;
    this.owner = owner;
    // As in Esper `firsttime` counts as one, and a batch window among several or for each key does not.
    const [only, other] = plan.views;
    this.isBatch =
      only !== undefined && other === undefined && (isBatch(only.name) || only.name === 'firsttime');
    this.beginsWithRows = !this.isBatch;
    this.isSteady = plan.views.every(({ name }) => STEADY.has(name));
    const viewHost = viewHostOf(owner.plan, host, new ItemBinder('event', host.env, host.backend));
    const tail = { update: (added: Rows, removed: Rows) => this.onChange(added, removed) };
    this.view = createViewChain(plan.views, plan.retain, viewHost, tail);
  }

  get size(): number {
    let count = 0;
    for (const _ of this.rows()) count++;
    return count;
  }

  rows(): Iterable<EventRecord> {
    return this.view.items();
  }

  has(row: EventRecord): boolean {
    return this.indexes.holds(row, () => this.rows());
  }

  canIndex(): boolean {
    return true;
  }

  indexOf(fields: readonly number[], sorted = -1): StoreIndex {
    return this.indexes.get(fields, () => this.rows(), sorted);
  }

  bestIndex(fields: readonly number[], sorted: number): StoreIndex | null {
    return this.indexes.best(fields, sorted);
  }

  indexedRows(): Iterable<EventRecord> | null {
    return this.isSteady ? null : this.indexes.all(() => this.rows());
  }

  addIndex(index: StoreIndexPlan): void {
    this.indexes.declare(index, () => this.rows());
  }

  removeIndex(index: StoreIndexPlan): void {
    this.indexes.undeclare(index);
  }

  /** Rows come to the window, or are taken out of it. */
  update(added: Rows, removed: Rows): void {
    if (this.isBatch) this.indexes.add(added);
    this.view.update(added, removed);
  }

  frozen(row: EventRecord): EventRecord {
    return row;
  }

  /** The rows it begins with; nobody is told, for whoever reads the window begins with those present. */
  fill(rows: Rows): void {
    this.isFilling = true;
    this.update(rows, NO_ROWS);
    this.isFilling = false;
  }

  edit(silent = false): StoreEdit {
    const added: EventRecord[] = [];
    const removed: EventRecord[] = [];
    return {
      insert: (row) => added.push(row),
      delete: (row) => removed.push(row),
      replace: (row, after) => {
        added.push(after);
        removed.push(row);
      },
      done: () => {
        if (added.length === 0 && removed.length === 0) return;
        this.silent = silent;
        this.update(added, removed);
        this.silent = false;
      },
    };
  }

  subscribe(consumer: StoreConsumer): void {
    this.consumers = [...this.consumers, consumer];
  }

  unsubscribe(consumer: StoreConsumer): void {
    this.consumers = this.consumers.filter((one) => one !== consumer);
  }

  stop(): void {
    this.view.stop();
  }

  snapshot(writer: EventWriter): unknown {
    const isSame = this.isSteady && !this.indexes.hasUnique;
    const indexes = isSame ? null : this.indexes.snapshot(writer);
    return { view: this.view.snapshot(writer), indexes };
  }

  restore(state: unknown, reader: EventReader): void {
    const { view, indexes } = state as { view: unknown; indexes: unknown };
    this.view.restore(view, reader);
    if (indexes === null) this.indexes.refill(() => this.rows());
    else this.indexes.restore(indexes, reader);
  }

  private onChange(added: Rows, removed: Rows): void {
    this.indexes.remove(removed);
    if (!this.isBatch) this.indexes.add(added);
    if (this.isFilling) return;
    if (!this.silent) this.owner.onChange(added, removed);
    this.host.feed.push(this, this.consumers, added, removed);
  }
}

/** Windows in which no row leaves as it enters. */
const STEADY: ReadonlySet<string> = new Set([
  'keepall',
  'length',
  'time',
  'time_accum',
  'unique',
  'lastevent',
  'firstevent',
  'firstlength',
  'firstunique',
  'groupwin',
]);

/** No rows. */
export const NO_ROWS: Rows = NO_ITEMS;
