import { ARRAY_FUNCTIONS } from './functions/array.ts';
import { BIG_FUNCTIONS } from './functions/big.ts';
import { BOX_FUNCTIONS } from './functions/boxes.ts';
import { MORE_BOX_FUNCTIONS } from './functions/boxes-more.ts';
import type { FunctionDef } from './functions/definition.ts';
import { EVENT_FUNCTIONS } from './functions/event.ts';
import { GEO_FUNCTIONS } from './functions/geo.ts';
import { INTERVAL_FUNCTIONS } from './functions/interval.ts';
import { MAP_FUNCTIONS } from './functions/map.ts';
import { MATH_FUNCTIONS } from './functions/math.ts';
import { MIN_MAX_FUNCTIONS } from './functions/min-max.ts';
import { TEXT_FUNCTIONS } from './functions/text.ts';
import { MORE_TEXT_FUNCTIONS } from './functions/text-more.ts';
import { TIME_FUNCTIONS } from './functions/time.ts';

/**
 * The built-in functions. To add one: write its definition beside its kin in `functions/` (most are one line of
 * `numericFunction` or `strictFunction`), list it there, and give it rows in the tables of `functions.test.ts`. Methods
 * carry the kind of their receiver: `string.length`, `array.size`.
 */
const FUNCTIONS: ReadonlyMap<string, FunctionDef> = new Map(
  [
    ...MATH_FUNCTIONS,
    ...EVENT_FUNCTIONS,
    ...BOX_FUNCTIONS,
    ...MORE_BOX_FUNCTIONS,
    ...BIG_FUNCTIONS,
    ...MAP_FUNCTIONS,
    ...MORE_TEXT_FUNCTIONS,
    ...GEO_FUNCTIONS,
    ...MIN_MAX_FUNCTIONS,
    ...TEXT_FUNCTIONS,
    ...ARRAY_FUNCTIONS,
    ...TIME_FUNCTIONS,
    ...INTERVAL_FUNCTIONS,
  ].map((one) => [one.name, one]),
);

/** The built-in function of that name, or undefined. */
export function findFunction(name: string): FunctionDef | undefined {
  return FUNCTIONS.get(name);
}

/** Names of all built-in functions, for hints. */
export function functionNames(): readonly string[] {
  return [...FUNCTIONS.keys()];
}
