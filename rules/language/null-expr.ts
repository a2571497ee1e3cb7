import { TYPE_NULL } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';

/** A null constant, for places that stand for a mistake already reported. */
export const NULL_EXPR: Expr = { op: 'literal', type: TYPE_NULL, value: null };
