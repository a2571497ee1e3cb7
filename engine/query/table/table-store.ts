import { LIMITS, LimitError } from '../../core/limits.ts';
import { type EventRecord, getField, type RecordClass, setField, type Value } from '../../event/record.ts';
import type { EventType } from '../../event/types.ts';
import type { Backend, Env } from '../../expr/evaluate.ts';
import { ExpressionFailure } from '../../expr/failure.ts';
import type { TableReader } from '../../expr/ir-table.ts';
import type { TableAccess } from '../../expr/table-access.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StoreIndexPlan } from '../../plan/store-plan.ts';
import type { TablePlan } from '../../plan/table-plan.ts';
import type { AggregateHost, AggregateReader, AggregateState } from '../aggregate/aggregator.ts';
import { type GroupKey, groupKeyOf, keyReader, UNGROUPED } from '../aggregate/group-key.ts';
import { makeAggregates, makeReaderOf } from '../aggregate/registry.ts';
import { fieldValue } from '../index/row-index.ts';
import { type Item, ItemBinder } from '../item.ts';
import { RowIndexes } from '../store/row-indexes.ts';
import type { RowStore, StoreEdit, StoreIndex } from '../store/row-store.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import { createRowClass, type RowOwner, type TableRow } from './table-rows.ts';

/** What a table needs from its shard. */
export interface TableHost {
  readonly env: Env;
  readonly types: readonly EventType[];
  readonly backend: Backend;
  recordClass(type: number): RecordClass;
}

interface Column {
  readonly state: AggregateState;
  readonly reader: AggregateReader;
}

/** Number of the group whose states are never entered: what a query reads where there is no row. */
const NO_ROW = 0;
const INITIAL_SIZE = 16;

/**
 * The rows of a table by primary key; without a primary key there is one row at most. States of aggregation columns lie
 * in columns by the number of the row's group, numbers are used again. A row stays until it is deleted, also when all
 * that its aggregates have seen has left.
 */
export class TableStore implements RowStore, RowOwner, TableAccess {
  readonly plan: TablePlan;
  readonly plainClass: RecordClass;
  readonly type: number;
  readonly width: number;
  readonly beginsWithRows = false;
  private readonly host: TableHost;
  private readonly binder: ItemBinder;
  private readonly columns: readonly (Column | null)[];
  private readonly rowClass: RecordClass;
  private readonly byKey = new Map<GroupKey, TableRow>();
  private readonly keyOfRow: (row: EventRecord) => GroupKey;
  /** The rows by their primary key, in which null equals null. */
  private readonly primary: StoreIndex;
  private readonly readers = new Map<TableReader, AggregateReader>();
  private readonly indexes = new RowIndexes();
  private readonly free: number[] = [];
  private groups = 1;
  /** Most rows there ever were. */
  private sizeMax = 0;
  private capacity = INITIAL_SIZE;

  constructor(plan: TablePlan, host: TableHost) {
    this.plan = plan;
    this.host = host;
    this.type = plan.type;
    this.width = plan.columns.length;
    this.keyOfRow = keyReader(plan.keys.map(fieldValue));
    this.primary = { fields: plan.keys, find: (key) => (key === undefined ? null : this.find(key)) };
    this.plainClass = host.recordClass(plan.type);
    this.binder = new ItemBinder('event', host.env, host.backend);
    this.columns = plan.columns.map((column) => {
      if (column === null) return null;
      const { states, readers } = makeAggregates([column.plan], this.aggregateHost);
      return { state: states[0] as AggregateState, reader: readers[0] as AggregateReader };
    });
    for (const column of this.columns) column?.state.reserve(INITIAL_SIZE);
    this.rowClass = createRowClass(
      this,
      plan.columns.map((column) => column !== null),
    );
  }

  /** The rows in the order they came. */
  rows(): Iterable<TableRow> {
    return this.byKey.values();
  }

  /** Number of rows. */
  get size(): number {
    return this.byKey.size;
  }

  /** The row of the values of a primary key (none for a table without); null when there is none. */
  row(keys: readonly Value[]): TableRow | null {
    return this.find(this.plan.keys.length === 0 ? UNGROUPED : groupKeyOf(keys));
  }

  emptyRow(): EventRecord {
    const row = new this.plainClass(this.type, this.host.env.now, -1, -1);
    row.origins = NO_ORIGINS;
    return row;
  }

  /** The row of a key; null when there is none. */
  find(key: GroupKey): TableRow | null {
    return this.byKey.get(key) ?? null;
  }

  /** Keys of all rows. */
  groupKeys(): Iterable<GroupKey> {
    return this.byKey.keys();
  }

