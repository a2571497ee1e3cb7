import { TYPE_BOOLEAN, TYPE_INT } from '../../event/types.ts';
import { type ArrayMethod, arrayOf, conditionOr, LAMBDA } from './definition.ts';

/**
 * Methods that test each element: `allOf`, `anyOf`, `countOf`, `firstOf`, `lastOf`, `where`, `takeWhile`, `takeWhileLast`.
 * As in Esper an element for which the condition is null passes, but for `allOf` and `anyOf`.
 */
export const CONDITION_METHODS: readonly ArrayMethod[] = [
  {
    name: 'allOf',
    forms: [[LAMBDA]],
    check: (_element, args) => conditionOr(TYPE_BOOLEAN, args),
    evaluate: (items, [test]) => items.every((item, i) => test?.apply(item, i, items.length) === true),
  },
  {
    name: 'anyOf',
    forms: [[LAMBDA]],
    check: (_element, args) => conditionOr(TYPE_BOOLEAN, args),
    evaluate: (items, [test]) => items.some((item, i) => test?.apply(item, i, items.length) === true),
  },
  {
    name: 'countOf',
    forms: [[], [LAMBDA]],
    check: (_element, args) => conditionOr(TYPE_INT, args),
    evaluate(items, [test]) {
      if (test === undefined) return items.length;
      let count = 0;
      for (let i = 0; i < items.length; i++) {
        if (test.apply(items[i] ?? null, i, items.length) !== false) count++;
      }
      return count;
    },
  },
  {
    name: 'firstOf',
    forms: [[], [LAMBDA]],
    check: (element, args) => conditionOr(element, args),
    evaluate(items, [test]) {
      if (test === undefined) return items[0] ?? null;
      return items.find((item, i) => test.apply(item, i, items.length) !== false) ?? null;
    },
  },
  {
    name: 'lastOf',
    forms: [[], [LAMBDA]],
    check: (element, args) => conditionOr(element, args),
    // Esper tests all elements in their order and keeps the last that passes.
    evaluate(items, [test]) {
      if (test === undefined) return items.at(-1) ?? null;
      return items.filter((item, i) => test.apply(item, i, items.length) !== false).at(-1) ?? null;
    },
  },
  {
    name: 'where',
    forms: [[LAMBDA]],
    check: (element, args) => conditionOr(arrayOf(element), args),
    evaluate: (items, [test]) => items.filter((item, i) => test?.apply(item, i, items.length) !== false),
  },
  {
    name: 'takeWhile',
    forms: [[LAMBDA]],
    check: (element, args) => conditionOr(arrayOf(element), args),
    evaluate(items, [test]) {
      const end = items.findIndex((item, i) => test?.apply(item, i, items.length) === false);
      return end < 0 ? items : items.slice(0, end);
    },
  },
  {
    name: 'takeWhileLast',
    forms: [[LAMBDA]],
    check: (element, args) => conditionOr(arrayOf(element), args),
    // The index counts from the last element.
    evaluate(items, [test]) {
      const size = items.length;
      let taken = 0;
      while (taken < size && test?.apply(items[size - 1 - taken] ?? null, taken, size) !== false) taken++;
      return items.slice(size - taken);
    },
  },
];
