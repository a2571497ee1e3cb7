import { TYPE_PERIOD } from '../../engine/event/types.ts';
import type { Expr, PeriodExpr } from '../../engine/expr/ir.ts';
import { isNumeric } from '../../engine/expr/type-rules.ts';
import type { Expression } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';

type Period = Expression & { kind: 'period' };
type PeriodPart = PeriodExpr['parts'][number];

/** How to get a clock that counts microseconds, for notes. */
export const FINE_CLOCK = '`--time-unit microseconds` makes times count them';

/** A time period: its amounts are numbers. */
export function lowerPeriod(ast: Period, context: ChainContext): Lowered {
  const amounts = context.all(ast.parts.map((part) => part.amount));
  if (amounts === null) return null;
  const at = amounts.findIndex((amount) => !isNumeric(amount.type));
  if (at >= 0) {
    const { kind } = (amounts[at] as Expr).type;
    const place = (ast.parts[at] as Period['parts'][number]).amount.span;
    return context.wrong('E0301', `the parts of a time period must be numbers, not ${kind}`, place);
  }
  const parts = ast.parts.map(({ unit }, i) => ({ unit, amount: amounts[i] as Expr }));
  const isCoarse = context.scope.catalog.timeUnit === 'milliseconds';
  if (isCoarse && parts.some(isRounded)) {
    const title = 'the clock counts milliseconds: these microseconds are rounded';
    context.report.warning('W0617', title, ast.span, [FINE_CLOCK]);
  }
  return { op: 'period', type: TYPE_PERIOD, parts };
}

/** Whether a part may have microseconds that make no whole milliseconds. */
function isRounded({ unit, amount }: PeriodPart): boolean {
  return unit === 'microsecond' && !(amount.op === 'literal' && Number(amount.value) % 1000 === 0);
}
