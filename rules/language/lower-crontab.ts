import { typeName, type ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isInteger } from '../../engine/expr/type-rules.ts';
import type { CrontabField, CrontabPlan } from '../../engine/plan/crontab-plan.ts';
import { zoneNamed } from '../../engine/time/zone.ts';
import type { Expression } from './ast.ts';
import type { Span } from './diagnostics.ts';
import { lowerExpression } from './lower-expression.ts';
import { FINE_CLOCK } from './lower-period.ts';
import type { Reporter } from './reporter.ts';
import type { Scope } from './scope.ts';

/**
 * Lowers the arguments of a crontab: minute, hour, day of month, month, day of week, then optionally second, zone,
 * millisecond, microsecond. `place` is the whole for mistakes that concern no single argument. Null after a report.
 */
export function lowerCrontab(
  args: readonly Expression[],
  scope: Scope,
  place: Span,
  report: Reporter,
): CrontabPlan | null {
  if (args.length < 5 || args.length > 9) {
    const order =
      'minute, hour, day of month, month, day of week, then second, time zone, millisecond, microsecond';
    report.error('E0302', `a crontab has 5 to 9 fields, not ${args.length}`, place, [`they are ${order}`]);
    return null;
  }
  const lowering = new CrontabLowering(scope, report);
  const errorsBefore = report.errorCount;
  const field = (i: number): CrontabField => lowering.field(args[i] as Expression);
  const optional = (i: number) => (args[i] === undefined ? null : field(i));
  const plan: CrontabPlan = {
    minute: field(0),
    hour: field(1),
    dayOfMonth: field(2),
    month: field(3),
    dayOfWeek: field(4),
    second: optional(5),
    zone: args[6] === undefined ? null : lowering.zone(args[6]),
    millisecond: optional(7),
    microsecond: optional(8),
  };
  if (report.errorCount > errorsBefore) return null;
  const microsecond = args[8];
  if (microsecond !== undefined && microsecond.kind !== 'star' && scope.catalog.timeUnit === 'milliseconds') {
    const title = 'the clock counts milliseconds: the microsecond of a crontab has no effect';
    report.warning('W0617', title, microsecond.span, [FINE_CLOCK]);
  }
  return checkDays(plan, args, report) ? plan : null;
}

const ANY: CrontabField = { kind: 'any' };
const SPECIAL = new Set(['last', 'weekday', 'lastWeekday']);

/** Days of the month and of the week must not contradict each other. */
function checkDays(plan: CrontabPlan, args: readonly Expression[], report: Reporter): boolean {
  const { dayOfMonth, dayOfWeek } = plan;
  const both = SPECIAL.has(dayOfMonth.kind) && SPECIAL.has(dayOfWeek.kind);
  const isSingle = dayOfMonth.kind === 'value' && dayOfWeek.kind !== 'any' && !SPECIAL.has(dayOfWeek.kind);
  if (!both && !isSingle) return true;
  const span = { start: (args[2] as Expression).span.start, end: (args[4] as Expression).span.end };
  report.error('E0430', 'this crontab names a day of the month and days of the week', span, [
    'leave one of them open with `*`',
  ]);
  return false;
}

class CrontabLowering {
  private readonly scope: Scope;
  private readonly report: Reporter;

  constructor(scope: Scope, report: Reporter) {
    this.scope = scope;
    this.report = report;
  }

  /** `VAR:8` looks like a named argument; `last` and its kin are names. */
  field(ast: Expression): CrontabField {
    switch (ast.kind) {
      case 'star':
        return ANY;
      case 'named': {
        const low: Expression = { kind: 'chain', span: ast.name.span, links: [plainLink(ast)] };
        return this.range(low, ast.value);
      }
      case 'crontab':
        switch (ast.form) {
          case 'last':
          case 'weekday':
            return { kind: ast.form, day: this.number(ast.day) };
          case 'range':
            return this.range(ast.low, ast.high);
          case 'step':
            return { kind: 'step', step: this.number(ast.step) };
          case 'list':
            return { kind: 'list', items: ast.items.map((item) => this.field(item)) };
        }
    }
    return wordOf(ast) ?? { kind: 'value', value: this.number(ast) };
  }

  zone(ast: Expression): Expr | null {
    if (ast.kind === 'star') return null;
    const expr = lowerExpression(ast, this.scope, this.report);
    if (expr === null) return null;
    if (expr.type.kind !== 'string') {
      this.report.error('E0302', `a time zone is a string, not ${typeName(expr.type)}`, ast.span);
    } else if (expr.op === 'literal' && zoneNamed(String(expr.value)) === null) {
      const title = `the time zone \`${expr.value}\` is unknown: UTC is taken`;
      this.report.warning('W0610', title, ast.span, ["write one such as 'Europe/Berlin' or 'GMT+2'"]);
    }
    return expr;
  }

  private range(low: Expression, high: Expression): CrontabField {
    return { kind: 'range', low: this.number(low), high: this.number(high) };
  }

  private number(ast: Expression): Expr {
    const expr = lowerExpression(ast, this.scope, this.report);
    if (expr !== null && isWhole(expr.type)) return expr;
    if (expr !== null) {
      const title = `a field of a crontab is a whole number, not ${typeName(expr.type)}`;
      this.report.error('E0302', title, ast.span);
    }
    return { op: 'literal', type: { kind: 'int' }, value: 0 };
  }
}

function isWhole(type: ValueType): boolean {
  return isInteger(type);
}

function plainLink({ name, span }: Expression & { kind: 'named' }) {
  return { name, span, dynamic: false, indexes: [], args: null, distinct: false };
}

/** `last`, `weekday`, `lastweekday` as a field; null for any other expression. */
function wordOf(ast: Expression): CrontabField | null {
  const [link, more] = ast.kind === 'chain' ? ast.links : [];
  if (link === undefined || more !== undefined || link.args !== null || link.indexes.length > 0) return null;
  switch (link.name.text.toLowerCase()) {
    case 'last':
      return { kind: 'last', day: null };
    case 'weekday':
      return { kind: 'weekday', day: null };
    case 'lastweekday':
      return { kind: 'lastWeekday' };
    default:
      return null;
  }
}
