import type { EventRecord } from '../../event/record.ts';
import { ExpressionFailure } from '../../expr/failure.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { bestIndex, type IndexShape } from '../../plan/store-lookup.ts';
import type { StoreIndexPlan } from '../../plan/store-plan.ts';
import { rowsIn } from '../index/bucket.ts';
import { HashIndex } from '../index/hash-index.ts';
import { fieldValue, type RowIndex, type RowValue } from '../index/row-index.ts';
import { SortedIndex } from '../index/sorted-index.ts';
import { UniqueIndex } from '../index/unique-index.ts';
import type { StoreIndex } from './row-store.ts';

type Rows = () => Iterable<EventRecord>;

/** The indexes of a store, by their fields. */
export class RowIndexes {
  private readonly byFields = new Map<string, KeptIndex>();
  /** Those that statements declare, in their order. */
  private readonly declared = new Set<KeptIndex>();
  /** What indexes held that are not made again yet, until a row comes or goes. */
  private readonly restored = new Map<string, readonly EventRecord[]>();

  /** The index over the fields; `rows` fill it when it is new. `sorted`: a further field that orders the rows of a key. */
  get(fields: readonly number[], rows: Rows, sorted = -1): KeptIndex {
    const name = nameOf(fields, sorted);
    let index = this.byFields.get(name);
    if (index === undefined) {
      index = new KeptIndex(fields, sorted);
      index.add(this.restored.get(name) ?? rows());
      this.byFields.set(name, index);
    }
    return index;
  }

  /** Of the present indexes the best one for rows of which some fields and the bounds of another are known. */
  best(fields: readonly number[], sorted: number): KeptIndex | null {
    return bestIndex(this.byFields.values(), fields, sorted);
  }

  /** Makes the index that a statement declares; fails when it is unique and rows have one key. */
  declare(plan: StoreIndexPlan, rows: Rows): void {
    const fields = [...plan.hash].sort((a, b) => a - b);
    const sorted = plan.sorted[0] ?? -1;
    // What the index refused before a restore it need not refuse again.
    const restored = this.restored.get(nameOf(fields, sorted));
    const index = this.get(fields, rows, sorted);
    this.declared.add(index);
    if (plan.unique) index.makeUnique(plan.name, restored ?? rows());
  }

  /** Lets the rules of an index go; whoever found rows by it finds them still. */
  undeclare({ hash, sorted, unique }: StoreIndexPlan): void {
    const fields = [...hash].sort((a, b) => a - b);
    const index = this.byFields.get(nameOf(fields, sorted[0] ?? -1));
    if (index === undefined) return;
    this.declared.delete(index);
    if (unique) index.makePlain();
  }

  /**
   * Fails at the first row that has the key of another in a unique index. As in Esper the indexes that no statement
   * declares have the rows then, and of the declared ones those before it.
   */
  add(rows: readonly EventRecord[]): void {
    const { declared } = this;
    this.restored.clear();
    for (const index of this.byFields.values()) if (!declared.has(index)) index.add(rows);
    for (const index of declared) index.add(rows);
  }

  /** Fails where adding a row would fail, and changes nothing. */
  check(row: EventRecord): void {
    for (const { rows } of this.declared) if (rows instanceof UniqueIndex) rows.check(row);
  }

  /** Whether a unique index refuses rows, so that what it holds may differ from the rows. */
  get hasUnique(): boolean {
    for (const { rows } of this.declared) if (rows instanceof UniqueIndex) return true;
    return false;
  }

  remove(rows: readonly EventRecord[]): void {
    this.restored.clear();
    for (const index of this.byFields.values()) for (const row of rows) index.rows.remove(row);
  }

  /** Whether the indexes hold a row. */
  holds(row: EventRecord, rows: Rows): boolean {
    for (const index of this.byFields.values()) if (!this.declared.has(index)) return index.rows.has(row);
    return this.get([], rows).rows.has(row);
  }

  /** All rows that the indexes hold, by none of their fields. */
  all(rows: Rows): Iterable<EventRecord> {
    return rowsIn(this.get([], rows).find(null, () => null));
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
      else index.fill(rows);
    }
  }

  /** Fills all indexes anew. */
  refill(rows: Rows): void {
    for (const index of this.byFields.values()) index.fill(rows());
  }
}

/** An index of a store with its fields. */
class KeptIndex implements StoreIndex, IndexShape {
  readonly fields: readonly number[];
  /** The field that orders the rows of a key; −1: none. */
  readonly sorted: number;
  rows: RowIndex;
  private readonly values: readonly RowValue[];

  constructor(fields: readonly number[], sorted: number) {
    this.fields = fields;
    this.sorted = sorted;
    this.values = fields.map(fieldValue);
    this.rows = sorted < 0 ? new HashIndex(this.values) : new SortedIndex(this.values, sortValue(sorted));
  }

  get isUnique(): boolean {
    return this.rows instanceof UniqueIndex;
  }

  find(...[key, bounds]: Parameters<RowIndex['find']>): ReturnType<RowIndex['find']> {
    return this.rows.find(key, bounds);
  }

  add(rows: Iterable<EventRecord>): void {
    for (const row of rows) this.rows.add(row);
  }

  fill(rows: Iterable<EventRecord>): void {
    this.rows.clear();
    this.add(rows);
  }

  /** From now on a row is refused that has the key of another. */
  makeUnique(name: string, rows: Iterable<EventRecord>): void {
    const refuse = (row: EventRecord): never => {
      const key = this.values.map((value) => value(row));
      const text = key.map((value) => (typeof value === 'bigint' ? `${value}` : JSON.stringify(value)));
      throw new ExpressionFailure(
        `the unique index \`${name}\` has a row of the key ${text.join(', ')} already`,
      );
    };
    const unique = new UniqueIndex(this.values, refuse);
    for (const row of rows) unique.add(row);
    this.rows = unique;
  }

  makePlain(): void {
    const rows = [...this.rows.all()];
    this.rows = new HashIndex(this.values);
    this.add(rows);
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
