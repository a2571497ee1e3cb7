import { COLLECT_METHODS } from './methods/collect.ts';
import { CONDITION_METHODS } from './methods/conditions.ts';
import type { ArrayMethod } from './methods/definition.ts';
import { EXTREME_METHODS } from './methods/extremes.ts';
import { NUMBER_METHODS } from './methods/numbers.ts';
import { ORDER_METHODS } from './methods/order.ts';
import { SET_METHODS } from './methods/sets.ts';

/**
 * Methods on arrays, most with a lambda. To add one: write its definition beside its kin in `methods/`, and give it rows
 * in `methods.test.ts`. Names are found in any case.
 */
const METHODS: ReadonlyMap<string, ArrayMethod> = new Map(
  [
    ...CONDITION_METHODS,
    ...NUMBER_METHODS,
    ...EXTREME_METHODS,
    ...ORDER_METHODS,
    ...SET_METHODS,
    ...COLLECT_METHODS,
  ].map((one) => [one.name.toLowerCase(), one]),
);

/** The method of that name, or undefined. */
export function findMethod(name: string): ArrayMethod | undefined {
  return METHODS.get(name.toLowerCase());
}

/** Names of all methods on arrays, for hints. */
export function methodNames(): readonly string[] {
  return [...METHODS.values()].map((one) => one.name);
}
