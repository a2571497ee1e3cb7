import type { EventRecord, Value } from '../event/record.ts';
import { canGenerate, generate } from './generate.ts';
import { interpret } from './interpreter.ts';
import type { Expr } from './ir.ts';

export { equalityKey } from './operations.ts';

/** What a tag or joined stream holds: one event, the events of a repeat, or nothing. */
export type Slot = EventRecord | readonly EventRecord[] | null;

/** The shard's clock and zone; one object per shard, changed in place. */
export interface Env {
  /** Epoch ms. */
  now: number;
  /** IANA zone of calendar arithmetic. */
  readonly zone: string;
}

/** Computes an expression for an event, tags and clock. */
export type Evaluator = (event: EventRecord | null, slots: readonly Slot[], env: Env) => Value;

/** Tests a condition: true only when it is true, false when it is false or null. */
export type Predicate = (event: EventRecord | null, slots: readonly Slot[], env: Env) => boolean;

/** How expressions run. Both give the same values. */
export type Backend = 'codegen' | 'interpreter';

/** The faster back end this process allows. */
export function defaultBackend(): Backend {
  return canGenerate() ? 'codegen' : 'interpreter';
}

/** Makes an expression ready to run. */
export function compileExpr(expr: Expr, backend: Backend): Evaluator {
  return backend === 'codegen' ? generate(expr) : interpret(expr);
}

/** Makes a condition ready to run; null passes everything. */
export function compilePredicate(expr: Expr | null, backend: Backend): Predicate {
  if (expr === null) return () => true;
  const evaluate = compileExpr(expr, backend);
  return (event, slots, env) => evaluate(event, slots, env) === true;
}
