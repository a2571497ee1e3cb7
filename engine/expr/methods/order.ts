import type { Value } from '../../event/record.ts';
import { typeName, type ValueType } from '../../event/types.ts';
import {
  type ArrayMethod,
  arrayOf,
  type BoundArg,
  compareValues,
  isOrdered,
  LAMBDA,
  type MethodResult,
  VALUE,
  valueTypeOf,
} from './definition.ts';

/** Order and length: `orderBy`, `orderByDesc` (elements of equal keys keep their order), `reverse`, `take`, `takeLast`. */
export const ORDER_METHODS: readonly ArrayMethod[] = [
  {
    name: 'orderBy',
    forms: [[], [LAMBDA]],
    check: ordered,
    evaluate: (items, [key]) => sorted(items, key, 1),
  },
  {
    name: 'orderByDesc',
    forms: [[], [LAMBDA]],
    check: ordered,
    evaluate: (items, [key]) => sorted(items, key, -1),
  },
  {
    name: 'reverse',
    forms: [[]],
    check: (element) => ({ type: arrayOf(element) }),
    evaluate: (items) => items.toReversed(),
  },
  {
    name: 'take',
    forms: [[VALUE]],
    check: counted,
    evaluate: (items, [count]) => taken(count, (size) => items.slice(0, size)),
  },
  {
    name: 'takeLast',
    forms: [[VALUE]],
    check: counted,
    evaluate: (items, [count]) => taken(count, (size) => items.slice(Math.max(0, items.length - size))),
  },
];

function ordered(element: ValueType, args: readonly ValueType[]): MethodResult {
  const found = valueTypeOf(element, args);
  if ('error' in found) return found;
  if (isOrdered(found.type)) return { type: arrayOf(element) };
  return { error: `needs keys that have an order, not ${typeName(found.type)}` };
}

function counted(element: ValueType, [count]: readonly ValueType[]): MethodResult {
  if (count !== undefined && WHOLE.has(count.kind)) return { type: arrayOf(element) };
  return { error: `takes a whole number, not ${count === undefined ? 'nothing' : typeName(count)}` };
}

const WHOLE: ReadonlySet<string> = new Set(['byte', 'short', 'int', 'long']);

function taken(count: BoundArg | undefined, take: (size: number) => readonly Value[]): Value {
  const size = count?.value ?? null;
  if (typeof size !== 'number') return null;
  return size <= 0 ? [] : take(size);
}

/** Nulls come first in ascending order. */
function sorted(items: readonly Value[], key: BoundArg | undefined, sign: number): Value {
  const keyed = items.map((item, i) => ({
    item,
    key: key === undefined ? item : key.apply(item, i, items.length),
  }));
  const compare = (a: Value, b: Value) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
    return compareValues(a, b);
  };
  return keyed.sort((a, b) => compare(a.key, b.key) * sign).map(({ item }) => item);
}
