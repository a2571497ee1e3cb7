import { TYPE_BOOLEAN, typeName, type ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { tryRegexp } from '../../engine/expr/operations.ts';
import { canCompare, canEqual, isNumber } from '../../engine/expr/type-rules.ts';
import type { Expression } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { widenTogether } from './widen.ts';

type Test = Extract<Expression, { kind: 'in' | 'range' | 'like' | 'regexp' }>;

/** `[not] in`, `between`, `like`, `regexp`. */
export function lowerTest(ast: Test, context: ChainContext): Lowered {
  switch (ast.kind) {
    case 'in':
      return membership(ast, context);
    case 'range':
      return range(ast, context);
    default:
      return textMatch(ast, context);
  }
}

function membership(ast: Test & { kind: 'in' }, context: ChainContext): Lowered {
  const operand = context.lower(ast.operand);
  const items = context.all(ast.items);
  if (operand === null || items === null) return null;
  for (const item of items) {
    const type = item.type.kind === 'array' ? item.type.element : item.type;
    if (item.type.kind !== 'map' && !canEqual(operand.type, type)) {
      return context.wrong(
        'E0301',
        `\`in\` cannot compare ${typeName(operand.type)} and ${typeName(type)}`,
        ast.span,
      );
    }
  }
  const [subject, ...others] = widenTogether([operand, ...items]) as [Expr, ...Expr[]];
  return { op: 'in', type: TYPE_BOOLEAN, negated: ast.negated, operand: subject, items: others };
}

function range(ast: Test & { kind: 'range' }, context: ChainContext): Lowered {
  const operands = context.all([ast.operand, ast.low, ast.high]);
  if (operands === null) return null;
  const [operand, low, high] = widenTogether(operands as [Expr, Expr, Expr]);
  for (const end of [low, high]) {
    if (!canCompare(operand.type, end.type)) {
      const types = `${typeName(operand.type)} and ${typeName(end.type)}`;
      return context.wrong('E0301', `a range cannot compare ${types}`, ast.span);
    }
  }
  // Recorded: with a null written as an end it is false, negated or not.
  if (low.type.kind === 'null' || high.type.kind === 'null') {
    return { op: 'literal', type: TYPE_BOOLEAN, value: false };
  }
  const { negated, includeLow, includeHigh } = ast;
  return { op: 'range', type: TYPE_BOOLEAN, negated, operand, low, high, includeLow, includeHigh };
}

function textMatch(ast: Test & { kind: 'like' | 'regexp' }, context: ChainContext): Lowered {
  const operand = context.lower(ast.operand);
  const pattern = context.lower(ast.pattern);
  if (operand === null || pattern === null) return null;
  const isText = (type: ValueType) => type.kind === 'string';
  if (!(isText(operand.type) || isNumber(operand.type)) || !isText(pattern.type)) {
    const types = `${typeName(operand.type)} and ${typeName(pattern.type)}`;
    return context.wrong('E0301', `\`${ast.kind}\` needs two texts, not ${types}`, ast.span);
  }
  const { negated } = ast;
  if (ast.kind === 'regexp') {
    const constant = pattern.op === 'literal' ? pattern.value : null;
    if (typeof constant === 'string' && tryRegexp(constant) === null) {
      const notes = ['look-around and back-references are not supported: matching takes linear time'];
      return context.wrong('E0306', 'this is not a regular expression', ast.pattern.span, notes);
    }
    return { op: 'regexp', type: TYPE_BOOLEAN, negated, operand, pattern };
  }
  const escapeChar = ast.escape?.kind === 'literal' ? ast.escape.value : null;
  if (ast.escape !== null && (typeof escapeChar !== 'string' || escapeChar.length !== 1)) {
    return context.wrong('E0306', 'the escape of `like` must be one character', ast.escape.span);
  }
  return { op: 'like', type: TYPE_BOOLEAN, negated, operand, pattern, escape: escapeChar as string | null };
}
