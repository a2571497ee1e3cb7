import type { Evaluator, Predicate } from './evaluator.ts';
import { canGenerate, generate, generatePredicate } from './generate.ts';
import { interpret } from './interpreter.ts';
import type { Expr } from './ir.ts';

export { conjuncts, usesSlots } from './analyze.ts';
export { equalityKey } from './equality.ts';
export type { Env, Evaluator, Predicate, QueryFrame, Slot } from './evaluator.ts';
export { createEnv } from './evaluator.ts';

/** How expressions run. Both give the same values. */
export type Backend = 'codegen' | 'interpreter';

/**
 * The faster back end this process allows: the interpreter where code generation is forbidden. This and the option
 * `backend` of a shard are the only switches.
 */
export function defaultBackend(): Backend {
  return canGenerate() ? 'codegen' : 'interpreter';
}

/**
 * Makes an expression ready to run. `eventType`, the index of the current event's type, keeps generated code of
 * different types apart, so that each reads its fields at one place; leave it out when the type varies.
 */
export function compileExpr(expr: Expr, backend: Backend, eventType?: number): Evaluator {
  return backend === 'codegen' && canGenerate() ? generate(expr, eventType) : interpret(expr);
}

/** Makes a condition ready to run; null passes everything. `eventType` as for `compileExpr`. */
export function compilePredicate(expr: Expr | null, backend: Backend, eventType?: number): Predicate {
  if (expr === null) return () => true;
  if (backend === 'codegen' && canGenerate()) return generatePredicate(expr, eventType);
  const evaluate = interpret(expr);
  return (event, slots, env) => evaluate(event, slots, env) === true;
}
