import {
  TYPE_BOOLEAN,
  TYPE_DOUBLE,
  TYPE_INT,
  TYPE_LONG,
  TYPE_OBJECT,
  type ValueType,
} from '../../engine/event/types.ts';
import { childrenOf, usesSlots } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isBig, isInteger, isNumber, isNumeric } from '../../engine/expr/type-rules.ts';
import type { AggregatePlan, ViewArg } from '../../engine/plan/query-plan.ts';
import { isZone } from '../../engine/time/zone.ts';
import { AggregateCollector } from './aggregate-collector.ts';
import type { Expression } from './ast.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { eventValueType, type Lowering, type Scope, type ScopeParam } from './scope.ts';
import type { ArgKind, KnownView } from './view-forms.ts';

/** Arguments of a view in the order of the text; `*` among columns is a null constant. */
export interface LoweredArgs {
  readonly args: readonly ViewArg[];
  readonly aggregates: readonly AggregatePlan[];
}

/** Lowers and checks the arguments of a view; null after reporting a mistake. */
export function lowerViewArgs(view: KnownView, scope: Scope, lowering: Lowering): LoweredArgs | null {
  const { report } = lowering;
  const { use, form, name } = view;
  const hasCondition = form.args[0]?.[0] === 'condition';
  const aggregates = new AggregateCollector(false, () => false);
  const subquery = use.args.find((ast) => hasSubquery(ast));
  if (subquery !== undefined) {
    report.error('E0302', `\`${name}\` takes no subquery`, subquery.span);
    return null;
  }
  const lowered = use.args.map((ast, i): ViewArg | null => {
    if (ast.kind === 'star') return { expr: STAR, descending: false };
    const isOrdered = ast.kind === 'ordered';
    const expression = isOrdered ? ast.operand : ast;
    const expr =
      hasCondition && i === 0
        ? lowerCondition(expression, { ...conditionScope(scope), aggregates }, report)
        : lowerExpression(expression, scope, report);
    return expr === null ? null : { expr, descending: isOrdered && ast.descending };
  });
  if (lowered.includes(null)) return null;
  const args = lowered as ViewArg[];
  const isFit = form.args.some((kinds) => fits(kinds, args, use.args));
  if (!isFit) {
    report.error('E0302', `the arguments do not fit \`${name}\``, use.span, [`it is \`${form.signature}\``]);
    return null;
  }
  const isOfNumbers = form.args.some((kinds) => kinds.includes('number'));
  return { args: isOfNumbers ? args.map(asDouble) : args, aggregates: aggregates.plans };
}

/** Statistics compute in doubles; other columns of such a view stay as they are. */
function asDouble(arg: ViewArg, i: number): ViewArg {
  if (i > 1 || !isBig(arg.expr.type)) return arg;
  return { ...arg, expr: { op: 'cast', type: TYPE_DOUBLE, operand: arg.expr, format: null } };
}

/** Whether there is a subquery anywhere in an expression. */
function hasSubquery(node: object): boolean {
  const { kind, what } = node as { kind?: string; what?: string };
  if (kind === 'subquery' || (kind === 'unsupported' && what?.includes('subquery') === true)) return true;
  return Object.values(node).some((part) => typeof part === 'object' && part !== null && hasSubquery(part));
}

const STAR: Expr = { op: 'literal', type: TYPE_OBJECT, value: null };

/** What the condition of `expr` and `expr_batch` can name beside the fields of the event. */
function conditionScope(scope: Scope): Scope {
  const [entry] = scope.entries;
  const event = entry?.type ?? null;
  const type = event === null ? TYPE_OBJECT : eventValueType(event);
  const local = (name: string, localType: ValueType): ScopeParam => ({
    name,
    expr: { op: 'local', type: localType, name },
    isImplicit: false,
  });
  const params = [
    local('current_count', TYPE_INT),
    local('expired_count', TYPE_INT),
    local('newest_timestamp', TYPE_LONG),
    local('oldest_timestamp', TYPE_LONG),
    local('view_reference', TYPE_OBJECT),
    local('newest_event', type),
    local('oldest_event', type),
  ];
  return { ...scope, params };
}

