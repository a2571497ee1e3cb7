import {
  type EventType,
  type Field,
  TYPE_DATE,
  TYPE_INT,
  TYPE_LONG,
  typeName,
} from '../../engine/event/types.ts';
import { FIELD_METHODS, isTime } from '../../engine/expr/functions/time.ts';
import { findFunction } from '../../engine/expr/functions.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { calendarField, calendarFieldNames } from '../../engine/time/calendar.ts';
import { isDatePattern } from '../../engine/time/format-date.ts';
import type { ChainLink, Expression } from './ast.ts';
import type { Catalog } from './catalog.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { memberExpr } from './scope.ts';
import { castTo } from './time-cast.ts';

/** A method on a time or on an event with time fields; undefined when the name is none of these. */
export function lowerTimeMethod(target: Expr, link: ChainLink, context: ChainContext): Lowered | undefined {
  const name = link.name.text.toLowerCase();
  const isRelation = findFunction(`interval.${name}`) !== undefined;
  if (!isRelation && findFunction(`time.${name}`) === undefined) return undefined;
  const span = intervalOf(target, context);
  if (span === null) {
    const what = typeName(target.type);
    const notes = ['an event has times when its schema says `starttimestamp`'];
    const title = `\`${link.name.text}\` needs a time (long or date) or an event that has one, not ${what}`;
    return context.wrong('E0302', title, link.span, target.type.kind === 'event' ? notes : []);
  }
  if (isRelation) return relation(name, span, link, context);
  const made = timeMethod(name, span.start, link, context);
  if (made !== null && MOVES.has(name)) noteMoved(made, span);
  return made;
}

/** Start and end of what a method looks at; they are the same for a plain time. */
interface Span {
  readonly start: Expr;
  readonly end: Expr;
}

function intervalOf(expr: Expr, { scope }: ChainContext): Span | null {
  if (isTime(expr.type) || expr.type.kind === 'null') {
    return { start: expr, end: movedEnds.get(expr) ?? expr };
  }
  if (expr.type.kind !== 'event') return null;
  const type = scope.catalog.get(expr.type.typeName);
  return type === undefined ? null : eventSpan(expr, type, scope.catalog);
}

function eventSpan(target: Expr, type: EventType, catalog: Catalog): Span | null {
  const at = (index: number): Expr => {
    const field = memberExpr(target, index, type.fields[index] as Field);
    if (isTime(field.type)) return field;
    return castTo(TYPE_DATE, field, catalog);
  };
  if (type.startField < 0) return null;
  const start = at(type.startField);
  return { start, end: type.endField < 0 ? start : at(type.endField) };
}

/**
 * End of an event whose start was moved: `a.plus(1 hour)` keeps the length of the event for a relation that follows, and so
 * does what sets or rounds the start.
 */
const MOVES: ReadonlySet<string> = new Set([
  ...['plus', 'minus', 'set', 'withdate', 'withtime', 'withmin', 'withmax'],
  ...['roundfloor', 'roundceiling', 'roundhalf'],
]);

const movedEnds = new WeakMap<Expr, Expr>();

function noteMoved(moved: Expr, { start, end }: Span): void {
  if (start === end) return;
  const length: Expr = { op: 'arithmetic', type: TYPE_LONG, operator: '-', left: end, right: start };
  movedEnds.set(moved, { op: 'arithmetic', type: TYPE_LONG, operator: '+', left: moved, right: length });
}

function timeMethod(name: string, time: Expr, link: ChainLink, context: ChainContext): Lowered {
  const asts = link.args ?? [];
  const given = FIELD_METHODS.has(name) ? fieldFirst(asts, link, context) : context.all(asts);
  if (given === null) return null;
  const isMove = name === 'plus' || name === 'minus';
  if (isMove) noteMicroseconds(given[0], link, context);
  const args = isMove ? calendarParts(given) : name === 'between' ? betweenArgs(given) : given;
  const definition =
    findFunction(`time.${name}/${time.type.kind}`) ??
    findFunction(`time.${name}/${args.length}`) ??
    findFunction(`time.${name}`);
  const checked = definition?.check([time.type, ...args.map((arg) => arg.type)]);
  if (definition === undefined || checked === undefined) return null;
  if ('error' in checked) {
    const notes = [`it is ${definition.signature}`];
    return context.wrong('E0302', `\`${link.name.text}\` ${checked.error}`, link.span, notes);
  }
  const [pattern] = args;
  if (name === 'format' && pattern !== undefined) {
    const isGood =
      pattern.op !== 'literal' || (typeof pattern.value === 'string' && isDatePattern(pattern.value));
    if (!isGood) return context.wrong('E0306', 'this is not a date pattern', asts[0]?.span ?? link.span);
  }
  return { op: 'call', type: checked.type, name: definition.name, args: [time, ...args] };
}

