import { LIMITS } from '../core/limits.ts';
import { Decimal, digitCount } from '../event/decimal.ts';
import { divide, type MathContext, type NoQuotient } from '../event/decimal-division.ts';
import { parseBigInteger } from '../event/number-text.ts';
import { orderOf } from '../event/order.ts';
import type { NonNullValue } from '../event/record.ts';
import type { ValueType } from '../event/types.ts';
import { fail } from './failure.ts';
import type { ArithmeticExpr, LiteralExpr, RangeExpr } from './ir.ts';
import { WIDENING } from './snippets.ts';

/**
 * Numbers of any length: `biginteger` and `bigdecimal`. Operators get both operands in the type of the result (the
 * language puts casts where they differ), so there is one rule for each type here.
 *
 * `+ - *` are exact, with Java's scales. `/` of bigintegers is the whole part (the language makes it a quotient of doubles
 * unless told otherwise); of decimals it is exact and fails where it has no end, or a math context rounds it. `%` has the
 * sign of the first.
 *
 * A division by zero fails, and so does a result of more digits than `LIMITS.numberDigitsMax`.
 */
export function makeBigArithmetic({ operator, type, context }: ArithmeticExpr): BigOperation {
  const operation = type.kind === 'biginteger' ? ofWhole(operator) : ofDecimal(operator, context ?? null);
  return operation as BigOperation;
}

/** An operator on two numbers of one type. */
export type BigOperation = (a: NonNullValue, b: NonNullValue) => NonNullValue;

function ofWhole(operator: ArithmeticExpr['operator']): (a: bigint, b: bigint) => bigint {
  switch (operator) {
    case '+':
      return (a, b) => bounded(a + b);
    case '-':
      return (a, b) => bounded(a - b);
    case '*':
      return (a, b) => bounded(a * b);
    case '/':
      return (a, b) => (b === 0n ? fail(REASONS.zero) : a / b);
    default:
      return (a, b) => (b === 0n ? fail(REASONS.zero) : a % b);
  }
}

function ofDecimal(
  operator: ArithmeticExpr['operator'],
  context: MathContext | null,
): (a: Decimal, b: Decimal) => Decimal {
  switch (operator) {
    case '+':
      return (a, b) => boundedDecimal(a.add(b));
    case '-':
      return (a, b) => boundedDecimal(a.subtract(b));
    case '*':
      return (a, b) => boundedDecimal(a.multiply(b));
    case '/':
      return (a, b) => boundedDecimal(foundQuotient(divide(a, b, context)));
    default:
      return (a, b) => a.remainder(b) ?? fail(REASONS.zero);
  }
}

const REASONS: Readonly<Record<NoQuotient, string>> = {
  zero: 'a division by zero',
  endless: 'a quotient of decimals has no end; set a math context to round it',
  inexact: 'a decimal would have to be rounded, which its math context forbids',
};

/** The number; fails when there is none. */
export function foundQuotient(result: Decimal | NoQuotient): Decimal {
  return typeof result === 'string' ? fail(REASONS[result]) : result;
}

const WHOLE_MAX = 10n ** BigInt(LIMITS.numberDigitsMax);

/** The number; fails when it has too many digits. */
export function bounded(value: bigint): bigint {
  return value < WHOLE_MAX && value > -WHOLE_MAX ? value : tooLong();
}

/** As `bounded`, for the digits and the scale. */
export function boundedDecimal(value: Decimal): Decimal {
  bounded(value.digits);
  return Math.abs(value.scale) > LIMITS.numberDigitsMax ? tooLong() : value;
}

/** A number multiplied by itself; null for a negative exponent, and it fails where it grows too long. */
export function power(base: bigint | Decimal, exponent: number): bigint | Decimal | null {
  if (exponent < 0) return null;
  const digits = typeof base === 'bigint' ? base : base.digits;
  const scale = typeof base === 'bigint' ? 0 : base.scale;
  // The result has at least that many digits, unless it is 0, 1 or −1.
  const isSmall = digits >= -1n && digits <= 1n;
  if (!isSmall && (digitCount(digits) - 1) * exponent > LIMITS.numberDigitsMax) tooLong();
  if (!isSmall && exponent > LIMITS.numberDigitsMax * 4) tooLong();
  const result = bounded(digits ** BigInt(exponent));
  return typeof base === 'bigint' ? result : boundedDecimal(new Decimal(result, scale * exponent));
}

function tooLong(): never {
  return fail(`a number has more than ${LIMITS.numberDigitsMax} digits`);
}

