import { orderOf } from '../../event/order.ts';
import type { Value } from '../../event/record.ts';

/** Order of two numbers as Java's `Double.compareTo`: NaN is the greatest and equal to itself, −0 comes before 0. */
export function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) {
    if (a !== 0) return 0;
    const [left, right] = [Object.is(a, -0), Object.is(b, -0)];
    return left === right ? 0 : left ? -1 : 1;
  }
  const [left, right] = [Number.isNaN(a), Number.isNaN(b)];
  return left === right ? 0 : left ? 1 : -1;
}

/** Order of two values of one type: null first, then numbers, text by UTF-16 code unit, false before true. */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  return orderOf(a, b);
}
