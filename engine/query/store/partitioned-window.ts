import type { EventRecord } from '../../event/record.ts';
import type { WindowPlan } from '../../plan/store-plan.ts';
import { rowsIn } from '../index/bucket.ts';
import type { RowStore, StoreConsumer, StoreEdit, StoreIndex } from './row-store.ts';

/**
 * A named window of a context as statements without the context see it: the rows of all partitions. As in Esper who
 * begins to read it does not begin with the rows that are there.
 */
export class PartitionedWindow implements RowStore {
  readonly plan: WindowPlan;
  readonly beginsWithRows = false;
  private readonly windows = new Set<RowStore>();
  private readonly consumers = new Set<StoreConsumer>();

  constructor(plan: WindowPlan) {
    this.plan = plan;
  }

  get size(): number {
    let size = 0;
    for (const window of this.windows) size += window.size;
    return size;
  }

  *rows(): Iterable<EventRecord> {
    for (const window of this.windows) yield* window.rows();
  }

  /** The window of a new partition. */
  join(window: RowStore): void {
    this.windows.add(window);
    for (const consumer of this.consumers) window.subscribe(consumer);
  }

  /** A partition ends. */
  leave(window: RowStore): void {
    this.windows.delete(window);
  }

  canIndex(): boolean {
    return true;
  }

  indexedRows(): null {
    return null;
  }

  has(row: EventRecord): boolean {
    for (const window of this.windows) if (window.has(row)) return true;
    return false;
  }

  /** Asks the index of each partition. */
  indexOf(fields: readonly number[], sorted = -1): StoreIndex {
    return this.union(fields, (window) => window.indexOf(fields, sorted));
  }

  /** That of the partitions, if they all have the same. */
  bestIndex(fields: readonly number[], sorted: number): StoreIndex | null {
    const all = Array.from(this.windows, (window) => window.bestIndex(fields, sorted));
    const [first = null] = all;
    if (first === null || all.some((one) => one?.fields.join() !== first.fields.join())) return null;
    return this.union(first.fields, (window) => window.bestIndex(fields, sorted) as StoreIndex);
  }

  /** An index is declared in the partitions, by statements of the context. */
  addIndex(): void {}

  removeIndex(): void {}

  frozen(row: EventRecord): EventRecord {
    return row;
  }

  /** Changes rows where they are. A new row has no partition of its own: it comes by `insert into`. */
  edit(silent = false): StoreEdit {
    const edits = new Map<RowStore, StoreEdit>();
    const windows = [...this.windows];
    // Rows mostly come in the order in which the windows were asked for them.
    let at = 0;
    const editOf = (row: EventRecord): StoreEdit | null => {
      for (let passed = 0; passed < windows.length; passed++) {
        const window = windows[at] as RowStore;
        if (window.has(row)) {
          const edit = edits.get(window) ?? window.edit(silent);
          edits.set(window, edit);
          return edit;
        }
        at = (at + 1) % windows.length;
      }
      return null;
    };
    return {
      insert() {
        throw new Error('a row without a partition');
      },
      delete: (row) => editOf(row)?.delete(row),
      replace: (row, after) => editOf(row)?.replace(row, after),
      done() {
        for (const edit of edits.values()) edit.done();
      },
    };
  }

  subscribe(consumer: StoreConsumer): void {
    this.consumers.add(consumer);
    for (const window of this.windows) window.subscribe(consumer);
  }

  unsubscribe(consumer: StoreConsumer): void {
    this.consumers.delete(consumer);
    for (const window of this.windows) window.unsubscribe(consumer);
  }

  stop(): void {}

  /** Its rows are state of the partitions. */
  snapshot(): unknown {
    return null;
  }

  restore(): void {}

  private union(fields: readonly number[], indexOf: (window: RowStore) => StoreIndex): StoreIndex {
    const { windows } = this;
    return {
      fields,
      find(key, bounds) {
        const found: EventRecord[] = [];
        for (const window of windows) {
          for (const row of rowsIn(indexOf(window).find(key, bounds))) found.push(row);
        }
        return found;
      },
    };
  }
}
