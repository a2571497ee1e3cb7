import { typeName } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isInteger, isNumeric } from '../../engine/expr/type-rules.ts';
import type { PatternNode } from '../../engine/plan/plan.ts';
import { parseDate, parseRepeatingInterval } from '../../engine/time/repeating-interval.ts';
import { timeBase } from '../../engine/time/time-base.ts';
import type { Expression } from './ast.ts';
import type { Span } from './diagnostics.ts';
import { lowerCrontab } from './lower-crontab.ts';
import { lowerExpression } from './lower-expression.ts';
import { NULL_EXPR } from './null-expr.ts';
import type { Reporter } from './reporter.ts';
import type { Scope } from './scope.ts';

/** Timers that limit a pattern: `A where timer:within(…)`. */
export const GUARDS = ['timer:within', 'timer:withinmax'];
/** Timers that stand for themselves in a pattern. */
export const OBSERVERS = ['timer:interval', 'timer:at', 'timer:schedule'];

/** The argument of a timer: a time period or a number of seconds. */
export function lowerDuration(
  args: readonly Expression[],
  scope: Scope,
  name: string,
  span: Span,
  report: Reporter,
): Expr {
  const [ast] = args;
  if (ast === undefined || args.length !== 1 || ast.kind === 'named' || ast.kind === 'star') {
    const title = `\`${name}\` takes one time period or number of seconds`;
    report.error('E0302', title, span, [`for example ${name}(10 sec)`]);
    return NULL_EXPR;
  }
  const expr = lowerExpression(ast, scope, report);
  if (expr === null || expr.type.kind === 'period' || isNumeric(expr.type)) return expr ?? NULL_EXPR;
  const title = `\`${name}\` takes a time period or a number of seconds, not ${typeName(expr.type)}`;
  report.error('E0301', title, ast.span);
  return NULL_EXPR;
}

/** `timer:at(…)` */
export function lowerTimerAt(
  args: readonly Expression[],
  id: number,
  scope: Scope,
  span: Span,
  report: Reporter,
): PatternNode {
  const crontab = lowerCrontab(args, scope, span, report);
  return crontab === null ? never(id) : { op: 'at', id, crontab };
}

/** `timer:schedule(…)` */
export function lowerSchedule(
  args: readonly Expression[],
  id: number,
  scope: Scope,
  span: Span,
  report: Reporter,
): PatternNode {
  const errorsBefore = report.errorCount;
  const parts = namedParts(args, span, report);
  if (parts === null) return never(id);
  const lower = (name: string) => {
    const ast = parts.get(name);
    const expr = ast === undefined ? null : lowerExpression(ast, scope, report);
    if (expr !== null && ast !== undefined) checkPart(name, expr, ast, report);
    if (expr === null || ast === undefined || name !== 'period') return expr;
    const rest = withoutMicroseconds(expr);
    if (rest !== expr && scope.catalog.timeUnit !== 'milliseconds') {
      const title = 'the calendar knows milliseconds: microseconds are left out, as in Esper';
      report.warning('W0617', title, ast.span);
    }
    return rest;
  };
  const iso = lower('iso');
  const [date, period, repetitions] = [lower('date'), lower('period'), lower('repetitions')];
  return report.errorCount > errorsBefore
    ? never(id)
    : { op: 'schedule', id, iso, date, period, repetitions };
}

/** Whether a text is a date does not depend on the clock. */
const ANY_BASE = timeBase('milliseconds', 'UTC');
const PARTS = ['iso', 'date', 'period', 'repetitions'];
const USAGE = [
  "for example timer:schedule(iso: 'R/2026-01-01T00:00:00Z/PT1H')",
  'or timer:schedule(period: 1 hour, repetitions: 3)',
];

function namedParts(
  args: readonly Expression[],
  span: Span,
  report: Reporter,
): ReadonlyMap<string, Expression> | null {
  const parts = new Map<string, Expression>();
  const errorsBefore = report.errorCount;
  for (const arg of args) {
    if (arg.kind !== 'named') {
      report.error('E0302', 'the arguments of `timer:schedule` need names', arg.span, USAGE);
    } else if (!PARTS.includes(arg.name.text)) {
      report.unknown('E0302', 'argument of `timer:schedule`', arg.name.text, arg.name.span, PARTS);
    } else if (parts.has(arg.name.text)) {
      report.error('E0302', `\`${arg.name.text}:\` is given twice`, arg.name.span);
    } else parts.set(arg.name.text, arg.value);
  }
  const wrong = (title: string) => report.error('E0302', title, span, USAGE);
  if (report.errorCount > errorsBefore) return null;
  if (parts.has('iso') && parts.size > 1)
    wrong('`iso:` stands alone: it has the date, period and repetitions in it');
  else if (!parts.has('iso') && !parts.has('date') && !parts.has('period'))
    wrong('`timer:schedule` needs a date or a period');
  else if (parts.has('repetitions') && !parts.has('period'))
    wrong('`repetitions:` needs a `period:` to repeat at');
  return report.errorCount > errorsBefore ? null : parts;
}

function checkPart(name: string, expr: Expr, ast: Expression, report: Reporter): void {
  const { kind } = expr.type;
  const wanted: Readonly<Record<string, { readonly what: string; readonly fits: boolean }>> = {
    iso: { what: 'a string', fits: kind === 'string' },
    date: {
      what: 'a string, a date or a number of ticks',
      fits: ['string', 'date', 'long', 'int'].includes(kind),
    },
    period: { what: 'a time period', fits: kind === 'period' },
    repetitions: { what: 'a whole number', fits: isInteger(expr.type) },
  };
  const rule = wanted[name] as { readonly what: string; readonly fits: boolean };
  if (!rule.fits) {
    report.error('E0302', `\`${name}:\` is ${rule.what}, not ${typeName(expr.type)}`, ast.span);
    return;
  }
  if (expr.op !== 'literal' || typeof expr.value !== 'string') return;
  const mistake =
    name === 'iso' ? parseRepeatingInterval(expr.value, ANY_BASE) : parseDate(expr.value, ANY_BASE);
  if (typeof mistake === 'string') {
    report.error('E0302', `this is no ISO 8601 repeating interval: ${mistake}`, ast.span, USAGE);
  } else if (Number.isNaN(mistake)) {
    report.error('E0302', 'this is no ISO 8601 date', ast.span, ["for example '2026-01-01T00:00:00Z'"]);
  }
}

/** As in Esper the calendar that adds the period knows milliseconds only. */
function withoutMicroseconds(expr: Expr): Expr {
  if (expr.op !== 'period' || !expr.parts.some(({ unit }) => unit === 'microsecond')) return expr;
  return { ...expr, parts: expr.parts.filter(({ unit }) => unit !== 'microsecond') };
}

/** Stands for a timer with a mistake in it. */
function never(id: number): PatternNode {
  return { op: 'interval', id, duration: NULL_EXPR };
}
