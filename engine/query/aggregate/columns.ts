import type { Value } from '../../event/record.ts';
import type { ValueType } from '../../event/types.ts';
import { isNumeric } from '../../expr/type-rules.ts';

/** A longer copy of a column, filled with zeros; the same when it is long enough. */
export function grown<Column extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  column: Column,
  length: number,
): Column {
  if (column.length >= length) return column;
  const longer = new (column.constructor as new (length: number) => Column)(length);
  longer.set(column as never);
  return longer;
}

/** One value for each group; null at first. */
export interface ValueColumn {
  reserve(groups: number): void;
  get(group: number): Value;
  set(group: number, value: Value): void;
}

/** A column for values of a type: numbers lie in a typed array. */
export function createValueColumn(type: ValueType): ValueColumn {
  return isNumeric(type) || type.kind === 'date' ? new NumberColumn() : new AnyColumn();
}

class NumberColumn implements ValueColumn {
  private values = new Float64Array(0);
  private isSet = new Uint8Array(0);

  reserve(groups: number): void {
    this.values = grown(this.values, groups);
    this.isSet = grown(this.isSet, groups);
  }

  get(group: number): Value {
    return this.isSet[group] === 1 ? (this.values[group] as number) : null;
  }

  set(group: number, value: Value): void {
    this.isSet[group] = value === null ? 0 : 1;
    if (value !== null) this.values[group] = value as number;
  }
}

class AnyColumn implements ValueColumn {
  private readonly values: Value[] = [];

  reserve(groups: number): void {
    while (this.values.length < groups) this.values.push(null);
  }

  get(group: number): Value {
    return this.values[group] ?? null;
  }

  set(group: number, value: Value): void {
    this.values[group] = value;
  }
}
