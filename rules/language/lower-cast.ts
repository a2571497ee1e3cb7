import { TYPE_DATE, typeName, type ValueType } from '../../engine/event/types.ts';
import { makeCaster } from '../../engine/expr/convert.ts';
import { ExpressionFailure } from '../../engine/expr/failure.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { canCast, isNumber } from '../../engine/expr/type-rules.ts';
import { makeDateParser } from '../../engine/time/parse-date.ts';
import type { Expression } from './ast.ts';
import type { Catalog } from './catalog.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { castTo } from './time-cast.ts';
import { isJavaTime } from './type-names.ts';

type Cast = Expression & { kind: 'cast' };

/** `cast(value, type)`, `cast(text, type, dateformat: 'pattern')`. */
export function lowerCast(ast: Cast, context: ChainContext): Lowered {
  const operand = context.lower(ast.operand);
  const type = targetOf(ast, context);
  if (type === null) return null;
  if (ast.format !== null) return dateCast(ast, ast.format, operand, { type, context });
  if (operand === null) return null;
  if (!canCast(operand.type, type)) {
    const title = `${typeName(operand.type)} cannot be cast to ${typeName(type)}`;
    return context.wrong('E0301', title, ast.span);
  }
  const isParsed = operand.type.kind === 'string' && (isNumber(type) || type.kind === 'boolean');
  return isParsed ? parsed(ast, operand, type, context) : castTo(type, operand, context.scope.catalog);
}

/** A text that must read as a value of the type; as in Esper a constant is read at once. */
function parsed(ast: Cast, operand: Expr, type: ValueType, context: ChainContext): Lowered {
  const cast: Expr = { op: 'cast', type, operand, format: null, parses: true };
  if (operand.op !== 'literal' || typeof operand.value !== 'string') return cast;
  try {
    makeCaster(operand.type, type, cast)(operand.value);
    return cast;
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    return context.wrong('E0301', error.message, ast.operand.span);
  }
}

function targetOf(ast: Cast, context: ChainContext): ValueType | null {
  const name = ast.type.text;
  const { catalog } = context.scope;
  let type = isJavaTime(name) ? TYPE_DATE : catalog.valueType(name);
  if (type === null && /^java\./i.test(name)) return context.later(`\`cast\` to \`${name}\``, ast.type.span);
  if (type === null) {
    context.report.unknown('E0205', 'type', name, ast.type.span, catalog.scalarNames());
    return null;
  }
  for (let i = 0; i < ast.dimensions; i++) type = { kind: 'array', element: type };
  return type;
}

interface Target {
  readonly type: ValueType;
  readonly context: ChainContext;
}

function dateCast(ast: Cast, formatAst: Expression, operand: Lowered, { type, context }: Target): Lowered {
  const format = context.lower(formatAst);
  if (operand === null || format === null) return null;
  const { span } = formatAst;
  if (format.type.kind !== 'string') {
    return context.wrong('E0301', `a date format must be a string, not ${typeName(format.type)}`, span);
  }
  if (operand.type.kind !== 'string' && operand.type.kind !== 'null') {
    const title = `a date format reads a string, not ${typeName(operand.type)}`;
    return context.wrong('E0301', title, ast.operand.span);
  }
  if (type.kind !== 'date' && type.kind !== 'long') {
    return context.wrong('E0301', `a date format gives a time, not ${typeName(type)}`, ast.type.span);
  }
  if (format.op !== 'literal') return context.later('a date format that is not constant', span);
  const pattern = format.value as string;
  if (pattern.toLowerCase() === 'iso') return iso(operand, type, context.scope.catalog);
  const isWhole = /^(local|zoned)/i.test(ast.type.text.replace(/^.*\./, ''));
  if (makeDateParser(pattern, isWhole) === null) {
    const notes = [
      'letters are those of SimpleDateFormat: `yyyy-MM-dd HH:mm:ss.SSS`; other text stands in quotes',
    ];
    return context.wrong('E0306', 'this is not a date format', span, notes);
  }
  return { op: 'cast', type, operand, format: pattern, isWhole };
}

/** ISO 8601, as `cast(text, date)` reads it; as in Esper a long is milliseconds whatever the clock counts. */
function iso(operand: Expr, type: ValueType, catalog: Catalog): Expr {
  const date = castTo(TYPE_DATE, operand, catalog);
  if (type.kind === 'date') return date;
  if (catalog.timeUnit === 'milliseconds') return { op: 'cast', type, operand: date, format: null };
  return { op: 'call', type, name: 'time.tomillisec/date', args: [date] };
}
