import { assert } from '../core/assert.ts';
import type { Evaluator } from './evaluator.ts';
import type { Expr } from './ir.ts';
import type { SubqueryExpr } from './ir-subquery.ts';

/** Hands what a subquery needs to its places of `Env.params`, then asks the statement at work. */
export function makeSubqueryEvaluator(expr: SubqueryExpr, compile: (part: Expr) => Evaluator): Evaluator {
  const { index, read, params } = expr;
  const args = expr.args.map(compile);
  const operand = expr.operand === null ? null : compile(expr.operand);
  return (event, slots, env) => {
    const value = operand === null ? null : operand(event, slots, env);
    for (let i = 0; i < args.length; i++) {
      env.params[params[i] as number] = (args[i] as Evaluator)(event, slots, env);
    }
    assert(env.frame?.subquery !== undefined, 'a subquery is evaluated outside its statement');
    return env.frame.subquery(index, read, value);
  };
}