/** As in Esper reversed ends are swapped only where both are written as included. */
function betweenArgs(given: readonly Expr[]): readonly Expr[] {
  const [low, high, ...flags] = given;
  const isPlain = flags.length === 2 && flags.every((flag) => flag.op === 'literal' && flag.value === true);
  return isPlain && low !== undefined && high !== undefined ? [low, high] : given;
}

function noteMicroseconds(period: Expr | undefined, link: ChainLink, { scope, report }: ChainContext): void {
  if (period?.op !== 'period' || scope.catalog.timeUnit === 'milliseconds') return;
  if (!period.parts.some(({ unit }) => unit === 'microsecond')) return;
  const title = 'the calendar knows milliseconds: microseconds are left out, as in Esper';
  report.warning('W0617', title, link.span, ['add a number of microseconds to a long: t + 5']);
}

/**
 * Parts of a period as a calendar adds them: whole numbers of each unit, a null part is none, days and weeks apart, since
 * a day of a zone may have 23 or 25 hours, and no microseconds, which it does not have.
 */
function calendarParts(args: readonly Expr[]): readonly Expr[] {
  const [period] = args;
  if (args.length !== 1 || period?.op !== 'period') return args;
  const parts = period.parts.map(({ unit, amount }) => ({ unit, amount: wholePart(amount) }));
  const days = parts.flatMap(({ unit, amount }): Expr[] => {
    if (unit === 'day') return [amount];
    return unit === 'week' ? [arithmetic('*', amount, wholeLiteral(7))] : [];
  });
  const rest = parts.filter(({ unit }) => unit !== 'day' && unit !== 'week' && unit !== 'microsecond');
  return [{ ...period, parts: rest }, days.reduce((a, b) => arithmetic('+', a, b), wholeLiteral(0))];
}

function wholePart(amount: Expr): Expr {
  if (amount.op === 'literal' && typeof amount.value === 'number' && Number.isInteger(amount.value))
    return amount;
  const whole: Expr = { op: 'cast', type: TYPE_INT, operand: amount, format: null };
  return { op: 'coalesce', type: TYPE_INT, operands: [whole, wholeLiteral(0)] };
}

const wholeLiteral = (value: number): Expr => ({ op: 'literal', type: TYPE_INT, value });

function arithmetic(operator: '+' | '*', left: Expr, right: Expr): Expr {
  return { op: 'arithmetic', type: TYPE_INT, operator, left, right };
}

/** The first argument names a calendar field by a constant. */
function fieldFirst(asts: readonly Expression[], link: ChainLink, context: ChainContext): Expr[] | null {
  const [first, ...others] = asts;
  const name = first?.kind === 'literal' && typeof first.value === 'string' ? first.value : null;
  const field = name === null ? null : calendarField(name);
  if (field === null) {
    const notes = [`it is one of ${calendarFieldNames().join(', ')}`];
    const title = `\`${link.name.text}\` needs the name of a calendar field in quotes`;
    return context.wrong('E0302', title, first?.span ?? link.span, notes);
  }
  const rest = context.all(others);
  return rest === null ? null : [{ op: 'literal', type: { kind: 'string' }, value: field }, ...rest];
}

function relation(name: string, a: Span, link: ChainLink, context: ChainContext): Lowered {
  const args = context.all(link.args ?? []);
  if (args === null) return null;
  const [other, ...thresholds] = args;
  const b = other === undefined ? null : intervalOf(other, context);
  if (b === null) {
    const what = other === undefined ? 'nothing' : typeName(other.type);
    const title = `\`${link.name.text}\` compares with a time or an event that has one, not ${what}`;
    return context.wrong('E0302', title, link.span);
  }
  const all = [a.start, a.end, b.start, b.end, ...thresholds];
  const definition = findFunction(`interval.${name}`);
  const checked = definition?.check(all.map((arg) => arg.type));
  if (definition === undefined || checked === undefined) return null;
  if ('error' in checked) return context.wrong('E0302', `\`${link.name.text}\` ${checked.error}`, link.span);
  return { op: 'call', type: checked.type, name: definition.name, args: all };
}
