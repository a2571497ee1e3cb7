import type { Decimal } from '../../event/decimal.ts';
import type { MathContext } from '../../event/decimal-division.ts';
import type { Value } from '../../event/record.ts';
import {
  TYPE_BIG_DECIMAL,
  TYPE_DOUBLE,
  TYPE_INT,
  TYPE_LONG,
  typeName,
  type ValueType,
} from '../../event/types.ts';
import { addBig, averageOf } from '../big-numbers.ts';
import { isBig, isNumber } from '../type-rules.ts';
import { type ArrayMethod, type BoundArg, LAMBDA, type MethodResult, valueTypeOf } from './definition.ts';

/** `sumOf` and `average`: nulls are left out; null when nothing is left. */
export const NUMBER_METHODS: readonly ArrayMethod[] = [
  {
    name: 'sumOf',
    forms: [[], [LAMBDA]],
    check: (element, args) => numbers(element, args, sumType),
    evaluate(items, [of], { kind }) {
      if (kind === 'biginteger' || kind === 'bigdecimal') return bigSum(items, of);
      let sum: number | null = null;
      for (let i = 0; i < items.length; i++) {
        const value = valueAt(items, i, of);
        if (value !== null) sum = (sum ?? 0) + (value as number);
      }
      // The sum of int wraps, as int does; low bits of a sum do not depend on when it wraps.
      return sum === null || kind !== 'int' ? sum : sum | 0;
    },
  },
  {
    name: 'average',
    forms: [[], [LAMBDA]],
    check: (element, args) => numbers(element, args, averageType),
    evaluate(items, [of], { kind }, context) {
      if (kind === 'bigdecimal') return bigAverage(items, of, context);
      let sum = 0;
      let count = 0;
      for (let i = 0; i < items.length; i++) {
        const value = valueAt(items, i, of);
        if (value === null) continue;
        sum += value as number;
        count++;
      }
      return count === 0 ? null : sum / count;
    },
  },
];

function valueAt(items: readonly Value[], i: number, of: BoundArg | undefined): Value {
  const item = items[i] ?? null;
  return of === undefined ? item : of.apply(item, i, items.length);
}

function numbers(
  element: ValueType,
  args: readonly ValueType[],
  result: (type: ValueType) => ValueType,
): MethodResult {
  const found = valueTypeOf(element, args);
  if ('error' in found || isNumber(found.type)) {
    return 'error' in found ? found : { type: result(found.type) };
  }
  return { error: `adds up numbers, not ${typeName(found.type)}` };
}

/** The average of numbers of any length is a decimal. */
function averageType(type: ValueType): ValueType {
  return isBig(type) ? TYPE_BIG_DECIMAL : TYPE_DOUBLE;
}

function bigSum(items: readonly Value[], of: BoundArg | undefined): Value {
  let sum: bigint | Decimal | null = null;
  for (let i = 0; i < items.length; i++) {
    const value = valueAt(items, i, of) as bigint | Decimal | null;
    if (value !== null) sum = sum === null ? value : addBig(sum, value);
  }
  return sum;
}

function bigAverage(items: readonly Value[], of: BoundArg | undefined, context: MathContext | null): Value {
  const values = items.map((_, i) => valueAt(items, i, of)).filter((value) => value !== null);
  return averageOf(bigSum(values, undefined) as bigint | Decimal | null, values.length, context);
}

/** As Esper: whole numbers up to int give int, fractions double. */
function sumType(type: ValueType): ValueType {
  if (isBig(type)) return type;
  const { kind } = type;
  if (kind === 'float' || kind === 'double') return TYPE_DOUBLE;
  return kind === 'long' ? TYPE_LONG : TYPE_INT;
}
