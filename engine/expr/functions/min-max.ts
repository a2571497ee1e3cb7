import type { Value } from '../../event/record.ts';
import { TYPE_DOUBLE, TYPE_LONG, typeName, type ValueType } from '../../event/types.ts';
import { commonType } from '../type-rules.ts';
import { accepts, type FunctionDef } from './definition.ts';

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
      if (argTypes.length < 2) return { error: `takes two or more numbers, not ${argTypes.length}` };
      const at = argTypes.findIndex((type) => !accepts('number', type));
      if (at >= 0) {
        return { error: `argument ${at + 1} must be a number, not ${typeName(argTypes[at] as ValueType)}` };
      }
      const numbers = argTypes.map((type) => (type.kind === 'date' ? TYPE_LONG : type));
      const isTime = argTypes.every((type) => type.kind === 'date');
      return { type: isTime ? (argTypes[0] as ValueType) : (commonType(numbers) ?? TYPE_DOUBLE) };
    },
    evaluate(args: readonly Value[]): Value {
      let best: number | null = null;
      for (const arg of args) {
        if (arg === null) return null;
        best = best === null ? (arg as number) : pick(best, arg as number);
      }
      return best;
    },
    compute: (...args: number[]) => args.reduce(pick),
  };
}