  /** The primary keys as values: one of a single column is the value itself. Whole numbers come as in Esper. */
  keys(): Value[] {
    const { keys } = this.plan;
    const [only] = keys;
    if (keys.length !== 1 || only === undefined) {
      return [...this.byKey.values()].map((row) => keys.map((column) => getField(row, column)));
    }
    const values = [...this.byKey.values()].map((row) => getField(row, only));
    const kind = this.host.types[this.type]?.fields[only]?.type.kind;
    return kind === 'int' || kind === 'short' || kind === 'byte' ? inHashOrder(values, this.sizeMax) : values;
  }

  /** The row of a key, made with the values of its primary key when there is none. */
  obtain(key: GroupKey, values: () => readonly Value[]): TableRow {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const row = this.newRow();
    const keys = this.plan.keys.length === 0 ? [] : values();
    this.plan.keys.forEach((column, i) => {
      setField(row, column, keys[i] ?? null);
    });
    this.enter(key, row);
    return row;
  }

  insert(fields: readonly number[], values: readonly Value[]): TableRow {
    const row = this.newRow();
    fields.forEach((column, i) => {
      if (this.columns[column] === null) setField(row, column, values[i] ?? null);
    });
    this.enter(this.keyOfRow(row), row);
    return row;
  }

  /** Takes a row out; its aggregates are gone. */
  delete(row: TableRow): void {
    const key = this.keyOfRow(row);
    if (this.byKey.get(key) !== row) return;
    this.byKey.delete(key);
    this.indexes.remove([row]);
    this.release(row);
  }

  /** Sets plain columns of a row; one whose new key another row has is refused, and stays as it was. */
  update(row: TableRow, changes: readonly (readonly [column: number, value: Value])[]): void {
    const before = this.keyOfRow(row);
    const old = changes.map(([column]) => [column, getField(row, column)] as const);
    this.indexes.remove([row]);
    for (const [column, value] of changes) setField(row, column, value);
    try {
      const after = this.keyOfRow(row);
      if (after !== before && this.byKey.has(after)) throw this.taken();
      this.indexes.check(row);
      if (after !== before) {
        this.byKey.delete(before);
        this.byKey.set(after, row);
      }
    } catch (refusal) {
      for (const [column, value] of old) setField(row, column, value);
      throw refusal;
    } finally {
      this.indexes.add([row]);
    }
  }

  has(row: EventRecord): boolean {
    return this.byKey.get(this.keyOfRow(row)) === row;
  }

  canIndex(field: number): boolean {
    return this.columns[field] === null;
  }

  indexOf(fields: readonly number[], sorted = -1): StoreIndex {
    return this.isByKey(fields) ? this.primary : this.indexes.get(fields, () => this.rows(), sorted);
  }

  /** What is found by a primary key needs no further index. */
  bestIndex(fields: readonly number[], sorted: number): StoreIndex | null {
    return this.isByKey(fields) ? this.primary : this.indexes.best(fields, sorted);
  }

  indexedRows(): null {
    return null;
  }

  addIndex(index: StoreIndexPlan): void {
    this.indexes.declare(index, () => this.rows());
  }

  removeIndex(index: StoreIndexPlan): void {
    this.indexes.undeclare(index);
  }

  frozen(row: EventRecord): EventRecord {
    return (row as TableRow).copy();
  }

  /** Changes show at once, one by one. */
  edit(): StoreEdit {
    return {
      insert: (row) => {
        const columns = this.plan.columns.map((_, column) => column);
        this.insert(
          columns,
          columns.map((column) => getField(row, column)),
        );
      },
      delete: (row) => this.delete(row as TableRow),
      replace: (row, after) => this.replace(row as TableRow, after),
      done: () => {},
    };
  }

  /** A table tells nobody of its changes: who reads it asks. */
  subscribe(): void {}

  unsubscribe(): void {}

  stop(): void {
    this.clear();
  }

  /** Brings an aggregation column of a row back to its beginning; all of them with null. */
  reset(row: TableRow, column: number | null): void {
    const columns = column === null ? this.columns : [this.columns[column] ?? null];
    for (const one of columns) one?.state.clear(row.group);
  }

  /** Takes in (`by` 1) or out (`by` −1) what a statement computed for an aggregation column. */
  move(column: number, row: TableRow, input: Item, by: 1 | -1): void {
    const { state } = this.columns[column] as Column;
    if (by > 0) state.enter(row.group, input);
    else state.leave(row.group, input);
  }

  /** Value of an aggregation column for a row; for null what it is at the beginning. */
  columnValue(column: number, row: TableRow | null): Value {
    return this.aggregated(column, row?.group ?? NO_ROW);
  }

