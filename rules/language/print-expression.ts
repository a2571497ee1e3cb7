import { unreachable } from '../../engine/core/assert.ts';
import type { ChainLink, Expression, SelectStatement } from './ast.ts';
import { printDotted, printMember, printName, printString } from './print-names.ts';

/**
 * How tight each form binds, as in the grammar. An operand printed at a place that wants a tighter one gets parentheses;
 * forms of level ATOM never need them, forms of level ARGUMENT stand only where no operator is.
 */
const ARGUMENT = 0;
const OR = 1;
const AND = 2;
const BITS = 3;
const NOT = 4;
const EQUAL = 5;
const COMPARE = 6;
const CONCAT = 7;
const SUM = 8;
const PRODUCT = 9;
const SIGN = 10;
const ATOM = 11;

type Binary = Extract<Expression, { kind: 'binary' }>;

const LEVELS: Readonly<Record<Binary['operator'], number>> = {
  or: OR,
  and: AND,
  '&': BITS,
  '|': BITS,
  '^': BITS,
  '=': EQUAL,
  '!=': EQUAL,
  is: EQUAL,
  'is not': EQUAL,
  '<': COMPARE,
  '<=': COMPARE,
  '>': COMPARE,
  '>=': COMPARE,
  '||': CONCAT,
  '+': SUM,
  '-': SUM,
  '*': PRODUCT,
  '/': PRODUCT,
  '%': PRODUCT,
};

/** An expression as one line of text, with no parentheses or spaces that are not needed. */
export function printExpression(expression: Expression): string {
  return print(expression, ARGUMENT);
}

/** Expressions with commas between. */
export function printList(expressions: readonly Expression[]): string {
  return expressions.map(printExpression).join(',');
}

function print(expression: Expression, wanted: number): string {
  const text = printForm(expression);
  return levelOf(expression) < wanted ? `(${text})` : text;
}

function levelOf(expression: Expression): number {
  switch (expression.kind) {
    case 'binary':
      return LEVELS[expression.operator];
    case 'unary':
      return expression.operator === 'not' ? NOT : SIGN;
    case 'in':
    case 'range':
    case 'like':
    case 'regexp':
      return COMPARE;
    case 'quantified':
      return expression.operator === '=' || expression.operator === '!=' ? EQUAL : COMPARE;
    case 'subquery':
      return levelOfSubquery(expression);
    case 'newArray':
      return SIGN;
    case 'period':
    case 'lambda':
    case 'named':
    case 'star':
    case 'streamStar':
    case 'ordered':
    case 'tuple':
    case 'crontab':
    case 'unsupported':
      return ARGUMENT;
    default:
      return ATOM;
  }
}

