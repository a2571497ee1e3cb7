import { Decimal } from '../../event/decimal.ts';
import type { Value } from '../../event/record.ts';
import { TYPE_DOUBLE, TYPE_LONG, typeName, type ValueType } from '../../event/types.ts';
import { commonType, isBig } from '../type-rules.ts';
import { accepts, type FunctionDef } from './definition.ts';

/** `max(a, b, …)` and `min(a, b, …)` over two or more numbers of one event; null when any is null. */
export const MIN_MAX_FUNCTIONS: readonly FunctionDef[] = [
  minMax('max', (a, b) => (isAbove(a, b) ? a : b)),
  minMax('min', (a, b) => (isAbove(b, a) ? a : b)),
];

function isAbove(a: Num, b: Num): boolean {
  return a instanceof Decimal ? a.compareTo(b as Decimal) > 0 : a > (b as number | bigint);
}

/** A number of any kind; all arguments are of one. */
type Num = number | bigint | Decimal;

function minMax(name: string, pick: (a: Num, b: Num) => Num): FunctionDef {
  return {
    name,
    signature: `${name}(a, b, …)`,
    check(argTypes) {
      if (argTypes.length < 2) return { error: `takes two or more numbers, not ${argTypes.length}` };
      const at = argTypes.findIndex((type) => !(isBig(type) || accepts('number', type)));
      if (at >= 0) {
        return { error: `argument ${at + 1} must be a number, not ${typeName(argTypes[at] as ValueType)}` };
      }
      const numbers = argTypes.map((type) => (type.kind === 'date' ? TYPE_LONG : type));
      const isTime = argTypes.every((type) => type.kind === 'date');
      return { type: isTime ? (argTypes[0] as ValueType) : (commonType(numbers) ?? TYPE_DOUBLE) };
    },
    widens: true,
    evaluate(args: readonly Value[]): Value {
      let best: Num | null = null;
      for (const arg of args) {
        if (arg === null) return null;
        best = best === null ? (arg as Num) : pick(best, arg as Num);
      }
      return best;
    },
    compute: (...args: Num[]) => args.reduce((best, arg) => pick(best, arg)),
  };
}
