import type { EventRecord } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StoreIndexPlan, StorePlan } from '../../plan/store-plan.ts';
import type { RowIndex } from '../index/row-index.ts';

/**
 * Rows that several statements share: a named window or a table. Rows change at once, and whoever asks afterwards sees
 * them so; consumers (statements with the store in `from`, or as a trigger) are told later, see `StoreFeed`.
 */
export interface RowStore {
  readonly plan: StorePlan;
  readonly size: number;
  /** Present rows in the order of the store. Not to be read while the store changes: copy first. */
  rows(): Iterable<EventRecord>;
  /** Whether a consumer that begins later begins with the present rows: of a batch window it does not. */
  readonly beginsWithRows: boolean;
  /**
   * What an index of Esper holds, where that is not simply the present rows: an index of a batch window keeps the batch
   * given on last, and rows that enter and leave at once stay in the index. Null where the rows are all.
   */
  indexedRows(): Iterable<EventRecord> | null;
  /** Whether it has a row, for whoever finds rows by an index. */
  has(row: EventRecord): boolean;
  /** Whether an index can be over a field: not where it is computed whenever it is read. */
  canIndex(field: number): boolean;
  /**
   * The rows by equality of fields, those of one key by the order of another (−1: none). Indexes are made at the first
   * question, kept up to date, and shared. It may have fewer fields, where those are of one row at most.
   */
  indexOf(fields: readonly number[], sorted?: number): StoreIndex;
  /** The best index that is there already for rows of which some fields and the bounds of another (−1: none) are known. */
  bestIndex(fields: readonly number[], sorted: number): StoreIndex | null;
  /**
   * Keeps an index that a statement declares. With a unique one a row whose key another row has is refused: adding it
   * fails, as does declaring such an index over rows that break it.
   */
  addIndex(index: StoreIndexPlan): void;
  removeIndex(index: StoreIndexPlan): void;
  /** A row with its values at present: of a table a copy, of a window the row itself, which never changes. */
  frozen(row: EventRecord): EventRecord;
  /** Begins a change; `silent`: the statement that created the store is not told of it. */
  edit(silent?: boolean): StoreEdit;
  /** From now on the consumer is told of what enters and leaves, in the order of subscriptions. */
  subscribe(consumer: StoreConsumer): void;
  unsubscribe(consumer: StoreConsumer): void;
  stop(): void;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/** Finds rows by the values of some of their fields, in the order in which a key has them. */
export interface StoreIndex extends Pick<RowIndex, 'find'> {
  readonly fields: readonly number[];
}

/** Rows that enter, leave and are replaced together. A window shows the change when it is done, a table step by step. */
export interface StoreEdit {
  insert(row: EventRecord): void;
  delete(row: EventRecord): void;
  /** `after` is a copy of the row with other values. */
  replace(row: EventRecord, after: EventRecord): void;
  done(): void;
}

/** A part of a statement that takes rows of a store. */
export interface StoreConsumer {
  readonly owner: StoreReader;
  update(added: readonly EventRecord[], removed: readonly EventRecord[]): void;
}

/** The statement behind a consumer. `onEvent` is called when all its consumers were told of a change. */
export interface StoreReader {
  readonly plan: { readonly index: number; readonly priority: number; readonly drop: boolean };
  onEvent(): void;
}