function printForm(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression);
    case 'chain':
      return expression.links.map((link, i) => printLink(link, i === 0)).join('.');
    case 'chainOn':
      return printChainOn(expression);
    case 'unary':
      return printUnary(expression);
    case 'binary':
      return printBinary(expression);
    case 'in':
      return `${printOperand(expression)} in (${printList(expression.items)})`;
    case 'range':
      return printRange(expression);
    case 'like': {
      const ending = expression.escape === null ? '' : ` escape ${printExpression(expression.escape)}`;
      return `${printOperand(expression)} like ${print(expression.pattern, CONCAT)}${ending}`;
    }
    case 'regexp':
      return `${printOperand(expression)} regexp ${print(expression.pattern, CONCAT)}`;
    case 'case':
      return printCase(expression);
    case 'cast': {
      const type = printDotted(expression.type) + '[]'.repeat(expression.dimensions);
      const format = expression.format === null ? '' : `,dateformat:${print(expression.format, OR)}`;
      return `cast(${print(expression.operand, OR)},${type}${format})`;
    }
    case 'array':
      return `{${expression.elements.map((one) => print(one, OR)).join(',')}}`;
    case 'json':
      return `{${expression.members.map(({ name, value }) => `${printName(name, false)}:${print(value, OR)}`).join(',')}}`;
    case 'quantified': {
      const { operand, operator, every, items } = expression;
      const left = print(operand, levelOf(expression));
      return `${left}${operator}${every ? 'all' : 'any'}(${items.map((one) => print(one, OR)).join(',')})`;
    }
    case 'subquery':
      return printSubquery(expression);
    case 'newRow':
      return `new{${expression.members.map(printRowMember).join(',')}}`;
    case 'parameter':
      return printParameter(expression);
    case 'newArray':
      return printNewArray(expression);
    case 'period':
      return expression.parts.map(({ unit, amount }) => `${printAmount(amount)} ${unit}s`).join(' ');
    case 'lambda': {
      const names = expression.parameters.map((one) => printName(one));
      const list = names.length === 1 ? names[0] : `(${names.join(',')})`;
      return `${list} => ${print(expression.body, OR)}`;
    }
    case 'named':
      return `${printName(expression.name)}:${printExpression(expression.value)}`;
    case 'star':
      return '*';
    case 'streamStar':
      return `${printName(expression.stream)}.*`;
    case 'ordered':
      return `${print(expression.operand, OR)} ${expression.descending ? 'desc' : 'asc'}`;
    case 'tuple':
      return `(${expression.items.map((one) => print(one, OR)).join(',')})`;
    case 'crontab':
      return printCrontab(expression);
    case 'unsupported':
      return expression.text;
    default:
      return unreachable(expression);
  }
}

/** Prints the `select` of a subquery: set by `print.ts`, which prints statements and so needs the printer of expressions. */
export const subqueryPrinter: { print(select: SelectStatement): string } = { print: () => '' };

function levelOfSubquery({ test }: Form<'subquery'>): number {
  if (test.kind === 'rows') return ARGUMENT;
  if (test.kind === 'in') return COMPARE;
  if (test.kind !== 'quantified') return ATOM;
  return test.operator === '=' || test.operator === '!=' ? EQUAL : COMPARE;
}

function printSubquery(expression: Form<'subquery'>): string {
  const { test, operand } = expression;
  const select = `(${subqueryPrinter.print(expression.select)})`;
  const left = operand === null ? '' : print(operand, test.kind === 'in' ? CONCAT : levelOf(expression));
  switch (test.kind) {
    case 'row':
      return select;
    case 'rows':
      return `${select} @eventbean`;
    case 'exists':
      return `exists ${select}`;
    case 'in':
      return `${left}${test.negated ? ' not' : ''} in ${select}`;
    case 'quantified':
      return `${left}${test.operator}${test.every ? 'all' : 'any'} ${select}`;
    default:
      return unreachable(test);
  }
}

/** A parameter as it was written. */
export function printParameter({ name, type }: Form<'parameter'>): string {
  if (type !== null) return `?:${name ?? ''}:${type}`;
  return name === null ? '?' : `?:${name}`;
}

function printRowMember({ name, value, isShort }: Form<'newRow'>['members'][number]): string {
  return isShort ? print(value, ATOM) : `${printName(name)}=${print(value, OR)}`;
}

function printNewArray({ type, sizes, elements }: Form<'newArray'>): string {
  const brackets = sizes.map((size) => `[${size === null ? '' : print(size, OR)}]`).join('');
  const values = elements === null ? '' : ` {${elements.map((one) => print(one, OR)).join(',')}}`;
  return `new ${printDotted(type)}${brackets}${values}`;
}

type Form<K> = Extract<Expression, { kind: K }>;

function printCrontab(field: Form<'crontab'>): string {
  switch (field.form) {
    case 'last':
    case 'weekday':
      return `${print(field.day, ATOM)} ${field.form}`;
    case 'range':
      return `${printExpression(field.low)}:${printExpression(field.high)}`;
    case 'step':
      return `*/${print(field.step, ATOM)}`;
    case 'list':
      return `[${field.items.map((item) => (item.kind === 'crontab' ? printCrontab(item) : print(item, SIGN))).join(',')}]`;
    default:
      return unreachable(field);
  }
}

