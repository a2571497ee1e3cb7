import { type EventRecord, getField, type Value } from '../../event/record.ts';
import type { ValueType } from '../../event/types.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { RowIndex } from '../store/row-store.ts';

/** Whether values of a type are told apart by identity, as a map of rows does it. */
export function isScalar(type: ValueType | undefined): boolean {
  return type !== undefined && !['array', 'event', 'row', 'map', 'object'].includes(type.kind);
}

/** Finds the row of a whole primary key, in which null equals null as in Esper. */
export class KeyIndex implements RowIndex {
  private readonly rowOf: (key: readonly Value[]) => EventRecord | null;

  constructor(rowOf: (key: readonly Value[]) => EventRecord | null) {
    this.rowOf = rowOf;
  }

  find(key: readonly Value[]): Iterable<EventRecord> {
    const row = this.rowOf(key);
    return row === null ? [] : [row];
  }
}

/** Looks at every row: for columns that are computed, and values that no map of rows tells apart. */
export class ScanIndex implements RowIndex {
  private readonly fields: readonly number[];
  private readonly rows: () => Iterable<EventRecord>;

  constructor(fields: readonly number[], rows: () => Iterable<EventRecord>) {
    this.fields = fields;
    this.rows = rows;
  }

  find(key: readonly Value[]): Iterable<EventRecord> {
    if (key.includes(null)) return [];
    const wanted = key.map(equalityKey);
    return [...this.rows()].filter((row) =>
      this.fields.every((field, i) => {
        const value = getField(row, field);
        return value !== null && equalityKey(value) === wanted[i];
      }),
    );
  }
}
