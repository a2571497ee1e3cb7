import {
  TYPE_BIG_DECIMAL,
  TYPE_BIG_INTEGER,
  TYPE_DOUBLE,
  TYPE_INT,
  TYPE_STRING,
  typeName,
  type ValueType,
} from '../../engine/event/types.ts';
import { functionNames } from '../../engine/expr/functions.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { canAssign, isBig, isInteger, isNumeric } from '../../engine/expr/type-rules.ts';
import type { ChainLink } from './ast.ts';
import type { Catalog } from './catalog.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { castTo } from './time-cast.ts';

const CONSTANTS: ReadonlyMap<string, readonly [ValueType, number | string]> = new Map<
  string,
  readonly [ValueType, number | string]
>([
  ['math.pi', [TYPE_DOUBLE, Math.PI]],
  ['math.e', [TYPE_DOUBLE, Math.E]],
  ['integer.max_value', [TYPE_INT, 2_147_483_647]],
  ['integer.min_value', [TYPE_INT, -2_147_483_648]],
  ['short.max_value', [{ kind: 'short' }, 32_767]],
  ['short.min_value', [{ kind: 'short' }, -32_768]],
  ['byte.max_value', [{ kind: 'byte' }, 127]],
  ['byte.min_value', [{ kind: 'byte' }, -128]],
  ['double.max_value', [TYPE_DOUBLE, Number.MAX_VALUE]],
  ['double.min_value', [TYPE_DOUBLE, Number.MIN_VALUE]],
  ...Object.entries({ zero: '0', one: '1', two: '2', ten: '10' }).flatMap(
    ([name, text]): [string, readonly [ValueType, string]][] => [
      [`biginteger.${name}`, [TYPE_BIG_INTEGER, text]],
      ...(name === 'two'
        ? []
        : [[`bigdecimal.${name}`, [TYPE_BIG_DECIMAL, text]] as [string, [ValueType, string]]]),
    ],
  ),
]);

/** Constants that JSON, and so a plan, cannot say: as a division by zero. */
const DIVIDENDS: ReadonlyMap<string, number> = new Map([
  ['double.nan', 0],
  ['double.positive_infinity', 1],
  ['double.negative_infinity', -1],
]);

/** Types of Java's classes whose `valueOf` takes a number and whose `toString` gives its text. */
const BOXES: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['integer', TYPE_INT],
  ['long', { kind: 'long' }],
  ['short', { kind: 'short' }],
  ['byte', { kind: 'byte' }],
  ['double', TYPE_DOUBLE],
  ['float', { kind: 'float' }],
  ['biginteger', TYPE_BIG_INTEGER],
  ['bigdecimal', TYPE_BIG_DECIMAL],
  ['boolean', { kind: 'boolean' }],
  ['character', { kind: 'char' }],
  ['string', TYPE_STRING],
]);

/** Whether a name is that of a class with static functions or constants, such as `Math`. */
export function isLibrary(name: string): boolean {
  const prefix = `${name.toLowerCase()}.`;
  return BOXES.has(name.toLowerCase()) || functionNames().some((one) => one.toLowerCase().startsWith(prefix));
}

/** Constants, and functions that depend on the types of their arguments; undefined when it is another function. */
export function lowerStatic(library: string, link: ChainLink, context: ChainContext): Lowered | undefined {
  const name = `${library}.${link.name.text}`.toLowerCase();
  if (link.args === null) {
    const dividend = DIVIDENDS.get(name);
    if (dividend !== undefined) {
      const double = (value: number): Expr => ({ op: 'literal', type: TYPE_DOUBLE, value });
      return { op: 'arithmetic', type: TYPE_DOUBLE, operator: '/', left: double(dividend), right: double(0) };
    }
    const [type, value] = CONSTANTS.get(name) ?? [];
    return type === undefined || value === undefined ? undefined : { op: 'literal', type, value };
  }
  const box = BOXES.get(library.toLowerCase());
  const [ast, second] = link.args;
  if (box === undefined || ast === undefined || second !== undefined) return undefined;
  if (name === 'string.valueof') return textOf(context.lower(ast), true, context.scope.catalog);
  if (name.endsWith('.tostring')) return boxText(context.lower(ast), box, link, context);
  if (!name.endsWith('.valueof')) return undefined;
  // A text is parsed by the function of that name.
  const errors = context.report.errorCount;
  const operand = context.lower(ast);
  if (operand === null || context.report.errorCount > errors) return null;
  if (operand.type.kind === 'string') return undefined;
  if (isBig(box)) return bigValueOf(operand, box, link, context);
  const fits = operand.type.kind === box.kind || (isNumeric(operand.type) && isNumeric(box));
  if (fits) return { op: 'cast', type: box, operand, format: null };
  const title = `\`${library}.valueOf\` does not take ${typeName(operand.type)}`;
  return context.wrong('E0302', title, link.span);
}

/** `BigInteger.valueOf(5)`, `BigDecimal.valueOf(1.5)`: of a fraction the decimal that its text says. */
function bigValueOf(operand: Expr, type: ValueType, link: ChainLink, context: ChainContext): Lowered {
  const isWhole = isInteger(operand.type);
  if (!isWhole && !(type.kind === 'bigdecimal' && isNumeric(operand.type))) {
    return context.wrong(
      'E0302',
      `\`valueOf\` of ${typeName(type)} does not take ${typeName(operand.type)}`,
      link.span,
    );
  }
  const double: Expr = { op: 'cast', type: TYPE_DOUBLE, operand, format: null };
  const given: Expr = isWhole ? operand : { op: 'cast', type: TYPE_STRING, operand: double, format: null };
  return { op: 'cast', type, operand: given, format: null };
}

/** `Double.toString(5)` is `5.0`: the argument becomes a value of the class, or is none. */
function boxText(operand: Lowered, box: ValueType, link: ChainLink, context: ChainContext): Lowered {
  if (operand === null) return null;
  const { catalog } = context.scope;
  const { kind } = operand.type;
  if (kind === box.kind || kind === 'null') return textOf(operand, false, catalog);
  if (isNumeric(box) && canAssign(operand.type, box)) {
    return textOf(castTo(box, operand, catalog), false, catalog);
  }
  const title = `\`toString\` of ${typeName(box)} does not take ${typeName(operand.type)}`;
  return context.wrong('E0302', title, link.span);
}

/** Text of a value as Java writes it; `String.valueOf(null)` is the text `null`. */
function textOf(operand: Lowered, orNull: boolean, catalog: Catalog): Lowered {
  if (operand === null) return null;
  const text = castTo(TYPE_STRING, operand, catalog);
  if (!orNull) return text;
  return {
    op: 'coalesce',
    type: TYPE_STRING,
    operands: [text, { op: 'literal', type: TYPE_STRING, value: 'null' }],
  };
}
