import type { Value } from '../../event/record.ts';
import { TYPE_DOUBLE, typeName, type ValueType } from '../../event/types.ts';
import { isNumeric } from '../type-rules.ts';

/** A built-in function. */
export interface FunctionDef {
  /** As rule authors write it; a method on text is `string.length`, with the receiver as first argument. */
  readonly name: string;
  /** For messages and documentation: `Math.pow(base, exponent)`. */
  readonly signature: string;
  /** Result type for argument types, or what is wrong with them. */
  check(argTypes: readonly ValueType[]): { readonly type: ValueType } | { readonly error: string };
  /** The value; arguments may be null. */
  evaluate(args: readonly Value[]): Value;
}

/** A function of `arity` numbers that gives double; null when any argument is null. */
export function numericFunction(
  name: string,
  params: string,
  compute: (...args: number[]) => number,
  result?: (argTypes: readonly ValueType[]) => ValueType,
): FunctionDef {
  const arity = params.split(',').length;
  return {
    name,
    signature: `${name}(${params})`,
    check(argTypes) {
      const wrong = wrongArguments(argTypes, arity, isNumericOrNull, 'a number');
      return wrong === null ? { type: result?.(argTypes) ?? TYPE_DOUBLE } : { error: wrong };
    },
    evaluate(args) {
      return args.some((arg) => arg === null) ? null : compute(...(args as number[]));
    },
  };
}

/** Whether an argument can be a number. */
export function isNumericOrNull(type: ValueType): boolean {
  return isNumeric(type) || type.kind === 'null' || type.kind === 'date';
}

/** What is wrong with a list of arguments of one kind; null when nothing is. */
export function wrongArguments(
  argTypes: readonly ValueType[],
  arity: number,
  accepts: (type: ValueType) => boolean,
  expected: string,
): string | null {
  if (argTypes.length !== arity)
    return `takes ${arity} argument${arity === 1 ? '' : 's'}, not ${argTypes.length}`;
  const at = argTypes.findIndex((type) => !accepts(type));
  return at < 0 ? null : `argument ${at + 1} must be ${expected}, not ${typeName(argTypes[at] as ValueType)}`;
}
