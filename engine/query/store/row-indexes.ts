import { type EventRecord, fieldKey, type Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/equality.ts';
import { ExpressionFailure } from '../../expr/failure.ts';
import type { StoreIndexPlan } from '../../plan/store-plan.ts';
import type { RowIndex } from './row-store.ts';

/** The hash indexes of a store, by their fields. */
export class RowIndexes {
  private readonly byFields = new Map<string, HashIndex>();
  private readonly unique: UniqueIndex[] = [];

  /** The index over the fields; `rows` fill it when it is new. */
  get(fields: readonly number[], rows: () => Iterable<EventRecord>): RowIndex {
    const name = fields.join();
    let index = this.byFields.get(name);
    if (index === undefined) {
      index = new HashIndex(fields);
      index.add(rows());
      this.byFields.set(name, index);
    }
    return index;
  }

  /** Keeps the rules of an index that a statement declares; fails when the rows break them. */
  declare(plan: StoreIndexPlan, rows: () => Iterable<EventRecord>): void {
    if (!plan.unique) return;
    const fields = [...plan.hash, ...plan.sorted];
    const unique = { plan, index: this.get(fields, rows) as HashIndex };
    for (const row of rows()) check(unique, row);
    this.unique.push(unique);
  }

  undeclare(plan: StoreIndexPlan): void {
    const at = this.unique.findIndex((one) => one.plan === plan);
    if (at >= 0) this.unique.splice(at, 1);
  }

  /** Fails when one of the rows, which were added, has the key of another in a unique index. */
  checkUnique(rows: readonly EventRecord[]): void {
    for (const one of this.unique) for (const row of rows) check(one, row);
  }

  add(rows: Iterable<EventRecord>): void {
    for (const index of this.byFields.values()) index.add(rows);
  }

  remove(rows: Iterable<EventRecord>): void {
    for (const index of this.byFields.values()) index.remove(rows);
  }

  /** Fills all indexes anew. */
  refill(rows: () => Iterable<EventRecord>): void {
    for (const index of this.byFields.values()) {
      index.clear();
      index.add(rows());
    }
  }
}

interface UniqueIndex {
  readonly plan: StoreIndexPlan;
  readonly index: HashIndex;
}

function check({ plan, index }: UniqueIndex, row: EventRecord): void {
  const key = index.keyOf(row);
  let count = 0;
  for (const _ of index.find(key)) count++;
  if (count <= 1) return;
  const values = key.map((value) => JSON.stringify(value)).join(', ');
  throw new ExpressionFailure(`the unique index \`${plan.name}\` has a row of the key ${values} already`);
}

type Key = ReturnType<typeof equalityKey>;

const NO_ROWS: ReadonlySet<EventRecord> = new Set();

/**
 * Rows by the values of some fields: one map a field, each leading to the next. Adding, removing and finding cost O(1) a
 * field. A row with a null in a field is found by no key.
 */
class HashIndex implements RowIndex {
  private readonly keys: readonly string[];
  private readonly root = new Map<Key, unknown>();

  constructor(fields: readonly number[]) {
    this.keys = fields.map(fieldKey);
  }

  /** The values by which a row is found. */
  keyOf(row: EventRecord): readonly Value[] {
    return this.keys.map((key) => (row as unknown as Record<string, Value>)[key] ?? null);
  }

  find(key: readonly Value[]): Iterable<EventRecord> {
    let at: unknown = this.root;
    for (let i = 0; i < key.length; i++) {
      if (key[i] === null) return NO_ROWS;
      at = (at as Map<Key, unknown>).get(equalityKey(key[i] as Value));
      if (at === undefined) return NO_ROWS;
    }
    return at as Set<EventRecord>;
  }

  add(rows: Iterable<EventRecord>): void {
    const { keys, root } = this;
    const last = keys.length - 1;
    for (const row of rows) {
      let at = root;
      for (let i = 0; i <= last; i++) {
        const value = equalityKey((row as unknown as Record<string, Value>)[keys[i] as string] as Value);
        if (value === null) break;
        let next = at.get(value);
        if (next === undefined) {
          next = i === last ? new Set<EventRecord>() : new Map<Key, unknown>();
          at.set(value, next);
        }
        if (i === last) (next as Set<EventRecord>).add(row);
        else at = next as Map<Key, unknown>;
      }
    }
  }

  remove(rows: Iterable<EventRecord>): void {
    for (const row of rows) this.removeFrom(this.root, row, 0);
  }

  clear(): void {
    this.root.clear();
  }

  private removeFrom(at: Map<Key, unknown>, row: EventRecord, i: number): void {
    const value = equalityKey((row as unknown as Record<string, Value>)[this.keys[i] as string] as Value);
    const next = at.get(value);
    if (next === undefined) return;
    if (i === this.keys.length - 1) (next as Set<EventRecord>).delete(row);
    else this.removeFrom(next as Map<Key, unknown>, row, i + 1);
    if ((next as Set<EventRecord> | Map<Key, unknown>).size === 0) at.delete(value);
  }
}
