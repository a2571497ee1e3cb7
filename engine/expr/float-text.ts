/**
 * Text of doubles and floats as Java up to 18 writes them. The naive answer, the fewest digits that read back as the same
 * number (`String(x)`), is that of Java 19 and later: before, whole numbers keep all digits but those beyond the precision
 * (`5.09885792E8`), and the digits of fractions end once what is left is less than half of the distance to the next
 * number, found by exact arithmetic on `value = significand · 2^exponent` (R. L. Burger and R. K. Dybvig, "Printing
 * floating-point numbers quickly and accurately", with an estimate of the scale), though not always with the last digit
 * nearest to the value (`2.2E-322`), and never with a single digit beside an exponent.
 */

/** Layout of a binary number: bits of the significand with the leading one, and the least exponent. */
interface Layout {
  readonly bits: number;
  readonly least: number;
}

const DOUBLE: Layout = { bits: 53, least: -1022 };
const FLOAT: Layout = { bits: 24, least: -126 };

/** A double as Java's `Double.toString` writes it: `5.0`, `1.0E10`. */
export function doubleText(value: number): string {
  return numberText(value, DOUBLE);
}

/** A float as Java's `Float.toString` writes it. */
export function floatText(value: number): string {
  return numberText(value, FLOAT);
}

function numberText(value: number, layout: Layout): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size < 1e7 && Number.isInteger(size)) return `${value}.0`;
  // The exact digits of doubles without exponent are the fewest: a million of them, compared with Java.
  if (layout === DOUBLE && size >= 1e-3 && size < 1e7) return String(value);
  const sign = value < 0 ? '-' : '';
  const { digits, point } = digitsOf(size, layout);
  if (point > 0 && point < 8) {
    return `${sign}${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point) || '0'}`;
  }
  if (point <= 0 && point > -3) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${point - 1}`;
}

/** Digits without zeros at their end; the value is 0.digits · 10^point. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

const BITS = new DataView(new ArrayBuffer(8));

function digitsOf(size: number, { bits, least }: Layout): Digits {
  // As a double every float is normal; what the layout says decides how many of its bits count.
  BITS.setFloat64(0, size);
  const raw = BITS.getBigUint64(0);
  const biased = Number(raw >> 52n);
  let significand = raw & 0xfffffffffffffn;
  let exponent = biased - 1023;
  let precision = bits;
  if (biased === 0) {
    const length = significand.toString(2).length;
    exponent = -1074 + length - 1;
    significand <<= BigInt(53 - length);
    precision = length;
  } else {
    significand |= 1n << 52n;
    if (exponent < least) precision = bits - (least - exponent);
  }
  const fraction = Number(significand) / 2 ** 52;
  let used = 53;
  while ((significand & 1n) === 0n) {
    significand >>= 1n;
    used--;
  }
  const below = Math.max(0, used - exponent - 1);
  if (below === 0 && exponent <= 62)
    return wholeDigits(significand << BigInt(exponent - used + 1), exponent - precision - 1);
  const estimate = (fraction - 1.5) * 0.289529654 + 0.176091259 + exponent * 0.301029995663981;
  return fractionDigits({ significand, used, exponent, precision, below, scale: Math.floor(estimate) });
}

/** All digits but those that only the bits beyond the precision decide. */
function wholeDigits(value: bigint, beyond: number): Digits {
  const dropped = beyond > 1 ? Math.floor(beyond * Math.log10(2)) : 0;
  const power = 10n ** BigInt(dropped);
  const kept = dropped > 0 && (value % power) * 2n >= power ? value / power + 1n : value / power;
  const text = kept.toString();
  return { digits: text.replace(/0+$/, ''), point: text.length + dropped };
}

interface Parts {
  /** Odd; the value is significand · 2^(exponent − used + 1). */
  readonly significand: bigint;
  readonly used: number;
  readonly exponent: number;
  readonly precision: number;
  /** Bits after the binary point. */
  readonly below: number;
  /** Estimated decimal exponent of the first digit. */
  readonly scale: number;
}

function fractionDigits({ significand, used, exponent, precision, below, scale }: Parts): Digits {
  const [fivesOver, fivesUnder] = [Math.max(0, -scale), Math.max(0, scale)];
  let over = fivesOver + below + exponent;
  let half = over - precision;
  over -= used - 1;
  let under = fivesUnder + below;
  const common = Math.min(over, under);
  over -= common;
  under -= common;
  half -= common;
  // The number below a power of two is only half as far away.
  if (used === 1) half--;
  if (half < 0) {
    over -= half;
    under -= half;
    half = 0;
  }
  // Java calculates in 64 bits what fits there: sums of rest and margin may overflow. There a digit is rounded up above the
  // next one only, in longer integers also at it.
  const isSmall = used + over + bitsOfFive(fivesOver) < 64 && under + 1 + bitsOfFive(fivesUnder + 1) < 64;
  const wrap = (value: bigint) => (isSmall ? BigInt.asIntN(64, value) : value);
  const divisor = (5n ** BigInt(fivesUnder)) << BigInt(under);
  const ten = divisor * 10n;
  let rest = (significand * 5n ** BigInt(fivesOver)) << BigInt(over);
  let margin = (5n ** BigInt(fivesOver)) << BigInt(half);
  let digits = '';
  let point = scale + 1;
  let isLow = false;
  let isHigh = false;
  for (let first = true; first || !(isLow || isHigh); first = false) {
    const digit = rest / divisor;
    rest = (rest % divisor) * 10n;
    margin = wrap(margin * 10n);
    isLow = margin <= 0n || rest < margin;
    isHigh = margin <= 0n || (isSmall ? wrap(rest + margin) > ten : rest + margin >= ten);
    if (first && digit === 0n && !isHigh) point--;
    else digits += digit.toString();
    if (first && (point - 1 < -3 || point - 1 >= 8)) isLow = isHigh = false;
  }
  const side = rest * 2n - ten;
  const isOdd = Number(digits.at(-1)) % 2 === 1;
  const isUp = isHigh && (!isLow || side > 0n || (side === 0n && isOdd));
  return isUp ? roundedUp(digits, point) : { digits: digits.replace(/0+$/, ''), point };
}

function bitsOfFive(power: number): number {
  if (power === 0) return 0;
  return power < 27 ? (5n ** BigInt(power)).toString(2).length : power * 3;
}

function roundedUp(digits: string, point: number): Digits {
  const next = (BigInt(digits) + 1n).toString();
  return { digits: next.replace(/0+$/, ''), point: point + next.length - digits.length };
}
