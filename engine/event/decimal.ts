import { LIMITS } from '../core/limits.ts';

/**
 * Decimal numbers of any length with a scale, by the rules of Java's `BigDecimal`: a whole number of digits and how many
 * of them stand behind the point. `1.50` and `1.5` differ in scale: they are equal in order (`compareTo`) and not the
 * same (`equals`). What a result's scale is: `+`, `-` the larger, `*` the sum, `/` the difference or as many places as
 * the exact quotient needs. (Class documentation of java.math.BigDecimal; M. F. Cowlishaw, "General Decimal Arithmetic".)
 */
export class Decimal {
  // Private, so that a decimal has no properties that a rule could read by name.
  readonly #digits: bigint;
  readonly #scale: number;

  /** The number `digits` × 10^−`scale`. */
  constructor(digits: bigint, scale: number) {
    this.#digits = digits;
    this.#scale = scale;
  }

  /** The number of a text such as `-12.50` or `1.5E+3`; null when it is none or has more digits or places than that. */
  static parse(text: string, digitsMax: number = LIMITS.numberDigitsMax): Decimal | null {
    const parts = NUMBER.exec(text);
    if (parts === null) return null;
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
    const scale = fraction.length - Number(exponent);
    if (whole.length + fraction.length > digitsMax || Math.abs(scale) > digitsMax) return null;
    const digits = BigInt(whole + fraction);
    return new Decimal(sign === '-' ? -digits : digits, scale);
  }

  /** The exact value of a double, all its binary digits: `0.1` has 55 of them. Infinity and NaN have none: null. */
  static ofDouble(value: number): Decimal | null {
    if (!Number.isFinite(value)) return null;
    if (Number.isInteger(value)) return new Decimal(BigInt(value), 0);
    // A fraction is a whole number of 2^−places, and 2^−places is 5^places × 10^−places.
    let places = 0;
    let scaled = value;
    while (!Number.isInteger(scaled)) {
      scaled *= 2;
      places++;
    }
    return new Decimal(BigInt(scaled) * 5n ** BigInt(places), places);
  }

  /** All digits as one whole number. */
  get digits(): bigint {
    return this.#digits;
  }

  /** How many digits stand behind the point; below zero: zeros that follow the digits. */
  get scale(): number {
    return this.#scale;
  }

  /** Number of digits; 1 for zero. */
  get precision(): number {
    return digitCount(this.#digits);
  }

  /** −1, 0 or 1. */
  get signum(): -1 | 0 | 1 {
    return this.#digits === 0n ? 0 : this.#digits < 0n ? -1 : 1;
  }

  add(other: Decimal): Decimal {
    const scale = Math.max(this.#scale, other.#scale);
    return new Decimal(this.digitsAt(scale) + other.digitsAt(scale), scale);
  }

  subtract(other: Decimal): Decimal {
    return this.add(other.negate());
  }

  multiply(other: Decimal): Decimal {
    return new Decimal(this.#digits * other.#digits, this.#scale + other.#scale);
  }

  negate(): Decimal {
    return new Decimal(-this.#digits, this.#scale);
  }

  abs(): Decimal {
    return this.#digits < 0n ? this.negate() : this;
  }

  /** The whole part of the quotient; null on a division by zero. Its scale is the difference of scales where it can be. */
  quotient(divisor: Decimal): Decimal | null {
    if (divisor.#digits === 0n) return null;
    const wanted = this.#scale - divisor.#scale;
    const scale = Math.max(this.#scale, divisor.#scale);
    const whole = new Decimal(this.digitsAt(scale) / divisor.digitsAt(scale), 0);
    if (whole.#digits === 0n) return new Decimal(0n, wanted);
    return wanted >= 0 ? new Decimal(whole.digitsAt(wanted), wanted) : whole.stripped(wanted);
  }

  /** What the whole part of the quotient leaves, with the sign of this number; null on a division by zero. */
  remainder(divisor: Decimal): Decimal | null {
    const quotient = this.quotient(divisor);
    return quotient === null ? null : this.subtract(quotient.multiply(divisor));
  }

  /** The same number with a scale; null when that takes digits other than zero. */
  withScale(scale: number): Decimal | null {
    if (scale >= this.#scale) return new Decimal(this.digitsAt(scale), scale);
    const unit = powerOfTen(this.#scale - scale);
    return this.#digits % unit === 0n ? new Decimal(this.#digits / unit, scale) : null;
  }

  /** The same number without zeros at its end, with at least a scale. */
  stripped(scaleMin = Number.NEGATIVE_INFINITY): Decimal {
    let digits = this.#digits;
    let scale = this.#scale;
    if (digits === 0n) return new Decimal(0n, Math.max(0, Math.min(scale, scaleMin)));
    while (scale > scaleMin && digits % 10n === 0n) {
      digits /= 10n;
      scale--;
    }
    return new Decimal(digits, scale);
  }

  /** The digits the number would have with a scale that is not smaller. */
  digitsAt(scale: number): bigint {
    return scale === this.#scale ? this.#digits : this.#digits * powerOfTen(scale - this.#scale);
  }

  /** Order by value, whatever the scale: −1, 0 or 1. */
  compareTo(other: Decimal): -1 | 0 | 1 {
    const scale = Math.max(this.#scale, other.#scale);
    const [a, b] = [this.digitsAt(scale), other.digitsAt(scale)];
    return a === b ? 0 : a < b ? -1 : 1;
  }

  /** Whether both have the same value and the same scale. */
  equals(other: Decimal): boolean {
    return this.#scale === other.#scale && this.#digits === other.#digits;
  }

  /** The whole part. */
  toBigInt(): bigint {
    return this.#scale <= 0 ? this.digitsAt(0) : this.#digits / powerOfTen(this.#scale);
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(this.toString());
  }

  /** Canonical text: with an exponent where the point is far from the digits. The text says value and scale. */
  toString(): string {
    const sign = this.#digits < 0n ? '-' : '';
    const digits = magnitude(this.#digits).toString();
    const exponent = digits.length - 1 - this.#scale;
    if (this.#scale >= 0 && exponent >= -6) return sign + withPoint(digits, this.#scale);
    const shown = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
    return `${sign}${shown}${exponent === 0 ? '' : `E${exponent < 0 ? '' : '+'}${exponent}`}`;
  }

  /** Text without exponent. */
  toPlainString(): string {
    const sign = this.#digits < 0n ? '-' : '';
    const digits = magnitude(this.#digits).toString();
    if (this.#scale >= 0) return sign + withPoint(digits, this.#scale);
    return this.#digits === 0n ? '0' : sign + digits + '0'.repeat(-this.#scale);
  }

  /** For JavaScript's own operators, which then err by rounding only; where it matters `compareTo` is used. */
  valueOf(): number {
    return this.toNumber();
  }

  toJSON(): string {
    return this.toString();
  }
}

const NUMBER = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

const POWERS: bigint[] = [1n];

/** 10 to a power from 0 up. */
export function powerOfTen(power: number): bigint {
  if (power > POWERS_MAX) return 10n ** BigInt(power);
  for (let i = POWERS.length; i <= power; i++) POWERS.push((POWERS[i - 1] as bigint) * 10n);
  return POWERS[power] as bigint;
}

/** Powers that are kept. */
const POWERS_MAX = 64;

/** Number of digits of a whole number, without its sign. */
export function digitCount(value: bigint): number {
  return magnitude(value).toString().length;
}

/** A whole number without its sign. */
export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function withPoint(digits: string, scale: number): string {
  if (scale === 0) return digits;
  const padded = digits.padStart(scale + 1, '0');
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
