import { LIMITS } from '../core/limits.ts';
import { Decimal } from '../event/decimal.ts';
import { EventRecord, type Value } from '../event/record.ts';
import type { ValueType } from '../event/types.ts';
import { fail } from './failure.ts';
import type { ArithmeticExpr, BitwiseExpr } from './ir.ts';
import type { PeriodUnit } from './period-unit.ts';

export { tryRegexp } from './text-match.ts';

/**
 * Makes the function of an arithmetic operator on numbers, by the kind of its result: int wraps at 32 bits, long is a
 * double (exact within ±2^53), float is rounded to 32 bits. The remainder of whole numbers by zero fails, as in Java.
 */
export function makeArithmetic(
  operator: ArithmeticExpr['operator'],
  type: ValueType,
): (a: number, b: number) => number {
  const plain = PLAIN[operator];
  switch (type.kind) {
    case 'byte':
    case 'short':
    case 'int':
      if (operator === '*') return Math.imul;
      if (operator === '%') return (a, b) => remainder(a, b) | 0;
      return (a, b) => plain(a, b) | 0;
    case 'long':
      if (operator === '%') return remainder;
      // A long has no −0.
      return operator === '*' ? (a, b) => a * b + 0 : plain;
    case 'float':
      return (a, b) => Math.fround(plain(a, b));
    default:
      return plain;
  }
}

const PLAIN: Readonly<Record<ArithmeticExpr['operator'], (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** Remainder of whole numbers, with the sign of the first. */
export function remainder(a: number, b: number): number {
  if (b === 0) fail('the remainder of a division by zero');
  return (a % b) + 0;
}

/** The sign turned, by the kind of the result. */
export function negate(value: Value, type: ValueType): Value {
  if (typeof value === 'bigint') return -value;
  return value instanceof Decimal ? value.negate() : negateNumber(value as number, type);
}

function negateNumber(value: number, type: ValueType): number {
  if (type.kind === 'double' || type.kind === 'float') return -value;
  return type.kind === 'long' ? 0 - value : -value | 0;
}

/** `&`, `|`, `^` on two booleans or two whole numbers; longs in 64-bit two's complement. */
export function bitwise(operator: BitwiseExpr['operator'], a: Value, b: Value): Value {
  if (typeof a === 'boolean') {
    if (operator === '&') return a && b;
    return operator === '|' ? a || b : a !== b;
  }
  const [x, y] = [a as number, b as number];
  if ((x | 0) === x && (y | 0) === y) {
    if (operator === '&') return x & y;
    return operator === '|' ? x | y : x ^ y;
  }
  const [p, q] = [BigInt(x), BigInt(y)];
  if (operator === '&') return Number(BigInt.asIntN(64, p & q));
  return Number(BigInt.asIntN(64, operator === '|' ? p | q : p ^ q));
}

/** Element of an array value; null when the index is outside. */
export function elementAt(array: Value, index: Value): Value {
  return Array.isArray(array) ? ((array[index as number] as Value | undefined) ?? null) : null;
}

/** A value of type `row`: an object without prototype, so that every name is only a name. */
export function makeRow(names: readonly string[], values: readonly Value[]): Value {
  const row: Record<string, Value> = Object.create(null);
  for (let i = 0; i < names.length; i++) row[names[i] as string] = values[i] as Value;
  return row;
}

/** Arrays in arrays of these sizes; the innermost hold `fill`. Null when a size is null. */
export function sizedArray(sizes: readonly Value[], fill: null | boolean | number): Value {
  let elements = 1;
  for (const size of sizes as readonly (number | null)[]) {
    if (size === null) return null;
    if (size < 0) fail(`an array cannot have ${size} elements`);
    elements *= size;
    if (elements > LIMITS.arrayElementsMax) {
      fail(`an array cannot have ${elements} elements, at most ${LIMITS.arrayElementsMax}`);
    }
  }
  const [size, ...rest] = sizes as readonly number[];
  return Array.from({ length: size as number }, () => (rest.length === 0 ? fill : sizedArray(rest, fill)));
}

/** Entry of a map value; own entries only. */
export function mapEntry(map: Value, key: string): Value {
  if (map === null || typeof map !== 'object' || map instanceof EventRecord || Array.isArray(map))
    return null;
  return Object.hasOwn(map, key) ? ((map as { [key: string]: Value })[key] ?? null) : null;
}

/** Milliseconds of the units that are not calendar units. */
export const UNIT_MS: Readonly<Record<Exclude<PeriodUnit, 'year' | 'month'>, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
  microsecond: 0.001,
};
