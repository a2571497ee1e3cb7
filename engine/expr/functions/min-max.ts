import type { Value } from '../../event/record.ts';
import { typeName, type ValueType } from '../../event/types.ts';
import { commonType } from '../type-rules.ts';
import { type FunctionDef, isNumericOrNull } from './definition.ts';

/** `max(a, b, …)` and `min(a, b, …)` over two or more numbers of one event; null when any is null. */
export const MIN_MAX_FUNCTIONS: readonly FunctionDef[] = [
  minMax('max', (a, b) => (a > b ? a : b)),
  minMax('min', (a, b) => (a < b ? a : b)),
];

function minMax(name: string, pick: (a: number, b: number) => number): FunctionDef {
  return {
    name,
    signature: `${name}(a, b, …)`,
    check(argTypes) {
      if (argTypes.length < 2) return { error: 'takes two or more numbers' };
      const at = argTypes.findIndex((type) => !isNumericOrNull(type));
      if (at >= 0) {
        return { error: `argument ${at + 1} must be a number, not ${typeName(argTypes[at] as ValueType)}` };
      }
      return { type: commonType(argTypes) ?? { kind: 'double' } };
    },
    evaluate(args: readonly Value[]): Value {
      if (args.some((arg) => arg === null)) return null;
      return (args as readonly number[]).reduce(pick);
    },
  };
}
