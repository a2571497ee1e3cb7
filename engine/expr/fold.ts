import { Decimal } from '../event/decimal.ts';
import type { Value } from '../event/record.ts';
import { childrenOf, mapChildren } from './analyze.ts';
import { createEnv } from './evaluator.ts';
import { ExpressionFailure } from './failure.ts';
import { interpret } from './interpreter.ts';
import type { Expr } from './ir.ts';

/** Replaces parts that are the same for every event, such as `2 * 60`, by their value. */
export function foldConstants(expr: Expr): Expr {
  if (expr.op === 'literal') return expr;
  const folded = mapChildren(expr, foldConstants);
  const children = childrenOf(folded);
  // A text is read as a time in the zone of the run.
  if (folded.op === 'cast' && folded.format !== null) return folded;
  if (!FOLDABLE.has(folded.op) || !children.every((child) => child.op === 'literal')) return folded;
  const value = tryValue(folded);
  if (value === undefined) return folded;
  if (typeof value === 'bigint' || value instanceof Decimal) {
    return { op: 'literal', type: folded.type, value: value.toString() };
  }
  if (value !== null && typeof value === 'object') return folded;
  return { op: 'literal', type: folded.type, value };
}

/** The value, or undefined when it fails: then it has to fail when it is asked for. */
function tryValue(expr: Expr): Value | undefined {
  try {
    return interpret(expr)(null, [], NO_ENV);
  } catch (error) {
    if (error instanceof ExpressionFailure) return undefined;
    throw error;
  }
}

/** Operators whose value depends on their operands alone and is a scalar. */
const FOLDABLE: ReadonlySet<Expr['op']> = new Set<Expr['op']>([
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
]);

const NO_ENV = createEnv(0);
