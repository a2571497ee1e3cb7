/** A longer copy of a column, filled with zeros; the same when it is long enough. */
export function grown<Column extends Float64Array | Int32Array | Uint8Array>(
  column: Column,
  length: number,
): Column {
  if (column.length >= length) return column;
  const longer = new (column.constructor as new (length: number) => Column)(length);
  longer.set(column as never);
  return longer;
}
