import { unreachable } from '../../engine/core/assert.ts';
import type { ChainLink, Expression } from './ast.ts';
import { printParameter } from './print-expression.ts';

/**
 * Name of a select column without `as`: the expression as Esper prints it. No spaces around signs, strings in double
 * quotes, no more parentheses than needed: `3*amount`, `coalesce(a,b)`, `note is null`, `m('key')`.
 */
export function columnName(ast: Expression): string {
  return print(ast, 0);
}

type Binary = Expression & { kind: 'binary' };
type NewRow = Expression & { kind: 'newRow' };

/** Binding strength, loosest first. */
const STRENGTH: Readonly<Record<Binary['operator'], number>> = {
  or: 1,
  and: 2,
  '&': 3,
  '|': 3,
  '^': 3,
  '=': 5,
  '!=': 5,
  is: 5,
  'is not': 5,
  '<': 6,
  '<=': 6,
  '>': 6,
  '>=': 6,
  '||': 7,
  '+': 8,
  '-': 8,
  '*': 9,
  '/': 9,
  '%': 9,
};
const NOT = 4;
const MATCH = 6;
const SIGN = 10;

function print(ast: Expression, outer: number): string {
  const wrap = (strength: number, text: string) => (strength < outer ? `(${text})` : text);
  switch (ast.kind) {
    case 'literal':
      return literal(ast);
    case 'chain':
      return chain(ast.links);
    case 'chainOn':
      return `(${print(ast.target, 0)}).${chain(ast.links)}`;
    case 'unary':
      if (ast.operator === 'not') return wrap(NOT, `not ${print(ast.operand, NOT)}`);
      return `${ast.operator}${print(ast.operand, SIGN)}`;
    case 'binary':
      return wrap(STRENGTH[ast.operator], binary(ast));
    case 'in':
      return wrap(MATCH, `${print(ast.operand, MATCH)}${not(ast)} in (${list(ast.items)})`);
    case 'range': {
      const operand = `${print(ast.operand, MATCH)}${not(ast)}`;
      const [low, high] = [print(ast.low, MATCH), print(ast.high, MATCH)];
      if (ast.includeLow && ast.includeHigh) return wrap(MATCH, `${operand} between ${low} and ${high}`);
      return wrap(
        MATCH,
        `${operand} in ${ast.includeLow ? '[' : '('}${low}:${high}${ast.includeHigh ? ']' : ')'}`,
      );
    }
    case 'like':
    case 'regexp': {
      const escaped = ast.kind === 'like' && ast.escape !== null ? ` escape ${print(ast.escape, 0)}` : '';
      return wrap(
        MATCH,
        `${print(ast.operand, MATCH)}${not(ast)} ${ast.kind} ${print(ast.pattern, MATCH)}${escaped}`,
      );
    }
    case 'case': {
      const operand = ast.operand === null ? '' : ` ${print(ast.operand, 0)}`;
      const branches = ast.branches.map(({ when, then }) => ` when ${print(when, 0)} then ${print(then, 0)}`);
      const otherwise = ast.otherwise === null ? '' : ` else ${print(ast.otherwise, 0)}`;
      return `case${operand}${branches.join('')}${otherwise} end`;
    }
    case 'cast': {
      const format = ast.format === null ? '' : `,dateformat:${print(ast.format, 0)}`;
      return `cast(${print(ast.operand, 0)},${ast.type.text}${'[]'.repeat(ast.dimensions)}${format})`;
    }
    case 'array':
      return `{${list(ast.elements)}}`;
    case 'quantified': {
      const strength = ast.operator === '=' || ast.operator === '!=' ? STRENGTH['='] : STRENGTH['<'];
      const left = print(ast.operand, strength);
      return wrap(strength, `${left}${ast.operator}${ast.every ? 'all' : 'any'}(${list(ast.items)})`);
    }
    case 'subquery':
      return subqueryName(ast);
    case 'json':
      return `{${ast.members.map(({ name, value }) => `${name.text}=${print(value, 0)}`).join(',')}}`;
    case 'newRow':
      return `new{${ast.members.map(rowMember).join(',')}}`;
    case 'parameter':
      return printParameter(ast);
    case 'newArray': {
      const brackets = ast.sizes.map((size) => `[${size === null ? '' : print(size, 0)}]`).join('');
      const elements = ast.elements === null ? '' : ` {${list(ast.elements)}}`;
      return `new ${ast.type.text}${brackets}${elements}`;
    }
    case 'period':
      return ast.parts.map(({ unit, amount }) => `${print(amount, SIGN)} ${unit}s`).join(' ');
    case 'lambda':
      return '';
    case 'named':
      return `${ast.name.text}:${print(ast.value, 0)}`;
    case 'star':
      return '*';
    case 'streamStar':
      return `${ast.stream.text}.*`;
    case 'ordered':
      return `${print(ast.operand, 0)}${ast.descending ? ' desc' : ''}`;
    case 'tuple':
      return `(${list(ast.items)})`;
    case 'crontab':
      return '';
    case 'unsupported':
      return ast.what;
    default:
      return unreachable(ast);
  }
}