  aggregated(column: number, group: number): Value {
    const { env } = this.host;
    // Readers evaluate expressions on the events they hold; whoever reads is in the middle of one.
    const { frame } = env;
    const value = (this.columns[column] as Column).reader.value(group, NO_ARGS);
    env.frame = frame;
    return value;
  }

  /** What a method finds in an aggregation column of a row: `firstKey()` of a `sorted(…)`. */
  read(row: TableRow, column: number, plan: TableReader, args: readonly Value[]): Value {
    let reader = this.readers.get(plan);
    if (reader === undefined) {
      reader = makeReaderOf(plan, this.aggregateHost, (this.columns[column] as Column).state);
      this.readers.set(plan, reader);
    }
    const { env } = this.host;
    const { frame } = env;
    const value = reader.value(row.group, args);
    env.frame = frame;
    return value;
  }

  /** Takes all rows out. */
  private clear(): void {
    for (const row of this.byKey.values()) this.release(row);
    this.byKey.clear();
    this.indexes.refill(() => []);
  }

  snapshot(writer: EventWriter): unknown {
    const rows = [...this.byKey.values()].map((row) => [
      row.time,
      this.plan.columns.map((column, i) => (column === null ? writeValue(getField(row, i), writer) : null)),
      this.columns.map((column) => column?.state.snapshot(row.group, writer) ?? null),
    ]);
    return { rows, sizeMax: this.sizeMax };
  }

  restore(state: unknown, reader: EventReader): void {
    this.clear();
    const { rows, sizeMax } = state as { rows: [number, unknown[], unknown[]][]; sizeMax: number };
    for (const [time, plain, states] of rows) {
      const row = this.newRow(time);
      plain.forEach((value, column) => {
        if (this.columns[column] === null) setField(row, column, readValue(value, reader));
      });
      this.columns.forEach((column, i) => {
        column?.state.restore(row.group, states[i], reader);
      });
      this.enter(this.keyOfRow(row), row);
    }
    this.sizeMax = sizeMax;
  }

  /** A row whose key, or whose key of a unique index, another has is refused: nothing is changed then. */
  private enter(key: GroupKey, row: TableRow): void {
    try {
      if (this.byKey.has(key)) throw this.taken();
      this.indexes.check(row);
    } catch (refusal) {
      this.release(row);
      throw refusal;
    }
    this.byKey.set(key, row);
    this.sizeMax = Math.max(this.sizeMax, this.byKey.size);
    this.indexes.add([row]);
  }

  private replace(row: TableRow, after: EventRecord): void {
    const changes = this.plan.columns.flatMap((aggregate, column): (readonly [number, Value])[] => {
      if (aggregate !== null) return [];
      const value = getField(after, column);
      return value === getField(row, column) ? [] : [[column, value]];
    });
    if (changes.length > 0) this.update(row, changes);
  }

  private get aggregateHost(): AggregateHost {
    return { statementName: this.plan.name, binder: this.binder, isTable: true };
  }

  /** Whether some fields hold the whole primary key. */
  private isByKey(fields: readonly number[]): boolean {
    const { keys } = this.plan;
    return keys.length > 0 && keys.every((key) => fields.includes(key));
  }

  private newRow(time = this.host.env.now): TableRow {
    if (this.byKey.size >= LIMITS.groupsMax) {
      throw new LimitError(
        `the table ${this.plan.name}: more than ${LIMITS.groupsMax} rows; delete those that are done with by ` +
          '`on … delete`',
      );
    }
    const group = this.free.pop() ?? this.groups++;
    if (group >= this.capacity) {
      this.capacity *= 2;
      for (const column of this.columns) column?.state.reserve(this.capacity);
    }
    const row = new this.rowClass(this.type, time, -1, -1) as TableRow;
    row.group = group;
    row.origins = NO_ORIGINS;
    return row;
  }

  private release(row: TableRow): void {
    for (const column of this.columns) column?.state.clear(row.group);
    this.free.push(row.group);
  }

  private taken(): ExpressionFailure {
    const { name, keys } = this.plan;
    return new ExpressionFailure(
      keys.length === 0
        ? `the table ${name} has no primary key, so it has one row at most`
        : `the table ${name} has a row of that primary key already`,
    );
  }
}

/** Whole numbers in the order of a hash table of Java, which has doubled with every growth and never shrinks. */
function inHashOrder(values: readonly Value[], sizeMax: number): Value[] {
  let buckets = 16;
  while (sizeMax > buckets * 0.75) buckets *= 2;
  const bucketOf = (value: Value) => {
    const number = (value ?? 0) as number;
    return (number ^ (number >>> 16)) & (buckets - 1);
  };
  return [...values].sort((a, b) => bucketOf(a) - bucketOf(b));
}

const NO_ARGS: readonly Value[] = [];
const NO_ORIGINS: readonly EventRecord[] = [];
