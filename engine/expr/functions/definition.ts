import type { Value } from '../../event/record.ts';
import { TYPE_DOUBLE, typeName, type ValueType } from '../../event/types.ts';
import type { Env } from '../evaluator.ts';
import { isInteger, isNumeric } from '../type-rules.ts';

/** A built-in function. */
export interface FunctionDef {
  /** As rule authors write it; a method on text is `string.length`, with the receiver as first argument. */
  readonly name: string;
  /** For messages and documentation: `Math.pow(base, exponent)`. */
  readonly signature: string;
  /** Result type for argument types, or what is wrong with them. */
  check(argTypes: readonly ValueType[]): { readonly type: ValueType } | { readonly error: string };
  /** The value; arguments may be null. Depends on nothing but its arguments. */
  evaluate(args: readonly Value[], env: Env): Value;
  /** The value where no argument is null, for functions that give null for any null argument. */
  readonly compute?: (...args: never[]) => Value;
  /** Set where it works on numbers of any length, all in the type of the result. */
  readonly widens?: true;
}

/** What an argument may be. */
export type ParameterKind = 'number' | 'whole' | 'biginteger' | 'bigdecimal' | 'text' | 'array' | 'any';

/** A parameter: its name in the signature, what it takes, and whether it may be left out. */
export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly optional?: true;
}

/** A function of fixed parameters that gives null when any argument is null. */
export interface StrictFunction {
  readonly name: string;
  /** Text after the name in messages, when it is not the plain list of parameters. */
  readonly signature?: string;
  readonly params: readonly Parameter[];
  readonly result: ValueType | ((argTypes: readonly ValueType[]) => ValueType);
  readonly compute: (...args: never[]) => Value;
}

/** Makes the definition of a function that gives null when any argument is null. */
export function strictFunction({ name, signature, params, result, compute }: StrictFunction): FunctionDef {
  const call = compute as unknown as (...args: readonly Value[]) => Value;
  return {
    name,
    signature: signature ?? `${name}(${params.map(parameterText).join(', ')})`,
    check(argTypes) {
      const error = wrongArguments(argTypes, params);
      if (error !== null) return { error };
      return { type: typeof result === 'function' ? result(argTypes) : result };
    },
    evaluate(args) {
      for (const arg of args) if (arg === null) return null;
      return call(...args);
    },
    compute,
  };
}

/** As `strictFunction`, but only a null among the first `strict` arguments gives null; the others are told of theirs. */
export function lenientFunction(strict: number, definition: StrictFunction): FunctionDef {
  const { compute, ...rest } = strictFunction(definition);
  const call = compute as unknown as (...args: readonly Value[]) => Value;
  return { ...rest, evaluate: (args) => (args.slice(0, strict).includes(null) ? null : call(...args)) };
}

/** A function of numbers; gives double unless `result` says otherwise. */
export function numericFunction(
  name: string,
  params: string,
  compute: (...args: number[]) => number,
  result: StrictFunction['result'] = TYPE_DOUBLE,
): FunctionDef {
  const parameters = params.split(', ').map((param): Parameter => ({ name: param, kind: 'number' }));
  return strictFunction({ name, params: parameters, result, compute });
}

/** Whether an argument of this type may stand for a parameter. */
export function accepts(kind: ParameterKind, type: ValueType): boolean {
  if (type.kind === 'null' || kind === 'any') return true;
  switch (kind) {
    case 'number':
      return isNumeric(type) || type.kind === 'date';
    case 'whole':
      return isInteger(type);
    case 'biginteger':
    case 'bigdecimal':
      return type.kind === kind;
    case 'text':
      return type.kind === 'string' || type.kind === 'char';
    case 'array':
      return type.kind === 'array';
  }
}

/** What a parameter takes, for messages: `a number`. */
export const KIND_TEXT: Readonly<Record<ParameterKind, string>> = {
  number: 'a number',
  whole: 'a whole number',
  biginteger: 'a biginteger',
  bigdecimal: 'a bigdecimal',
  text: 'a string',
  array: 'an array',
  any: 'a value',
};

function parameterText({ name, optional }: Parameter): string {
  return optional === true ? `[${name}]` : name;
}

function wrongArguments(argTypes: readonly ValueType[], params: readonly Parameter[]): string | null {
  const least = params.filter((param) => param.optional !== true).length;
  if (argTypes.length < least || argTypes.length > params.length) {
    const wanted = least === params.length ? `${least}` : `${least} to ${params.length}`;
    return `takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${argTypes.length}`;
  }
  const at = argTypes.findIndex((type, i) => !accepts((params[i] as Parameter).kind, type));
  if (at < 0) return null;
  const { name, kind } = params[at] as Parameter;
  return `argument ${at + 1} (${name}) must be ${KIND_TEXT[kind]}, not ${typeName(argTypes[at] as ValueType)}`;
}
