import { LIMITS } from '../../core/limits.ts';
import { Decimal, magnitude } from '../../event/decimal.ts';
import { divide, greatestCommonDivisor, type NoQuotient, toScale } from '../../event/decimal-division.ts';
import { orderOf } from '../../event/order.ts';
import type { Value } from '../../event/record.ts';
import {
  TYPE_BIG_DECIMAL,
  TYPE_BIG_INTEGER,
  TYPE_INT,
  TYPE_STRING,
  type ValueType,
} from '../../event/types.ts';
import { bounded, boundedDecimal, power } from '../big-numbers.ts';
import { type FunctionDef, strictFunction } from './definition.ts';

type Compute = (...args: never[]) => Value;

const whole = ofKind('biginteger', TYPE_BIG_INTEGER);
const decimal = ofKind('bigdecimal', TYPE_BIG_DECIMAL);

/** Methods of Java's `BigInteger` and `BigDecimal`; the receiver is the first argument. Where Java fails they give null. */
export const BIG_FUNCTIONS: readonly FunctionDef[] = [
  ...[whole, decimal].flatMap((define) => [
    define('signum', 'int', (a: bigint | Decimal) => (a instanceof Decimal ? a.signum : orderOf(a, 0n))),
    define('compareTo', 'int', orderOf, 'own'),
    define('min', 'own', (a: bigint | Decimal, b: bigint | Decimal) => (orderOf(a, b) <= 0 ? a : b), 'own'),
    define('max', 'own', (a: bigint | Decimal, b: bigint | Decimal) => (orderOf(a, b) >= 0 ? a : b), 'own'),
    define('pow', 'own', power, 'int'),
  ]),
  whole('negate', 'own', (a: bigint) => -a),
  whole('abs', 'own', magnitude),
  whole('add', 'own', (a: bigint, b: bigint) => bounded(a + b), 'own'),
  whole('subtract', 'own', (a: bigint, b: bigint) => bounded(a - b), 'own'),
  whole('multiply', 'own', (a: bigint, b: bigint) => bounded(a * b), 'own'),
  whole('divide', 'own', (a: bigint, b: bigint) => (b === 0n ? null : a / b), 'own'),
  whole('remainder', 'own', (a: bigint, b: bigint) => (b === 0n ? null : a % b), 'own'),
  whole('mod', 'own', modulo, 'own'),
  whole('gcd', 'own', greatestCommonDivisor, 'own'),
  whole('bitCount', 'int', (a: bigint) => (a < 0n ? -a - 1n : a).toString(2).replaceAll('0', '').length),
  whole('getLowestSetBit', 'int', (a: bigint) => (a === 0n ? -1 : (a & -a).toString(2).length - 1)),
  whole(
    'toString/1',
    'string',
    (a: bigint, radix: number) => a.toString(radix < 2 || radix > 36 ? 10 : radix),
    'int',
  ),
  whole('bitLength', 'int', (a: bigint) => (a < 0n ? -a - 1n : a).toString(2).replace(/^0$/, '').length),
  decimal('negate', 'own', (a: Decimal) => a.negate()),
  decimal('abs', 'own', (a: Decimal) => a.abs()),
  decimal('add', 'own', (a: Decimal, b: Decimal) => boundedDecimal(a.add(b)), 'own'),
  decimal('subtract', 'own', (a: Decimal, b: Decimal) => boundedDecimal(a.subtract(b)), 'own'),
  decimal('multiply', 'own', (a: Decimal, b: Decimal) => boundedDecimal(a.multiply(b)), 'own'),
  decimal('divide', 'own', (a: Decimal, b: Decimal) => orNull(divide(a, b, null)), 'own'),
  decimal('remainder', 'own', (a: Decimal, b: Decimal) => a.remainder(b), 'own'),
  decimal('ulp', 'own', (a: Decimal) => new Decimal(1n, a.scale)),
  decimal('movePointLeft', 'own', (a: Decimal, places: number) => movePoint(a, places), 'int'),
  decimal('movePointRight', 'own', (a: Decimal, places: number) => movePoint(a, -places), 'int'),
  decimal(
    'scaleByPowerOfTen',
    'own',
    (a: Decimal, n: number) => boundedDecimal(new Decimal(a.digits, a.scale - n)),
    'int',
  ),
  decimal('scale', 'int', (a: Decimal) => a.scale),
  decimal('precision', 'int', (a: Decimal) => a.precision),
  decimal('unscaledValue', 'biginteger', (a: Decimal) => a.digits),
  decimal('toBigInteger', 'biginteger', (a: Decimal) => a.toBigInt()),
  decimal('toPlainString', 'string', (a: Decimal) => a.toPlainString()),
  decimal('stripTrailingZeros', 'own', (a: Decimal) => a.stripped()),
  decimal('setScale', 'own', setScale, 'int'),
];

type Kind = 'own' | 'int' | 'biginteger' | 'string';

/** Makes methods of one class: name, result, what it computes, and the kind of its argument if it takes one. */
function ofKind(family: 'biginteger' | 'bigdecimal', own: ValueType) {
  const types: Readonly<Record<Kind, ValueType>> = {
    own,
    int: TYPE_INT,
    biginteger: TYPE_BIG_INTEGER,
    string: TYPE_STRING,
  };
  return (name: string, result: Kind, compute: Compute, argument?: 'own' | 'int'): FunctionDef => {
    const kind = argument === 'int' ? 'whole' : family;
    return strictFunction({
      name: `${family}.${name}`,
      signature: argument === undefined ? `${name}()` : `${name}(${argument === 'own' ? family : 'int'})`,
      params: [
        { name: 'number', kind: family },
        ...(argument === undefined ? [] : [{ name: 'value', kind } as const]),
      ],
      result: types[result],
      compute,
    });
  };
}

function orNull(result: Decimal | NoQuotient): Decimal | null {
  return typeof result === 'string' ? null : boundedDecimal(result);
}

/** The rest from 0 up. */
function modulo(a: bigint, b: bigint): bigint | null {
  return b <= 0n ? null : ((a % b) + b) % b;
}

/** The number with its point elsewhere; it never has a scale below zero. */
function movePoint(value: Decimal, places: number): Decimal | null {
  if (places === 0) return value;
  const moved = new Decimal(value.digits, value.scale + places);
  return moved.scale < 0 ? setScale(moved, 0) : boundedDecimal(moved);
}

function setScale(value: Decimal, scale: number): Decimal | null {
  return Math.abs(scale) > LIMITS.numberDigitsMax ? null : orNull(toScale(value, scale, 'UNNECESSARY'));
}
