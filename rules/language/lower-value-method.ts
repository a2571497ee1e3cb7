import { TYPE_BOOLEAN, TYPE_STRING, typeName, type ValueType } from '../../engine/event/types.ts';
import { findFunction, functionNames } from '../../engine/expr/functions.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { methodNames } from '../../engine/expr/methods.ts';
import { canEqual, isNumber } from '../../engine/expr/type-rules.ts';
import type { ChainLink } from './ast.ts';
import { JAVA_TEXT_METHODS } from './later-names.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { withoutNulls } from './lower-method.ts';

/** Methods of Java on values: text, numbers, arrays, maps. */
export function lowerValueMethod(target: Expr, link: ChainLink, context: ChainContext): Lowered {
  const asts = link.args ?? [];
  const plain = conversion(target, link, context);
  if (plain !== undefined) return plain;
  const family = FAMILIES.get(target.type.kind);
  const name = `${family}.${link.name.text}`;
  const receiver = withoutNulls(target, context);
  const definition =
    family === undefined ? undefined : (findFunction(`${name}/${asts.length}`) ?? findFunction(name));
  if (definition === undefined) return unknownMethod(target, link, context);
  const args = context.all(asts);
  if (args === null) return null;
  const checked = definition.check([target.type, ...args.map((arg) => arg.type)]);
  if ('error' in checked) {
    return context.wrong('E0302', `\`${link.name.text}\` ${checked.error}`, link.span, [
      `it is ${definition.signature}`,
    ]);
  }
  return { op: 'call', type: checked.type, name: definition.name, args: [receiver, ...args] };
}

/** First part of the names of the functions that are methods of a kind of value. */
const FAMILIES: ReadonlyMap<string, string> = new Map([
  ['string', 'string'],
  ['char', 'string'],
  ['array', 'array'],
  ['map', 'map'],
  ['row', 'map'],
  ['biginteger', 'biginteger'],
  ['bigdecimal', 'bigdecimal'],
]);

const NUMBER_METHODS: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['intValue', { kind: 'int' }],
  ['longValue', { kind: 'long' }],
  ['doubleValue', { kind: 'double' }],
  ['floatValue', { kind: 'float' }],
  ['shortValue', { kind: 'short' }],
  ['byteValue', { kind: 'byte' }],
]);

/** What compares two numbers of a class. */
const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['int', 'Integer.compare'],
  ['long', 'Long.compare'],
  ['float', 'Float.compare'],
  ['double', 'Double.compare'],
]);

/** `x.intValue()`, `x.toString()`, `x.equals(y)`, `x.compareTo(y)` of numbers and booleans; undefined when it is none of these. */
function conversion(target: Expr, link: ChainLink, context: ChainContext): Lowered | undefined {
  const { kind } = target.type;
  if (!isNumber(target.type) && kind !== 'boolean') return undefined;
  const name = link.name.text;
  const asts = link.args ?? [];
  const type = kind === 'boolean' ? undefined : NUMBER_METHODS.get(name);
  if (type !== undefined && asts.length === 0) return { op: 'cast', type, operand: target, format: null };
  if (name === 'toString' && asts.length === 0) {
    return { op: 'cast', type: TYPE_STRING, operand: target, format: null };
  }
  if ((name !== 'equals' && name !== 'compareTo') || asts.length !== 1) return undefined;
  const compare = name === 'compareTo' ? COMPARISONS.get(kind) : undefined;
  if (name === 'compareTo' && compare === undefined) return undefined;
  const [other] = context.all(asts) ?? [];
  if (other === undefined) return null;
  if (compare !== undefined) {
    if (other.type.kind !== kind) {
      const title = `\`compareTo\` of ${typeName(target.type)} does not take ${typeName(other.type)}`;
      return context.wrong('E0302', title, link.span);
    }
    return { op: 'call', type: { kind: 'int' }, name: compare, args: [target, other] };
  }
  // In Java a number of another class is another number.
  const isSameClass = other.type.kind === kind;
  const equal: Expr = {
    op: 'equal',
    type: TYPE_BOOLEAN,
    negated: false,
    nullSafe: false,
    left: target,
    right: other,
  };
  return isSameClass && canEqual(target.type, other.type)
    ? equal
    : ofReceiver(target, { op: 'literal', type: TYPE_BOOLEAN, value: false });
}

/** What a method gives for every receiver; null for null. */
function ofReceiver(target: Expr, value: Expr): Expr {
  const nothing: Expr = { op: 'literal', type: { kind: 'null' }, value: null };
  const isNull: Expr = {
    op: 'equal',
    type: TYPE_BOOLEAN,
    negated: false,
    nullSafe: true,
    left: target,
    right: nothing,
  };
  return {
    op: 'case',
    type: value.type,
    branches: [{ when: isNull, then: { ...nothing, type: value.type } }],
    otherwise: value,
  };
}

/** A method this version does not have; on numbers, booleans and text a name that EPL does not know is a mistake. */
function unknownMethod(target: Expr, link: ChainLink, context: ChainContext): null {
  const name = link.name.text;
  const isOpen = ['object', 'map', 'date', 'null'].includes(target.type.kind);
  if (isOpen || JAVA_TEXT_METHODS.has(name)) return context.later(`the method \`${name}\``, link.span);
  if (TIME_METHODS.includes(name.toLowerCase())) {
    const title = `\`${name}\` is a method of times and events, not of ${typeName(target.type)}`;
    return context.wrong('E0302', title, link.span);
  }
  const known = functionNames().flatMap((one) => (one.startsWith('string.') ? [one.slice(7)] : []));
  const where = ` on a value of type ${typeName(target.type)}`;
  const near = target.type.kind === 'string' ? known : [...methodNames(), ...TIME_METHODS];
  context.report.unknown('E0203', 'method', name, link.name.span, near, where);
  return null;
}

/** Methods on times and relations of intervals, in lower case. */
const TIME_METHODS: readonly string[] = functionNames()
  .filter((one) => /^(?:time|interval)\./.test(one))
  .map((one) => one.replace(/^\w+\.|\/\d+$/g, ''));
