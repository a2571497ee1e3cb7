import { unreachable } from '../../engine/core/assert.ts';
import type { ContainedEvents, EventFilter, Expression, Name, Pattern, SelectItem } from './ast.ts';
import { printExpression, printList } from './print-expression.ts';
import { printAnnotation, printDotted, printName } from './print-names.ts';

/** How tight each operator binds, as in the grammar. */
const FOLLOWED_BY = 0;
const OR = 1;
const AND = 2;
const REPEAT = 3;
const QUALIFIED = 4;
const GUARDED = 5;
const ATOM = 6;

/** A pattern as one line of text, with no parentheses that are not needed. */
export function printPattern(pattern: Pattern): string {
  return print(pattern, FOLLOWED_BY);
}

/** `Type(conditions)[contained]` */
export function printFilter({ type, conditions, contained }: EventFilter): string {
  const list = conditions.length === 0 ? '' : `(${printList(conditions)})`;
  return [`${printDotted(type)}${list}`, ...contained.map(printContained)].join('');
}

/** `[select … from source as alias where …]` */
export function printContained({ items, source, type, alias, where }: ContainedEvents): string {
  const parts = items === null ? [] : [`select ${items.map(printItem).join(',')} from`];
  parts.push(printExpression(source));
  if (type !== null) parts.push(`@type(${printDotted(type)})`);
  if (alias !== null) parts.push(`as ${printName(alias)}`);
  if (where !== null) parts.push(`where ${printExpression(where)}`);
  return `[${parts.join(' ')}]`;
}

/** A column of a `select`. */
export function printItem(item: SelectItem): string {
  switch (item.kind) {
    case 'wildcard':
      return '*';
    case 'streamWildcard':
      return `${printName(item.stream)}.*${printAlias(item.alias)}`;
    case 'expression':
      return `${printExpression(item.expression)}${printAlias(item.alias)}`;
  }
}

/** ` as name`, or nothing. */
export function printAlias(alias: Name | null): string {
  return alias === null ? '' : ` as ${printName(alias)}`;
}

function levelOf(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'followedBy':
      return FOLLOWED_BY;
    case 'or':
      return OR;
    case 'and':
      return AND;
    case 'repeat':
      return REPEAT;
    case 'every':
    case 'everyDistinct':
    case 'not':
      return QUALIFIED;
    case 'guard':
    case 'while':
      return GUARDED;
    default:
      return ATOM;
  }
}

function print(pattern: Pattern, wanted: number): string {
  const text = printForm(pattern);
  return levelOf(pattern) < wanted ? `(${text})` : text;
}

function printForm(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'filter': {
      const tag = pattern.tag === null ? '' : `${printName(pattern.tag)}=`;
      return [`${tag}${printFilter(pattern.filter)}`, ...pattern.annotations.map(printAnnotation)].join(' ');
    }
    case 'every':
      return `every ${printBounded(pattern.child)}`;
    case 'everyDistinct':
      return `every-distinct(${printList(pattern.keys)}) ${printBounded(pattern.child)}`;
    case 'not':
      return `not ${printBounded(pattern.child)}`;
    case 'and':
    case 'or': {
      const level = levelOf(pattern);
      return pattern.children.map((child) => print(child, level + 1)).join(` ${pattern.kind} `);
    }
    case 'followedBy':
      return pattern.children
        .map((child, i) => `${i === 0 ? '' : arrow(pattern, i)}${print(child, OR)}`)
        .join('');
    case 'repeat': {
      const { low, high, until } = pattern;
      const bounds = low === null && high === null ? '' : `${printBounds(low, high)} `;
      const end = until === null ? '' : ` until ${print(until, QUALIFIED)}`;
      return `${bounds}${print(pattern.child, QUALIFIED)}${end}`;
    }
    case 'guard': {
      const call = `${printName(pattern.namespace)}:${printName(pattern.name)}(${printList(pattern.args)})`;
      return `${print(pattern.child, ATOM)} where ${call}`;
    }
    case 'while':
      return `${print(pattern.child, ATOM)} while (${printExpression(pattern.condition)})`;
    case 'observer':
      return `${printName(pattern.namespace)}:${printName(pattern.name)}(${printList(pattern.args)})`;
    default:
      return unreachable(pattern);
  }
}

/** `every [2] A` needs no parentheses. */
function printBounded(child: Pattern): string {
  if (child.kind === 'repeat' && child.until === null && levelOf(child.child) >= GUARDED)
    return printForm(child);
  return print(child, GUARDED);
}

function arrow({ limits }: Extract<Pattern, { kind: 'followedBy' }>, i: number): string {
  const limit = limits[i - 1] ?? null;
  return limit === null ? ' -> ' : ` -[${printExpression(limit)}]> `;
}

/** `[n]` has one bound twice. */
function printBounds(low: Expression | null, high: Expression | null): string {
  const [from, to] = [low, high].map((one) => (one === null ? '' : printExpression(one)));
  return low !== null && from === to ? `[${from}]` : `[${from}:${to}]`;
}