/** Whether arguments are of the kinds of one form. The fixed kind after a `+` one begins at the first constant. */
function fits(kinds: readonly ArgKind[], args: readonly ViewArg[], asts: readonly Expression[]): boolean {
  let at = 0;
  for (const [i, kind] of kinds.entries()) {
    const isMany = kind.endsWith('+') || kind.endsWith('*');
    if (!isMany) {
      if (at >= args.length || !isKind(kind, args[at] as ViewArg, asts[at] as Expression)) return false;
      at++;
      continue;
    }
    const start = at;
    const next = kinds[i + 1];
    while (at < args.length && isKind(kind, args[at] as ViewArg, asts[at] as Expression)) {
      if (next !== undefined && isKind(next, args[at] as ViewArg, asts[at] as Expression)) break;
      at++;
    }
    if (kind.endsWith('+') && at === start) return false;
  }
  return at === args.length;
}

function isKind(kind: ArgKind, { expr }: ViewArg, ast: Expression): boolean {
  const { type } = expr;
  const isStar = ast.kind === 'star';
  const isText = ast.kind === 'literal' && ast.type === 'string';
  if (isStar && kind !== 'columns*') return false;
  if (ast.kind === 'ordered' && kind !== 'sort+') return false;
  switch (kind) {
    case 'size':
      return isSize(type) && isFixed(expr) && !(expr.op === 'literal' && Number(expr.value) <= 0);
    case 'duration':
      return (type.kind === 'period' || isNumeric(type)) && isFixed(expr) && !isNegative(expr);
    case 'interval':
    case 'fixed':
    case 'calendar':
      return (type.kind === 'period' || isNumeric(type)) && isFixed(expr) && isInterval(expr, kind);
    case 'reference':
      return isInteger(type) && isFixed(expr);
    case 'time':
      return (
        (type.kind === 'long' || type.kind === 'date' || isInteger(type)) &&
        (!isFixed(expr) || readsClock(expr))
      );
    case 'number':
      return isNumber(type);
    case 'key':
    case 'key+':
    case 'key*':
      // As in Esper a constant is refused: by it all events would be one group.
      return type.kind !== 'period' && type.kind !== 'null' && expr.op !== 'literal';
    case 'sort+':
      return type.kind !== 'period';
    case 'condition':
      return type.kind === TYPE_BOOLEAN.kind;
    case 'flow':
      return isText && FLOW.test(String(expr.op === 'literal' ? expr.value : ''));
    case 'flag':
      return type.kind === 'boolean' && isFixed(expr);
    case 'zone':
      return isText && isZone(String(expr.op === 'literal' ? expr.value : ''));
    case 'columns*':
      return type.kind !== 'period';
  }
}

/** As in Esper a long is no number of events. */
function isSize(type: ValueType): boolean {
  return isInteger(type) && type.kind !== 'long' && !isBig(type);
}

/** Words of flow control, separated by commas. */
const FLOW = /^\s*(force_update|start_eager)?\s*(,\s*(force_update|start_eager)\s*)*$/i;

function isFixed(expr: Expr): boolean {
  return usesSlots(expr).size === 0;
}

/** Whether a duration is none that can be known to be wrong: zero, or with months where there must be none. */
function isInterval(expr: Expr, kind: 'interval' | 'fixed' | 'calendar'): boolean {
  if (expr.op === 'literal') return Number(expr.value) > 0;
  if (expr.op !== 'period') return true;
  const isZero = expr.parts.every(({ amount }) => amount.op === 'literal' && !(Number(amount.value) > 0));
  const months = expr.parts.filter(({ unit }) => unit === 'month' || unit === 'year').length;
  if (isZero || kind === 'interval') return !isZero;
  return months === 0 || (kind === 'calendar' && months === expr.parts.length);
}

function readsClock(expr: Expr): boolean {
  return expr.op === 'now' || childrenOf(expr).some(readsClock);
}

function isNegative(expr: Expr): boolean {
  return expr.op === 'literal' && Number(expr.value) < 0;
}
