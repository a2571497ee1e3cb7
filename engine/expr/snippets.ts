import { assert } from '../core/assert.ts';
import type { ValueType } from '../event/types.ts';
import type { ArithmeticExpr, Expr, LogicExpr } from './ir.ts';

/** Code of a value, and whether it may be null. */
export interface Code {
  readonly text: string;
  readonly nullable: boolean;
}

/** Code of an expression that is always null; compared by identity. */
export const NULL: Code = { text: 'null', nullable: true };

/** Kinds of numbers that hold every value of those before them. */
export const WIDENING: readonly string[] = ['byte', 'short', 'int', 'long', 'double'];

/** Operands of nested `and`, or of nested `or`, in one list, in order. */
export function flatten(expr: LogicExpr): readonly Expr[] {
  const open: Expr[] = [expr];
  const flat: Expr[] = [];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one.op === expr.op) open.push(...[...one.operands].reverse());
    else flat.push(one);
  }
  return flat;
}

/** Equality of two values that are not null. NaN equals NaN, so `===` alone serves only where there is none. */
export function sameCode(left: Expr, right: Expr, a: string, b: string): string {
  if (hasIdentity(left) && hasIdentity(right)) return `${a}===${b}`;
  if (isNumber(left.type) && isNumber(right.type)) {
    const eitherIsExact = [left, right].some(
      (one) => hasIdentity(one) || (one.op === 'literal' && !isNaNLiteral(one)),
    );
    return eitherIsExact ? `${a}===${b}` : `${a}===${b}||${a}!==${a}&&${b}!==${b}`;
  }
  return `h.eq(${a},${b})`;
}

/** Whether it is the constant null. */
export function isNullLiteral(expr: Expr): boolean {
  return expr.op === 'literal' && expr.value === null;
}

/** Whether it is the constant NaN, which folding `0.0 / 0` gives. */
export function isNaNLiteral(expr: Expr): boolean {
  return expr.op === 'literal' && Number.isNaN(expr.value);
}

/** Whether `===` tells its values apart as EPL does: scalars without NaN. */
export function hasIdentity({ type }: Expr): boolean {
  return IDENTITY.has(type.kind);
}

const IDENTITY: ReadonlySet<string> = new Set([
  'string',
  'char',
  'boolean',
  'byte',
  'short',
  'int',
  'long',
  'biginteger',
  'date',
]);

function isNumber({ kind }: ValueType): boolean {
  return kind === 'float' || kind === 'double' || WIDENING.includes(kind) || kind === 'date';
}

/** Whether the values are decimals, which JavaScript's operators do not compare. */
export function isDecimal({ type }: Expr): boolean {
  return type.kind === 'bigdecimal';
}

/** Comparison of two values that are not null. */
export function compareCode(left: Expr, right: Expr, operator: string, a: string, b: string): string {
  return isDecimal(left) || isDecimal(right) ? `h.order(${a},${b})${operator}0` : `${a}${operator}${b}`;
}

/** Whether the values are JavaScript strings. */
export function isText({ kind }: ValueType): boolean {
  return kind === 'string' || kind === 'char';
}

/** See `negate` in `operations.ts`. */
export function negateCode(a: string, { kind }: ValueType): string {
  if (kind === 'biginteger') return `-${a}`;
  if (kind === 'bigdecimal') return `h.neg(${a})`;
  if (kind === 'double' || kind === 'float') return `-${a}`;
  return kind === 'long' ? `0-${a}` : `-${a}|0`;
}

/** See `makeArithmetic` in `operations.ts`. */
export function arithmeticCode(
  operator: ArithmeticExpr['operator'],
  { kind }: ValueType,
  a: string,
  b: string,
): string {
  const plain = `${a}${operator}${b}`;
  if (kind === 'double') return plain;
  if (kind === 'float') return `Math.fround(${plain})`;
  if (operator === '%') return kind === 'long' ? `h.rest(${a},${b})` : `h.rest(${a},${b})|0`;
  if (kind === 'long') return operator === '*' ? `${plain}+0` : plain;
  return operator === '*' ? `Math.imul(${a},${b})` : `${plain}|0`;
}

/** A number of a slot or field, before it is written into code. */
export function whole(number: number): number {
  assert(Number.isSafeInteger(number) && number >= 0, `a slot or field number, not ${typeof number}`);
  return number;
}