/** The sum of two numbers of one type. */
export function addBig(a: bigint | Decimal, b: bigint | Decimal): bigint | Decimal {
  if (typeof a === 'bigint') return bounded(a + (b as bigint));
  return boundedDecimal(a.add(b as Decimal));
}

/**
 * The average of values by their sum; null when there are none. As in Esper 0 when it has no end and no math context
 * rounds it, or rounding is not allowed.
 */
export function averageOf(
  sum: bigint | Decimal | null,
  count: number,
  context: MathContext | null,
): Decimal | null {
  if (sum === null || count === 0) return null;
  const total = typeof sum === 'bigint' ? new Decimal(sum, 0) : sum;
  const average = divide(total, new Decimal(BigInt(count), 0), context);
  return typeof average === 'string' ? new Decimal(0n, 0) : average;
}

/** Comparisons of two decimals, by value. */
export const DECIMAL_ORDERS: Readonly<
  Record<'<' | '<=' | '>' | '>=', (a: NonNullValue, b: NonNullValue) => boolean>
> = {
  '<': (a, b) => orderOf(a, b) < 0,
  '<=': (a, b) => orderOf(a, b) <= 0,
  '>': (a, b) => orderOf(a, b) > 0,
  '>=': (a, b) => orderOf(a, b) >= 0,
};

/** Makes the test of a decimal against two ends, in either order; as in Esper an end is met with its scale. */
export function makeDecimalRange({ includeLow, includeHigh, byValue }: RangeExpr): IsInRange {
  const isEnd = (value: NonNullValue, end: NonNullValue) => {
    return byValue === true ? orderOf(value, end) === 0 : (value as Decimal).equals(end as Decimal);
  };
  return (value, a, b) => {
    const [low, high] = orderOf(a, b) > 0 ? [b, a] : [a, b];
    if (orderOf(value, low) <= 0) return includeLow && isEnd(value, low);
    return orderOf(value, high) < 0 || (includeHigh && isEnd(value, high));
  };
}

/** Whether a value is between two ends. */
export type IsInRange = (value: NonNullValue, a: NonNullValue, b: NonNullValue) => boolean;

/** The value of a constant: of a big number it is its text in plans, which are JSON. */
export function literalValue({ type, value }: LiteralExpr): LiteralExpr['value'] | bigint | Decimal {
  if (typeof value !== 'string') return value;
  if (type.kind === 'biginteger') return BigInt(value);
  return type.kind === 'bigdecimal' ? Decimal.parse(value) : value;
}

/** The conversion of `cast` to a number of any length, from a value that is not null; null when it does not convert. */
export function makeBigCaster(
  from: ValueType,
  to: 'biginteger' | 'bigdecimal',
): (value: NonNullValue) => NonNullValue | null {
  const cast = to === 'bigdecimal' ? toDecimal : (value: NonNullValue) => toBigInteger(value, from);
  // A text is read where the type says that it is one.
  return from.kind === 'object' ? (value) => (typeof value === 'string' ? null : cast(value)) : cast;
}

function toDecimal(value: NonNullValue): Decimal | null {
  if (value instanceof Decimal) return value;
  if (typeof value === 'bigint') return new Decimal(value, 0);
  if (typeof value === 'number') return Decimal.ofDouble(value) ?? fail(`${value} is no decimal number`);
  return typeof value === 'string' ? Decimal.parse(value.trim()) : null;
}

/** A fraction is cut towards zero; a double is held in the range of long first, as in Java. */
function toBigInteger(value: NonNullValue, { kind }: ValueType): bigint | null {
  if (typeof value === 'bigint') return value;
  if (value instanceof Decimal) return value.toBigInt();
  if (typeof value === 'number') return ofNumber(value, WIDENING.includes(kind) && kind !== 'double');
  return typeof value === 'string' ? parseBigInteger(value.trim()) : null;
}

function ofNumber(value: number, isWhole: boolean): bigint {
  if (isWhole) return BigInt(value);
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return 2n ** 63n - 1n;
  return value <= -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(value));
}

/**
 * The widening of an operand: as a cast, but a biginteger becomes a bigdecimal through its lowest 64 bits, as Esper
 * widens it.
 */
export function makeBigWidener(
  from: ValueType,
  to: 'biginteger' | 'bigdecimal',
): (value: NonNullValue) => NonNullValue | null {
  if (from.kind === 'biginteger' && to === 'bigdecimal') {
    return (value) => new Decimal(BigInt.asIntN(64, value as bigint), 0);
  }
  return makeBigCaster(from, to);
}
