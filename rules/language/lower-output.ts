import { TYPE_INT, TYPE_LONG, type ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isInteger, isNumeric } from '../../engine/expr/type-rules.ts';
import type { LimitPlan, OutputPlan, OutputRate, OutputTerminated } from '../../engine/plan/query-plan.ts';
import type { Expression } from './ast.ts';
import type { Limit, OutputClause, OutputRateClause, OutputTerminatedClause } from './ast-clauses.ts';
import { lowerAssignments } from './lower-assignments.ts';
import { lowerCrontab } from './lower-crontab.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import type { Reporter } from './reporter.ts';
import type { Scope, ScopeParam } from './scope.ts';
import type { Hints } from './statement-hints.ts';

/** What the output of a query depends on besides its own clause. */
export interface OutputContext {
  /** No events, only what stands without one: variables. */
  readonly scope: Scope;
  readonly hints: Hints;
  readonly hasOrder: boolean;
  readonly report: Reporter;
}

/** Lowers `output`; null after reporting what is wrong. */
export function lowerOutput(output: OutputClause, context: OutputContext): OutputPlan | null {
  const { report, hints, hasOrder } = context;
  const errorsBefore = report.errorCount;
  const after = output.after === null ? null : lowerAfter(output.after, context);
  const rate: OutputRate | null = output.rate === null ? { kind: 'none' } : lowerRate(output.rate, context);
  const terminated =
    output.terminated === null ? null : lowerTerminated(output.terminated, output.rate, context);
  const wished = hints.get('enable_outputlimit_opt');
  if (wished !== undefined && hasOrder && (output.part === 'last' || output.part === 'all')) {
    report.error('E0433', 'the hint `enable_outputlimit_opt` does not go with `order by`', wished.span);
  }
  if (rate === null || report.errorCount > errorsBefore) return null;
  const isDeferred = hasOrder || hints.has('disable_outputlimit_opt');
  return { kind: output.part ?? 'default', isDeferred, after, rate, terminated };
}

/** Lowers `limit`; null after reporting what is wrong. */
export function lowerLimit(limit: Limit, scope: Scope, report: Reporter): LimitPlan | null {
  const number = (ast: Expression): Expr | null => {
    const isSimple = ast.kind === 'literal' || ast.kind === 'chain' || ast.kind === 'unary';
    const expr = lowerExpression(ast, scope, report);
    if (expr === null) return null;
    if (isSimple && isInteger(expr.type)) return expr;
    report.error('E0434', '`limit` takes whole numbers or variables of them', ast.span);
    return null;
  };
  const count = number(limit.count);
  const offset = limit.offset === null ? null : number(limit.offset);
  if (offset?.op === 'literal' && (offset.value as number) <= 0) {
    const title = 'the offset of `limit` is 1 or more';
    report.error('E0434', title, (limit.offset as Expression).span, [
      'leave it out to begin at the first row',
    ]);
    return null;
  }
  return count === null || (offset === null && limit.offset !== null) ? null : { count, offset };
}

function lowerAfter(
  { unit, amount }: NonNullable<OutputClause['after']>,
  context: OutputContext,
): OutputPlan['after'] {
  const expr = unit === 'time' ? lowerPeriod(amount, context) : lowerCount(amount, context);
  return expr === null ? null : { unit, amount: expr };
}

function lowerRate(rate: OutputRateClause, context: OutputContext): OutputRate | null {
  const { report } = context;
  switch (rate.kind) {
    case 'time': {
      const period = lowerPeriod(rate.period, context);
      return period === null ? null : { kind: 'time', period };
    }
    case 'events': {
      const count = lowerCount(rate.count, context);
      if (count !== null && isNotPositive(count)) {
        report.error('E0433', 'the number of events must be 1 or more', rate.count.span);
        return null;
      }
      return count === null ? null : { kind: 'events', count };
    }
    case 'at': {
      const crontab = lowerCrontab(rate.args, context.scope, rate.span, report);
      return crontab === null ? null : { kind: 'crontab', crontab };
    }
    case 'when': {
      const scope = { ...context.scope, params: COUNTS };
      const condition = lowerCondition(rate.condition, scope, report);
      const { catalog } = scope;
      const assignments = lowerAssignments(rate.assignments, scope, { catalog, report });
      if (condition === null || assignments === null) return null;
      return { kind: 'when', condition, assignments };
    }
  }
}

/** `when terminated and condition then set …`; it can name the counts, too. */
function lowerTerminated(
  ast: OutputTerminatedClause,
  rate: OutputRateClause | null,
  context: OutputContext,
): OutputTerminated {
  const { report } = context;
  const scope = { ...context.scope, params: COUNTS };
  const { catalog } = scope;
  if (catalog.contexts.current === null) {
    report.warning(
      'W0614',
      '`when terminated` waits for the end of a context partition: here is none',
      ast.span,
      ['write `context C` before the statement'],
    );
  }
  if (ast.condition !== null && rate !== null && rate.kind !== 'when') {
    const title = 'a condition of `when terminated` stands alone or goes with `output when`';
    report.error('E0433', title, ast.condition.span);
  }
  const condition = ast.condition === null ? null : lowerCondition(ast.condition, scope, report);
  const assignments = lowerAssignments(ast.assignments, scope, { catalog, report }) ?? [];
  return { condition, assignments };
}

function lowerPeriod(ast: Expression, { scope, report }: OutputContext): Expr | null {
  const expr = lowerExpression(ast, scope, report);
  if (expr === null) return null;
  if (!isNumeric(expr.type) && expr.type.kind !== 'period') {
    report.error('E0433', 'a time period is a number of seconds or has units', ast.span);
    return null;
  }
  if (isNotPositive(expr)) {
    report.error('E0433', 'the time period must be longer than 0', ast.span);
    return null;
  }
  return expr;
}

function lowerCount(ast: Expression, { scope, report }: OutputContext): Expr | null {
  const expr = lowerExpression(ast, scope, report);
  if (expr === null) return null;
  if (isNumeric(expr.type)) return expr;
  report.error('E0433', 'the number of events must be a number', ast.span);
  return null;
}

function isNotPositive(expr: Expr): boolean {
  if (expr.op === 'literal') return typeof expr.value === 'number' && expr.value <= 0;
  return expr.op === 'period' && expr.parts.every(({ amount }) => isNotPositive(amount));
}

function local(name: string, type: ValueType): ScopeParam {
  return { name, expr: { op: 'local', type, name }, isImplicit: false };
}

/** What the condition of `output when` can name. */
const COUNTS: readonly ScopeParam[] = [
  local('count_insert', TYPE_INT),
  local('count_insert_total', TYPE_INT),
  local('count_remove', TYPE_INT),
  local('count_remove_total', TYPE_INT),
  local('last_output_timestamp', TYPE_LONG),
];
