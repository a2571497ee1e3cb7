import { EventRecord, fieldKey, type Value } from '../../event/record.ts';
import { TYPE_BOOLEAN, typeName, type ValueType } from '../../event/types.ts';
import { equalityKey, equalValues } from '../equality.ts';
import {
  type ArrayMethod,
  arrayOf,
  fitsElement,
  LAMBDA,
  type MethodResult,
  type TypeFacts,
  VALUE,
  valueTypeOf,
} from './definition.ts';

/** Two arrays: `except`, `intersect`, `union`, `sequenceEqual`; and `distinctOf`. Events are compared by content. */
export const SET_METHODS: readonly ArrayMethod[] = [
  {
    name: 'except',
    forms: [[VALUE]],
    check: joined,
    evaluate(items, [arg]) {
      const other = listOf(arg?.value);
      return other.length === 0 ? items : items.filter((item) => !contains(other, item));
    },
  },
  {
    name: 'intersect',
    forms: [[VALUE]],
    check: joined,
    evaluate(items, [arg]) {
      const other = arg?.value ?? null;
      // As Esper: where one side has nothing, the answer is the other side's nothing.
      if (other === null || listOf(other).length === 0 || items.length === 0)
        return items.length === 0 ? items : other;
      return items.filter((item) => contains(listOf(other), item));
    },
  },
  {
    name: 'union',
    forms: [[VALUE]],
    check: joined,
    evaluate: (items, [arg]) => [...items, ...listOf(arg?.value)],
  },
  {
    name: 'sequenceEqual',
    forms: [[VALUE]],
    check(element, args, facts) {
      if (element.kind === 'event') return { error: 'compares arrays of values, not of events' };
      const found = joined(element, args, facts);
      return 'error' in found ? found : { type: TYPE_BOOLEAN };
    },
    evaluate(items, [arg]) {
      const other = arg?.value ?? null;
      if (!Array.isArray(other) || other.length !== items.length) return false;
      return items.every((item, i) => sameContent(item, (other[i] ?? null) as Value));
    },
  },
  {
    name: 'distinctOf',
    forms: [[], [LAMBDA]],
    check(element, args) {
      if (args[0]?.kind === 'null') return { type: arrayOf(element) };
      const found = valueTypeOf(element, args);
      return 'error' in found ? found : { type: arrayOf(element) };
    },
    evaluate(items, [key]) {
      const seen = new Set<Value>();
      return items.filter((item, i) => {
        const own = equalityKey(key === undefined ? item : key.apply(item, i, items.length));
        if (seen.has(own)) return false;
        seen.add(own);
        return true;
      });
    },
  },
];

function joined(element: ValueType, [other]: readonly ValueType[], facts: TypeFacts): MethodResult {
  if (other?.kind === 'array' && fitsElement(other.element, element, facts))
    return { type: arrayOf(element) };
  const what = other === undefined ? 'nothing' : typeName(other);
  return { error: `takes an array of ${typeName(element)}, not ${what}` };
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

function contains(items: readonly Value[], value: Value): boolean {
  return items.some((item) => sameContent(item, value));
}

/** Whether two values are equal, events by their fields. */
function sameContent(a: Value, b: Value): boolean {
  if (a === null || b === null || a === b) return a === b;
  if (!(a instanceof EventRecord) || !(b instanceof EventRecord)) return equalValues(a, b);
  if (a.type !== b.type) return false;
  const [left, right] = [a, b] as unknown as [Record<string, Value>, Record<string, Value>];
  for (let i = 0; fieldKey(i) in left; i++) {
    if (!sameContent(left[fieldKey(i)] ?? null, right[fieldKey(i)] ?? null)) return false;
  }
  return true;
}
