import type { EventRecord } from '../../event/record.ts';
import { ExpressionFailure } from '../../expr/failure.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StoreIndexPlan } from '../../plan/store-plan.ts';
import { type GroupKey, keyReader } from '../aggregate/group-key.ts';
import { rowsIn, sizeOf } from '../index/bucket.ts';
import { HashIndex } from '../index/hash-index.ts';
import { fieldValue, type RowIndex, type RowValue } from '../index/row-index.ts';
import { SortedIndex } from '../index/sorted-index.ts';
import type { StoreIndex } from './row-store.ts';

/** The indexes of a store, by their fields. */
export class RowIndexes {
  private readonly byFields = new Map<string, KeptIndex>();
  private readonly unique: UniqueIndex[] = [];
  private readonly restored = new Map<string, readonly EventRecord[]>();

  /** The index over the fields; `rows` fill it when it is new. `sorted`: a further field that orders the rows of a key. */
  get(fields: readonly number[], rows: () => Iterable<EventRecord>, sorted = -1): KeptIndex {
    const name = nameOf(fields, sorted);
    let index = this.byFields.get(name);
    if (index === undefined) {
      index = new KeptIndex(fields, sorted);
      index.addAll(this.restored.get(name) ?? rows());
      this.byFields.set(name, index);
    }
    return index;
  }

  has(fields: readonly number[], sorted: number): boolean {
    return this.byFields.has(nameOf(fields, sorted));
  }

  /** Keeps the rules of an index that a statement declares; fails when the rows break them. */
  declare(plan: StoreIndexPlan, rows: () => Iterable<EventRecord>): void {
    if (!plan.unique) return;
    const fields = [...plan.hash, ...plan.sorted];
    const unique = new UniqueIndex(plan, this.get(fields, rows));
    for (const row of rows()) unique.check(row, 1);
    this.unique.push(unique);
  }

  /** Whether one lacks rows of the store: those that broke its rule. */
  get hasUnique(): boolean {
    return this.unique.length > 0;
  }

  undeclare(plan: StoreIndexPlan): void {
    const at = this.unique.findIndex((one) => one.plan === plan);
    if (at >= 0) this.unique.splice(at, 1);
  }

  /**
   * Fails at the first row that has the key of another in a unique index. As in Esper the indexes made before that one
   * have the rows then, and it has those before.
   */
  add(rows: readonly EventRecord[]): void {
    for (const index of this.byFields.values()) {
      const unique = this.unique.length === 0 ? undefined : this.unique.find((one) => one.index === index);
      if (unique === undefined) index.addAll(rows);
      else {
        for (const row of rows) {
          unique.check(row, 0);
          index.rows.add(row);
        }
      }
    }
  }

  remove(rows: readonly EventRecord[]): void {
    for (const { rows: index } of this.byFields.values()) for (const row of rows) index.remove(row);
  }

  /** All rows that the indexes hold, by none of their fields. */
  all(rows: () => Iterable<EventRecord>): Iterable<EventRecord> {
    return rowsIn(this.get([], rows).find(null, NO_BOUNDS));
  }

  snapshot(writer: EventWriter): unknown {
    return Array.from(this.byFields, ([name, { rows }]) => [
      name,
      Array.from(rows.all(), (row) => writer.event(row)),
    ]);
  }

  /** Indexes that are not asked for yet are filled when they are. */
  restore(state: unknown, reader: EventReader): void {
    for (const [name, ids] of state as [string, number[]][]) {
      const rows = ids.map((id) => reader.event(id));
      const index = this.byFields.get(name);
      if (index === undefined) this.restored.set(name, rows);
      else {
        index.rows.clear();
        index.addAll(rows);
      }
    }
  }

  /** Fills all indexes anew. */
  refill(rows: () => Iterable<EventRecord>): void {
    for (const index of this.byFields.values()) {
      index.rows.clear();
      index.addAll(rows());
    }
  }
}

/** An index of a store with its fields. */
class KeptIndex implements StoreIndex {
  readonly fields: readonly number[];
  readonly rows: RowIndex;

  constructor(fields: readonly number[], sorted: number) {
    const values = fields.map(fieldValue);
    this.fields = fields;
    this.rows = sorted < 0 ? new HashIndex(values) : new SortedIndex(values, sortValue(sorted));
  }

  find(...[key, bounds]: Parameters<RowIndex['find']>): ReturnType<RowIndex['find']> {
    return this.rows.find(key, bounds);
  }

  addAll(rows: Iterable<EventRecord>): void {
    for (const row of rows) this.rows.add(row);
  }
}

/** An index in which no two rows have the same key; as in Esper null equals null there. */
class UniqueIndex {
  readonly plan: StoreIndexPlan;
  readonly index: KeptIndex;
  private readonly keyOf: (row: EventRecord) => GroupKey;

  constructor(plan: StoreIndexPlan, index: KeptIndex) {
    this.plan = plan;
    this.index = index;
    this.keyOf = keyReader(index.fields.map(fieldValue));
  }

  /** Fails when the index has more than `most` rows of the key of a row. */
  check(row: EventRecord, most: number): void {
    if (sizeOf(this.index.find(this.keyOf(row), NO_BOUNDS)) <= most) return;
    const values = this.index.fields
      .map((field) => fieldValue(field)(row))
      .map((value) => (typeof value === 'bigint' ? `${value}` : JSON.stringify(value)))
      .join(', ');
    throw new ExpressionFailure(
      `the unique index \`${this.plan.name}\` has a row of the key ${values} already`,
    );
  }
}

/** Reads a field that rows are sorted by: a number or text. */
function sortValue(field: number): RowValue {
  const read = fieldValue(field);
  return (row) => {
    const value = read(row);
    return typeof value === 'number' || typeof value === 'string' ? value : null;
  };
}

function nameOf(fields: readonly number[], sorted: number): string {
  return sorted < 0 ? fields.join() : `${fields.join()}<${sorted}`;
}

const NO_BOUNDS = (): null => null;
