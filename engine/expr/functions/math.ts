import { TYPE_INT, TYPE_LONG, type ValueType } from '../../event/types.ts';
import { widerNumeric } from '../type-rules.ts';
import { type FunctionDef, numericFunction } from './definition.ts';

const sameAsFirst = (types: readonly ValueType[]): ValueType => types[0] as ValueType;
const wider = (types: readonly ValueType[]): ValueType =>
  widerNumeric(types[0] as ValueType, types[1] as ValueType);
const long = (): ValueType => TYPE_LONG;

/** The functions of Java's `Math` that rules use, with Java's results. */
export const MATH_FUNCTIONS: readonly FunctionDef[] = [
  numericFunction('Math.abs', 'x', Math.abs, sameAsFirst),
  numericFunction('Math.max', 'a, b', Math.max, wider),
  numericFunction('Math.min', 'a, b', Math.min, wider),
  numericFunction('Math.pow', 'base, exponent', Math.pow),
  numericFunction('Math.sqrt', 'x', Math.sqrt),
  numericFunction('Math.cbrt', 'x', Math.cbrt),
  numericFunction('Math.exp', 'x', Math.exp),
  numericFunction('Math.log', 'x', Math.log),
  numericFunction('Math.log10', 'x', Math.log10),
  numericFunction('Math.floor', 'x', Math.floor),
  numericFunction('Math.ceil', 'x', Math.ceil),
  // Java rounds halves up, NaN to 0.
  numericFunction('Math.round', 'x', (x) => (Number.isNaN(x) ? 0 : Math.floor(x + 0.5)), long),
  numericFunction('Math.rint', 'x', roundHalfEven),
  numericFunction('Math.signum', 'x', Math.sign),
  numericFunction('Math.sin', 'x', Math.sin),
  numericFunction('Math.cos', 'x', Math.cos),
  numericFunction('Math.tan', 'x', Math.tan),
  numericFunction('Math.asin', 'x', Math.asin),
  numericFunction('Math.acos', 'x', Math.acos),
  numericFunction('Math.atan', 'x', Math.atan),
  numericFunction('Math.atan2', 'y, x', Math.atan2),
  numericFunction('Math.hypot', 'x, y', Math.hypot),
  numericFunction('Math.toRadians', 'degrees', (degrees) => (degrees / 180) * Math.PI),
  numericFunction('Math.toDegrees', 'radians', (radians) => (radians * 180) / Math.PI),
  numericFunction(
    'Math.floorMod',
    'a, b',
    (a, b) => a - b * Math.floor(a / b),
    (types) => (wider(types).kind === 'long' ? TYPE_LONG : TYPE_INT),
  ),
];

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
