import { unreachable } from '../core/assert.ts';
import { Decimal, digitCount, magnitude, powerOfTen } from './decimal.ts';

/** How a number is cut to fewer digits, by Java's names. */
export type RoundingMode =
  | 'UP'
  | 'DOWN'
  | 'CEILING'
  | 'FLOOR'
  | 'HALF_UP'
  | 'HALF_DOWN'
  | 'HALF_EVEN'
  | 'UNNECESSARY';

/** All names of `RoundingMode`. */
export const ROUNDING_MODES: readonly RoundingMode[] = [
  ...(['UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'HALF_EVEN', 'UNNECESSARY'] as const),
];

/** To how many digits results are rounded, and how; 0 digits: exact results only. */
export interface MathContext {
  readonly precision: number;
  readonly rounding: RoundingMode;
}

/** Why a quotient or a rounded number does not exist. */
export type NoQuotient = 'zero' | 'endless' | 'inexact';

/**
 * The quotient of two decimals. Without a context, or with one of 0 digits, it is exact: `endless` when it has no end, as
 * 1 / 3. With a context it is rounded to that many digits; what is exact has no zeros at its end beyond the difference
 * of the scales.
 */
export function divide(a: Decimal, b: Decimal, context: MathContext | null): Decimal | NoQuotient {
  if (b.digits === 0n) return 'zero';
  const wanted = a.scale - b.scale;
  if (a.digits === 0n) return new Decimal(0n, wanted);
  if (context === null || context.precision === 0) return exactQuotient(a, b, wanted);
  const [dividend, divisor] = [magnitude(a.digits), magnitude(b.digits)];
  const isNegative = a.digits < 0n !== b.digits < 0n;
  // So many places that the quotient has the wanted number of digits, or one more.
  const places = context.precision + digitCount(divisor) - digitCount(dividend);
  const numerator = places >= 0 ? dividend * powerOfTen(places) : dividend;
  const denominator = places >= 0 ? divisor : divisor * powerOfTen(-places);
  const fitting = roundQuotient(numerator, denominator, { ...context, isNegative, scale: wanted + places });
  if (typeof fitting === 'string') return fitting;
  return fitting.isExact ? fitting.value.stripped(wanted) : fitting.value;
}

/** The number rounded to the digits of a context; `inexact` when it must not be rounded. */
export function round(value: Decimal, context: MathContext): Decimal | NoQuotient {
  const excess = value.precision - context.precision;
  if (context.precision === 0 || excess <= 0) return value;
  return atScale(value, value.scale - excess, context.rounding, context.precision);
}

/** The number with a scale, rounded where that takes digits; `inexact` when it must not be rounded. */
export function toScale(value: Decimal, scale: number, rounding: RoundingMode): Decimal | NoQuotient {
  return value.withScale(scale) ?? atScale(value, scale, rounding, Number.POSITIVE_INFINITY);
}

function atScale(
  value: Decimal,
  scale: number,
  rounding: RoundingMode,
  precision: number,
): Decimal | NoQuotient {
  const isNegative = value.digits < 0n;
  const digits = rounded(magnitude(value.digits), powerOfTen(value.scale - scale), rounding, isNegative);
  if (digits === null) return 'inexact';
  const result = new Decimal(isNegative ? -digits : digits, scale);
  // Rounding 999 up gives a digit more.
  return digitCount(digits) > precision ? new Decimal(result.digits / 10n, scale - 1) : result;
}

function exactQuotient(a: Decimal, b: Decimal, wanted: number): Decimal | NoQuotient {
  let divisor = magnitude(b.digits);
  const common = greatestCommonDivisor(magnitude(a.digits), divisor);
  divisor /= common;
  const twos = factorsOf(divisor, 2n);
  const fives = factorsOf(divisor, 5n);
  if (2n ** BigInt(twos) * 5n ** BigInt(fives) !== divisor) return 'endless';
  const places = Math.max(twos, fives);
  return new Decimal((a.digits * powerOfTen(places)) / b.digits, wanted + places);
}

interface Target extends MathContext {
  readonly isNegative: boolean;
  readonly scale: number;
}

function roundQuotient(
  numerator: bigint,
  denominator: bigint,
  { precision, rounding, isNegative, scale: scaleOf }: Target,
): { readonly value: Decimal; readonly isExact: boolean } | NoQuotient {
  let scale = scaleOf;
  let divisor = denominator;
  if (numerator / divisor >= powerOfTen(precision)) {
    divisor *= 10n;
    scale--;
  }
  const digits = rounded(numerator, divisor, rounding, isNegative);
  if (digits === null) return 'inexact';
  const isExact = digits * divisor === numerator;
  const value = new Decimal(isNegative ? -digits : digits, scale);
  if (digits < powerOfTen(precision)) return { value, isExact };
  return { value: new Decimal(value.digits / 10n, scale - 1), isExact };
}

/** The quotient of two whole numbers from 0 up as a whole number; null when it must not be rounded and has a rest. */
function rounded(
  numerator: bigint,
  denominator: bigint,
  rounding: RoundingMode,
  isNegative: boolean,
): bigint | null {
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  if (rest === 0n) return quotient;
  const half = rest * 2n - denominator;
  switch (rounding) {
    case 'UNNECESSARY':
      return null;
    case 'UP':
      return quotient + 1n;
    case 'DOWN':
      return quotient;
    case 'CEILING':
      return isNegative ? quotient : quotient + 1n;
    case 'FLOOR':
      return isNegative ? quotient + 1n : quotient;
    case 'HALF_UP':
      return half >= 0n ? quotient + 1n : quotient;
    case 'HALF_DOWN':
      return half > 0n ? quotient + 1n : quotient;
    case 'HALF_EVEN':
      return half > 0n || (half === 0n && quotient % 2n === 1n) ? quotient + 1n : quotient;
    default:
      return unreachable(rounding);
  }
}

/** The greatest whole number that divides both; of zero and a number the number. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [left, right] = [magnitude(a), magnitude(b)];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
}

function factorsOf(value: bigint, prime: bigint): number {
  let count = 0;
  for (let rest = value; rest % prime === 0n; rest /= prime) count++;
  return count;
}
