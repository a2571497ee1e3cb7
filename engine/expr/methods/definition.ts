import { Decimal } from '../../event/decimal.ts';
import type { MathContext } from '../../event/decimal-division.ts';
import type { Value } from '../../event/record.ts';
import { sameType, TYPE_BOOLEAN, typeName, type ValueType } from '../../event/types.ts';
import { isNumber, isNumeric } from '../type-rules.ts';

/** A method on arrays: of values, or of events. */
export interface ArrayMethod {
  /** As rule authors write it; they may write it in any case. */
  readonly name: string;
  /** What may stand in the parentheses; forms differ in their number of arguments. */
  readonly forms: readonly (readonly MethodParam[])[];
  /** Result type for an array of `element`, or what is wrong. `args` are the types of values and of lambda bodies. */
  check(element: ValueType, args: readonly ValueType[], facts: TypeFacts): MethodResult;
  /** The value for an array that is not null; `type` is what `check` gave, `context` rounds an average of decimals. */
  evaluate(
    items: readonly Value[],
    args: readonly BoundArg[],
    type: ValueType,
    context: MathContext | null,
  ): Value;
}

/** A place in the parentheses: `leading` counts lambda parameters before element, index and size. */
export type MethodParam = { readonly kind: 'value' } | { readonly kind: 'lambda'; readonly leading: 0 | 1 };

/** The type of a result, or what is wrong: a text that follows the method's name. */
export type MethodResult = { readonly type: ValueType } | { readonly error: string };

/** What a type rule asks about event types. */
export interface TypeFacts {
  isSubtype(name: string, of: string): boolean;
}

/** An argument at work. */
export interface BoundArg {
  /** Of a value argument. */
  readonly value: Value;
  /** Of a lambda: the value of its body for these parameters; those it does not name are not used. */
  apply(a: Value, b: Value, c: Value, d?: Value): Value;
}

/** A lambda over element, index and size. */
export const LAMBDA: MethodParam = { kind: 'lambda', leading: 0 };
/** A plain argument. */
export const VALUE: MethodParam = { kind: 'value' };

/** Array type of an element type. */
export const arrayOf = (element: ValueType): ValueType => ({ kind: 'array', element });

/** The type of what a method looks at: a lambda's, else the element's. Refuses null, and events without a lambda. */
export function valueTypeOf(element: ValueType, args: readonly ValueType[]): MethodResult {
  const [type] = args;
  if (type === undefined) {
    if (element.kind !== 'event') return { type: element };
    return { error: 'needs a lambda on an array of events: `x => …`' };
  }
  return type.kind === 'null' ? { error: 'needs a lambda that gives a value, not null' } : { type };
}

/** Refuses lambdas that are no conditions. */
export function conditionOr(result: ValueType, args: readonly ValueType[]): MethodResult {
  const [type] = args;
  if (type === undefined || type.kind === TYPE_BOOLEAN.kind) return { type: result };
  return { error: `needs a lambda that gives a boolean, not ${typeName(type)}` };
}

/** Whether values have an order: numbers, texts, dates, booleans. */
export function isOrdered({ kind }: ValueType): boolean {
  return isNumber({ kind } as ValueType) || ORDERED.has(kind);
}

const ORDERED: ReadonlySet<string> = new Set(['string', 'char', 'date', 'boolean', 'object']);

/** Whether an array of `other` can be joined with an array of `element`. */
export function fitsElement(other: ValueType, element: ValueType, facts: TypeFacts): boolean {
  if (element.kind === 'event') {
    return other.kind === 'event' && facts.isSubtype(other.typeName, element.typeName);
  }
  return sameType(other, element) || (isNumeric(other) && isNumeric(element)) || element.kind === 'object';
}

/** Order of two values that are not null: −1, 0, 1. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  // As in Java NaN is equal to itself and above all other numbers.
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a instanceof Decimal ? a.compareTo(b as Decimal) : (a as number) < (b as number) ? -1 : 1;
}
