import type { Value } from '../../event/record.ts';
import { typeName, type ValueType } from '../../event/types.ts';
import { equalityKey } from '../equality.ts';
import {
  type ArrayMethod,
  type BoundArg,
  compareValues,
  isOrdered,
  LAMBDA,
  type MethodResult,
  valueTypeOf,
} from './definition.ts';

/** `min`, `max`, `minBy`, `maxBy` (the first of several; null values are left out), `mostFrequent`, `leastFrequent`. */
export const EXTREME_METHODS: readonly ArrayMethod[] = [
  ...(['min', 'max'] as const).map((name): ArrayMethod => {
    const sign = name === 'min' ? -1 : 1;
    return {
      name,
      forms: [[], [LAMBDA]],
      check: ordered,
      evaluate: (items, [of]) => extreme(items, of, sign).value,
    };
  }),
  ...(['minBy', 'maxBy'] as const).map((name): ArrayMethod => {
    const sign = name === 'minBy' ? -1 : 1;
    return {
      name,
      forms: [[LAMBDA]],
      check(element, args) {
        const found = ordered(element, args);
        return 'error' in found ? found : { type: element };
      },
      evaluate(items, [of]) {
        const { at } = extreme(items, of, sign);
        return at < 0 ? null : (items[at] ?? null);
      },
    };
  }),
  ...(['mostFrequent', 'leastFrequent'] as const).map((name): ArrayMethod => {
    const sign = name === 'leastFrequent' ? -1 : 1;
    return {
      name,
      forms: [[], [LAMBDA]],
      check: valueTypeOf,
      evaluate: (items, [of]) => frequent(items, of, sign),
    };
  }),
];

function ordered(element: ValueType, args: readonly ValueType[]): MethodResult {
  const found = valueTypeOf(element, args);
  if ('error' in found || isOrdered(found.type)) return found;
  return { error: `needs values that have an order, not ${typeName(found.type)}` };
}

/** The least (sign −1) or greatest value and the place of the first element that has it; −1 when all are null. */
function extreme(
  items: readonly Value[],
  of: BoundArg | undefined,
  sign: number,
): { value: Value; at: number } {
  let value: Value = null;
  let at = -1;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] ?? null;
    const own = of === undefined ? item : of.apply(item, i, items.length);
    if (own === null || (at >= 0 && compareValues(own, value) * sign <= 0)) continue;
    value = own;
    at = i;
  }
  return { value, at };
}

/** The first of the values that occur most (sign 1) or least often. */
function frequent(items: readonly Value[], of: BoundArg | undefined, sign: number): Value {
  const counts = new Map<Value, { readonly value: Value; count: number }>();
  for (let i = 0; i < items.length; i++) {
    const item = items[i] ?? null;
    const value = of === undefined ? item : of.apply(item, i, items.length);
    const key = equalityKey(value);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { value, count: 1 });
    else known.count++;
  }
  let best: { readonly value: Value; count: number } | null = null;
  for (const one of counts.values()) {
    if (best === null || (one.count - best.count) * sign > 0) best = one;
  }
  return best?.value ?? null;
}
