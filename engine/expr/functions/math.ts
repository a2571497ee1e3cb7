import { TYPE_DOUBLE, TYPE_INT, TYPE_LONG, type ValueType } from '../../event/types.ts';
import { arithmeticType } from '../type-rules.ts';
import { type FunctionDef, numericFunction, strictFunction } from './definition.ts';

/** The functions of Java's `Math` that rules use, with Java's results. There is no `random`: a replay must repeat. */
export const MATH_FUNCTIONS: readonly FunctionDef[] = [
  ofKind('Math.abs', 'x', Math.abs),
  ofKind('Math.max', 'a, b', Math.max),
  ofKind('Math.min', 'a, b', Math.min),
  numericFunction('Math.pow', 'base, exponent', Math.pow),
  numericFunction('Math.sqrt', 'x', Math.sqrt),
  numericFunction('Math.cbrt', 'x', Math.cbrt),
  numericFunction('Math.exp', 'x', Math.exp),
  numericFunction('Math.expm1', 'x', Math.expm1),
  numericFunction('Math.log', 'x', Math.log),
  numericFunction('Math.log10', 'x', Math.log10),
  numericFunction('Math.log1p', 'x', Math.log1p),
  numericFunction('Math.floor', 'x', Math.floor),
  numericFunction('Math.ceil', 'x', Math.ceil),
  numericFunction('Math.round', 'x', round, roundedType),
  numericFunction('Math.rint', 'x', roundHalfEven),
  numericFunction('Math.signum', 'x', Math.sign),
  numericFunction('Math.sin', 'x', Math.sin),
  numericFunction('Math.cos', 'x', Math.cos),
  numericFunction('Math.tan', 'x', Math.tan),
  numericFunction('Math.asin', 'x', Math.asin),
  numericFunction('Math.acos', 'x', Math.acos),
  numericFunction('Math.atan', 'x', Math.atan),
  numericFunction('Math.sinh', 'x', Math.sinh),
  numericFunction('Math.cosh', 'x', Math.cosh),
  numericFunction('Math.tanh', 'x', Math.tanh),
  numericFunction('Math.atan2', 'y, x', Math.atan2),
  numericFunction('Math.hypot', 'x, y', Math.hypot),
  numericFunction('Math.toRadians', 'degrees', (degrees) => (degrees / 180) * Math.PI),
  numericFunction('Math.toDegrees', 'radians', (radians) => (radians * 180) / Math.PI),
  numericFunction('Math.ulp', 'x', ulp),
  numericFunction('Math.nextUp', 'x', nextUp),
  numericFunction('Math.nextDown', 'x', (x) => -nextUp(-x)),
  numericFunction('Math.copySign', 'magnitude, sign', (x, sign) => {
    const isNegative = sign < 0 || Object.is(sign, -0);
    return isNegative ? -Math.abs(x) : Math.abs(x);
  }),
  strictFunction({
    name: 'Math.toIntExact',
    params: [{ name: 'x', kind: 'whole' }],
    result: TYPE_INT,
    compute: (x: number) => (x >= -2_147_483_648 && x <= 2_147_483_647 ? x : null),
  }),
  ofWhole('Math.floorMod', (a, b) => (b === 0 ? null : a - b * Math.floor(a / b) + 0)),
  ofWhole('Math.floorDiv', (a, b) => (b === 0 ? null : Math.floor(a / b) + 0)),
];

/** The type of a sum of the arguments: int for the narrower whole numbers, long for times. */
function sumType(types: readonly ValueType[]): ValueType {
  const asNumber = (type: ValueType) => (type.kind === 'date' ? TYPE_LONG : type);
  const [first, second] = types as readonly [ValueType, ValueType?];
  return arithmeticType('+', asNumber(first), asNumber(second ?? first)) ?? TYPE_DOUBLE;
}

function ofKind(name: string, params: string, compute: (...args: number[]) => number): FunctionDef {
  return numericFunction(name, params, compute, sumType);
}

/** A function of two whole numbers; null where Java fails. */
function ofWhole(name: string, compute: (a: number, b: number) => number | null): FunctionDef {
  const params = [{ name: 'a', kind: 'whole' } as const, { name: 'b', kind: 'whole' } as const];
  return strictFunction({ name, params, result: sumType, compute });
}

/** Halves go up, NaN to 0, and what is beyond the range of long to its end, as in Java. */
function round(x: number): number {
  if (Number.isNaN(x)) return 0;
  return Math.max(-(2 ** 63), Math.min(2 ** 63, Math.round(x))) + 0;
}

function roundedType([type]: readonly ValueType[]): ValueType {
  return type?.kind === 'int' || type?.kind === 'short' || type?.kind === 'byte' ? TYPE_INT : TYPE_LONG;
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The distance to the next double. */
function ulp(x: number): number {
  if (!Number.isFinite(x)) return Math.abs(x);
  const size = Math.abs(x);
  return size === Number.MAX_VALUE ? 2 ** 971 : nextUp(size) - size;
}

const FLOAT_BITS = new DataView(new ArrayBuffer(8));

/** The least double above. */
function nextUp(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x === 0) return Number.MIN_VALUE;
  FLOAT_BITS.setFloat64(0, x);
  FLOAT_BITS.setBigInt64(0, FLOAT_BITS.getBigInt64(0) + (x > 0 ? 1n : -1n));
  return FLOAT_BITS.getFloat64(0);
}
