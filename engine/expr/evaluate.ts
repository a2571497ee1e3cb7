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
 * different types apart, so that each reads its fields at one place; leave it out when the type varies. What it makes
 * has no state: the instances of a statement in the partitions of a context share it.
 */
export function compileExpr(expr: Expr, backend: Backend, eventType?: number): Evaluator {
  return backend === 'codegen' && canGenerate()
    ? cached(generated, expr, eventType, generate)
    : cached(interpreted, expr, undefined, interpret);
}

/** Makes a condition ready to run; null passes everything. `eventType` as for `compileExpr`. */
export function compilePredicate(expr: Expr | null, backend: Backend, eventType?: number): Predicate {
  if (expr === null) return passAll;
  if (backend === 'codegen' && canGenerate()) return cached(conditions, expr, eventType, generatePredicate);
  const evaluate = compileExpr(expr, backend);
  return (event, slots, env) => evaluate(event, slots, env) === true;
}

const passAll: Predicate = () => true;

type Made<Ready> = WeakMap<Expr, Map<number, Ready>>;
const generated: Made<Evaluator> = new WeakMap();
const interpreted: Made<Evaluator> = new WeakMap();
const conditions: Made<Predicate> = new WeakMap();

function cached<Ready>(
  made: Made<Ready>,
  expr: Expr,
  eventType: number | undefined,
  make: (expr: Expr, eventType?: number) => Ready,
): Ready {
  let byType = made.get(expr);
  if (byType === undefined) {
    byType = new Map();
    made.set(expr, byType);
  }
  let ready = byType.get(eventType ?? -1);
  if (ready === undefined) {
    ready = make(expr, eventType);
    byType.set(eventType ?? -1, ready);
  }
  return ready;
}
