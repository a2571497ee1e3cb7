import {
  type EventRecord,
  fieldKey,
  getField,
  type RecordClass,
  setField,
  type Value,
} from '../../event/record.ts';
import type { TableReader } from '../../expr/ir-table.ts';
import type { ReadableRow } from '../../expr/table-access.ts';

/**
 * A row of a table as an event of the table's type, so that every expression reads it as it reads any event. Plain
 * columns are its fields; an aggregation column is computed from the state of the row's group when it is read. A row
 * lives as long as it is in the table: what is to keep its values for later takes a `copy`.
 */
export interface TableRow extends ReadableRow {
  /** Number of the states of its aggregation columns. */
  group: number;
}

/** What a row reads its aggregation columns from. */
export interface RowOwner {
  /** Value of an aggregation column for a group. */
  aggregated(column: number, group: number): Value;
  /** What a method finds in an aggregation column of a row. */
  read(row: TableRow, column: number, reader: TableReader, args: readonly Value[]): Value;
  /** The class of events of the table's type. */
  readonly plainClass: RecordClass;
  readonly type: number;
  /** Number of columns. */
  readonly width: number;
}

/** Makes the class of the rows of one table; `isAggregated` tells of each column whether it is computed. */
export function createRowClass(owner: RowOwner, isAggregated: readonly boolean[]): RecordClass {
  // The fields of the plain class are set in its constructor: those of aggregation columns go to the setters here.
  class Row extends owner.plainClass {
    group = 0;
    read(column: number, reader: TableReader, args: readonly Value[]): Value {
      return owner.read(this as unknown as TableRow, column, reader, args);
    }
    copy(): EventRecord {
      return copyOf(this, owner);
    }
  }
  isAggregated.forEach((aggregated, column) => {
    if (!aggregated) return;
    Object.defineProperty(Row.prototype, fieldKey(column), {
      get(this: TableRow): Value {
        return owner.aggregated(column, this.group);
      },
      set() {},
    });
  });
  return Row as unknown as new (
    group: number,
    time: number,
  ) => TableRow;
}

function copyOf(row: EventRecord, { plainClass, width }: RowOwner): EventRecord {
  const copy = new plainClass(row.type, row.time, -1, -1);
  copy.origins = row.origins;
  for (let i = 0; i < width; i++) setField(copy, i, getField(row, i));
  return copy;
}