type Subquery = Expression & { kind: 'subquery' };

/** By the `select` of a subquery: its number in the statement. */
const numbers = new WeakMap<object, number>();

/** Tells the name of subqueries without one column: they are numbered through the statement, from 1. */
export function numberSubqueries(parts: readonly unknown[]): void {
  let count = 0;
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    if ('kind' in node && node.kind === 'subquery') {
      numbers.set((node as Subquery).select, ++count);
      visit((node as Subquery).operand);
      return;
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parts);
}

/** As in Esper a subquery is called by its first column, whatever is asked of it. */
function subqueryName({ select }: Subquery): string {
  const [first] = select.items;
  if (first?.kind === 'expression') return first.alias?.text ?? columnName(first.expression);
  return `subselect_${numbers.get(select) ?? 1}`;
}

function rowMember({ name, value, isShort }: NewRow['members'][number]): string {
  return isShort ? name.text : `${name.text}=${print(value, 0)}`;
}

function not(ast: { readonly negated: boolean }): string {
  return ast.negated ? ' not' : '';
}

function list(asts: readonly Expression[]): string {
  return asts
    .map((ast) => print(ast, 0))
    .filter((text) => text !== '')
    .join(',');
}

/** Operators of one strength lean left; a right operand of the same strength keeps its parentheses. */
function binary(ast: Binary): string {
  const strength = STRENGTH[ast.operator];
  const sign = /^[a-z]/.test(ast.operator) ? ` ${ast.operator} ` : ast.operator;
  const parts: string[] = [];
  let left: Expression = ast;
  while (left.kind === 'binary' && STRENGTH[left.operator] === strength && left.operator === ast.operator) {
    parts.push(print(left.right, strength + 1));
    left = left.left;
  }
  parts.push(print(left, strength));
  return parts.reverse().join(sign);
}

function literal(ast: Expression & { kind: 'literal' }): string {
  if (typeof ast.value === 'string') return `"${ast.value}"`;
  if (ast.type === 'double' && Number.isInteger(ast.value)) return `${ast.value}.0`;
  return String(ast.value);
}

function chain(links: readonly ChainLink[]): string {
  return links
    .map((link) => {
      const name = link.dynamic ? `${link.name.text}?` : link.name.text;
      const indexes = link.indexes.map((index) => `[${print(index, 0)}]`).join('');
      if (link.args === null) return name + indexes;
      const [only] = link.args;
      const isKey = link.args.length === 1 && only?.kind === 'literal' && only.type === 'string';
      const isProperty = isKey && links.indexOf(link) === links.length - 1 && !link.distinct;
      const args = isProperty ? `'${only.value}'` : list(link.args);
      return `${name}(${link.distinct ? 'distinct ' : ''}${args})${indexes}`;
    })
    .join('.');
}