function printLiteral({ type, value }: Form<'literal'>): string {
  if (typeof value === 'string') return printString(value);
  if (typeof value !== 'number') return String(value);
  if (type === 'int') return String(value);
  if (type === 'long') return `${value}L`;
  // Parsing keeps the float's digits as a double: they come back as they were.
  const digits = String(value);
  const decimal = /[.e]/.test(digits) ? digits : `${digits}.0`;
  return type === 'float' ? `${decimal}f` : decimal;
}

function printLink(link: ChainLink, isFirst: boolean): string {
  const name = isFirst ? printName(link.name) : printMember(link.name);
  const distinct = link.distinct ? 'distinct ' : '';
  const args = link.args === null ? '' : `(${distinct}${printList(link.args)})`;
  return `${name}${args}${printIndexes(link)}${link.dynamic ? '?' : ''}`;
}

function printIndexes({ indexes, indexSizes }: ChainLink): string {
  let at = 0;
  const sizes = indexSizes ?? indexes.map(() => 1);
  return sizes
    .map((size) => {
      const group = indexes.slice(at, at + size);
      at += size;
      return `[${group.map((one) => print(one, OR)).join(',')}]`;
    })
    .join('');
}

/** A number before a dot would be read as a part of it. */
function printChainOn({ target, links }: Form<'chainOn'>): string {
  const isNumber = target.kind === 'literal' && typeof target.value === 'number';
  const text = isNumber ? `(${print(target, ARGUMENT)})` : print(target, ATOM);
  return `${text}.${links.map((link) => printLink(link, false)).join('.')}`;
}

function printUnary({ operator, operand }: Form<'unary'>): string {
  return operator === 'not' ? `not ${print(operand, EQUAL)}` : `${operator}${print(operand, ATOM)}`;
}

/** Operators lean to the left. A long chain of one operator is walked in a loop. */
function printBinary(binary: Binary): string {
  const { operator } = binary;
  const level = LEVELS[operator];
  const sign = /[a-z]/.test(operator) ? ` ${operator} ` : operator;
  const parts: string[] = [];
  let left: Expression = binary;
  while (left.kind === 'binary' && left.operator === operator) {
    const right: string = print(left.right, level + 1);
    // `a-[` and `a->` would be read as other signs.
    parts.push(`${sign}${sign === '-' && /^[[>]/.test(right) ? ' ' : ''}${right}`);
    left = left.left;
  }
  return print(left, level) + parts.reverse().join('');
}

function printOperand(expression: Form<'in' | 'range' | 'like' | 'regexp'>): string {
  return `${print(expression.operand, CONCAT)}${expression.negated ? ' not' : ''}`;
}

/** A range closed at both ends is a `between`. */
function printRange(range: Form<'range'>): string {
  const { low, high, includeLow, includeHigh } = range;
  if (includeLow && includeHigh) {
    return `${printOperand(range)} between ${print(low, CONCAT)} and ${print(high, CONCAT)}`;
  }
  const open = includeLow ? '[' : '(';
  const close = includeHigh ? ']' : ')';
  return `${printOperand(range)} in ${open}${print(low, OR)}:${print(high, OR)}${close}`;
}

function printCase({ operand, branches, otherwise }: Form<'case'>): string {
  const parts = ['case'];
  if (operand !== null) parts.push(print(operand, OR));
  for (const { when, then } of branches) parts.push(`when ${print(when, OR)} then ${print(then, OR)}`);
  if (otherwise !== null) parts.push(`else ${print(otherwise, OR)}`);
  return [...parts, 'end'].join(' ');
}

/** Any sum may stand before a unit, but `5 - 2 hours 1 minute` would be read otherwise: parentheses are safe. */
function printAmount(amount: Expression): string {
  return print(amount, SIGN);
}
