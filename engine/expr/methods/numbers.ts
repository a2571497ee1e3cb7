import type { Value } from '../../event/record.ts';
import { TYPE_DOUBLE, TYPE_INT, TYPE_LONG, typeName, type ValueType } from '../../event/types.ts';
import { isNumeric } from '../type-rules.ts';
import { type ArrayMethod, type BoundArg, LAMBDA, type MethodResult, valueTypeOf } from './definition.ts';

/** `sumOf` and `average`: nulls are left out; null when nothing is left. */
export const NUMBER_METHODS: readonly ArrayMethod[] = [
  {
    name: 'sumOf',
    forms: [[], [LAMBDA]],
    check: (element, args) => numbers(element, args, sumType),
    evaluate(items, [of], { kind }) {
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
    check: (element, args) => numbers(element, args, () => TYPE_DOUBLE),
    evaluate(items, [of]) {
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
  if ('error' in found || isNumeric(found.type)) {
    return 'error' in found ? found : { type: result(found.type) };
  }
  return { error: `adds up numbers, not ${typeName(found.type)}` };
}

/** As Esper: whole numbers up to int give int, fractions double. */
function sumType({ kind }: ValueType): ValueType {
  if (kind === 'float' || kind === 'double') return TYPE_DOUBLE;
  return kind === 'long' ? TYPE_LONG : TYPE_INT;
}
