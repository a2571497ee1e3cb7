import { childrenOf, mapChildren } from './analyze.ts';
import { createEnv } from './evaluator.ts';
import { interpret } from './interpreter.ts';
import type { Expr } from './ir.ts';

/** Replaces parts that are the same for every event, such as `2 * 60`, by their value. */
export function foldConstants(expr: Expr): Expr {
  if (expr.op === 'literal') return expr;
  const folded = mapChildren(expr, foldConstants);
  const children = childrenOf(folded);
  if (!FOLDABLE.has(folded.op) || !children.every((child) => child.op === 'literal')) return folded;
  const value = interpret(folded)(null, [], NO_ENV);
  if (value !== null && typeof value === 'object') return folded;
  return { op: 'literal', type: folded.type, value };
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

const NO_ENV = createEnv(0, 'UTC');
