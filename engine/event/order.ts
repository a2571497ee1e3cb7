import { Decimal } from './decimal.ts';
import type { Value } from './record.ts';

/** Order of two values of one type that are not null: decimals by value, text by UTF-16 code unit, false before true. */
export function orderOf(a: NonNullable<Value>, b: NonNullable<Value>): -1 | 0 | 1 {
  if (a instanceof Decimal && b instanceof Decimal) return a.compareTo(b);
  return a < b ? -1 : a > b ? 1 : 0;
}
