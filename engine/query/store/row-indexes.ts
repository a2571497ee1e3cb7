import type { EventRecord } from '../../event/record.ts';
import { ExpressionFailure } from '../../expr/failure.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StoreIndexPlan } from '../../plan/store-plan.ts';
import { HashIndex } from './hash-index.ts';

/** The hash indexes of a store, by their fields. */
export class RowIndexes {
  private readonly byFields = new Map<string, HashIndex>();
  private readonly unique: UniqueIndex[] = [];
  private readonly restored = new Map<string, readonly EventRecord[]>();

  /** The index over the fields; `rows` fill it when it is new. `sorted`: a further field that orders the rows of a key. */
  get(fields: readonly number[], rows: () => Iterable<EventRecord>, sorted = -1): HashIndex {
    const name = nameOf(fields, sorted);
    let index = this.byFields.get(name);
    if (index === undefined) {
      index = new HashIndex(fields, sorted);
      index.add(this.restored.get(name) ?? rows());
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
    const index = this.get(fields, rows);
    for (const row of rows()) check({ plan, index }, row, 1);
    this.unique.push({ plan, index });
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
      if (unique === undefined) index.add(rows);
      else {
        for (const row of rows) {
          check(unique, row);
          index.add([row]);
        }
      }
    }
  }

  remove(rows: Iterable<EventRecord>): void {
    for (const index of this.byFields.values()) index.remove(rows);
  }

  /** All rows that the indexes hold, by none of their fields. */
  all(rows: () => Iterable<EventRecord>): Iterable<EventRecord> {
    return this.get([], rows).find([]);
  }

  snapshot(writer: EventWriter): unknown {
    return Array.from(this.byFields, ([name, index]) => [name, index.rows().map((row) => writer.event(row))]);
  }

  /** Indexes that are not asked for yet are filled when they are. */
  restore(state: unknown, reader: EventReader): void {
    for (const [name, ids] of state as [string, number[]][]) {
      const rows = ids.map((id) => reader.event(id));
      const index = this.byFields.get(name);
      if (index === undefined) this.restored.set(name, rows);
      else {
        index.clear();
        index.add(rows);
      }
    }
  }

  /** Fills all indexes anew. */
  refill(rows: () => Iterable<EventRecord>): void {
    for (const index of this.byFields.values()) {
      index.clear();
      index.add(rows());
    }
  }
}

function nameOf(fields: readonly number[], sorted: number): string {
  return sorted < 0 ? fields.join() : `${fields.join()}<${sorted}`;
}

interface UniqueIndex {
  readonly plan: StoreIndexPlan;
  readonly index: HashIndex;
}

/** Fails when the index has more than `most` rows of the key of a row. */
function check({ plan, index }: UniqueIndex, row: EventRecord, most = 0): void {
  const key = index.keyOf(row);
  let count = 0;
  for (const _ of index.find(key)) count++;
  if (count <= most) return;
  const values = key
    .map((value) => (typeof value === 'bigint' ? `${value}` : JSON.stringify(value)))
    .join(', ');
  throw new ExpressionFailure(`the unique index \`${plan.name}\` has a row of the key ${values} already`);
}
