import { childrenOf } from '../expr/analyze.ts';
import type { Expr } from '../expr/ir.ts';

/** Operators whose value depends on their operands alone. What is not listed may read the clock, a variable or a table. */
const STABLE: ReadonlySet<Expr['op']> = new Set<Expr['op']>([
  'literal',
  'field',
  'slot',
  'member',
  'at',
  'key',
  'negate',
  'arithmetic',
  'bitwise',
  'concat',
  'compare',
  'equal',
  'and',
  'or',
  'not',
  'in',
  'range',
  'like',
  'regexp',
  'case',
  'coalesce',
  'cast',
  'array',
  'period',
  'call',
]);

/** Whether an expression over given tags has one value for good, so that it can be computed ahead. */
export function isStable(expr: Expr): boolean {
  return STABLE.has(expr.op) && childrenOf(expr).every(isStable);
}
