import { assert, unreachable } from '../core/assert.ts';
import type { EventRecord, Value } from '../event/record.ts';
import type { Env, Evaluator, Slot } from './evaluator.ts';
import type { Expr, LambdaExpr, LetExpr, MethodExpr, ParamExpr, VariableExpr } from './ir.ts';
import type { BoundArg } from './methods/definition.ts';
import { findMethod } from './methods.ts';

/**
 * Lambdas, the methods that take them, and parameters.
 *
 * A lambda is no value: its method evaluates the body once per element, after writing the parameters to their places in
 * `Env.params`. The compiler gives every lambda of one expression places of its own, so an inner lambda may read the
 * parameters of all around it, and a body may be evaluated inside another without harm.
 */
export function makeMethodEvaluator(
  expr: ParamExpr | VariableExpr | LambdaExpr | MethodExpr | LetExpr,
  compile: (part: Expr) => Evaluator,
): Evaluator {
  switch (expr.op) {
    case 'param': {
      const { index } = expr;
      return (_event, _slots, env) => env.params[index] ?? null;
    }
    case 'variable': {
      const { index } = expr;
      return (_event, _slots, env) => env.variables[index] ?? null;
    }
    case 'lambda':
      return compile(expr.body);
    case 'method':
      return method(expr, compile);
    case 'let':
      return bindings(expr, compile);
    default:
      return unreachable(expr);
  }
}

function method(
  { name, type, target, args, context = null }: MethodExpr,
  compile: (part: Expr) => Evaluator,
): Evaluator {
  const definition = findMethod(name);
  assert(definition !== undefined, `no method ${name}`);
  const collection = compile(target);
  const bind = args.map((arg) => makeArg(arg, compile));
  return (event, slots, env) => {
    const value = collection(event, slots, env);
    if (value === null) return null;
    const items = (Array.isArray(value) ? value : [value]) as readonly Value[];
    const bound = bind.map((one) => one(event, slots, env));
    return definition.evaluate(items, bound, type, context);
  };
}

type MakeBound = (event: EventRecord | null, slots: readonly Slot[], env: Env) => BoundArg;

function makeArg(arg: Expr, compile: (part: Expr) => Evaluator): MakeBound {
  if (arg.op !== 'lambda') {
    const evaluate = compile(arg);
    return (event, slots, env) => ({ value: evaluate(event, slots, env), apply: noLambda });
  }
  const body = compile(arg.body);
  const places = arg.params;
  const count = places.length;
  const [first, second, third, fourth] = places as readonly [number, number, number, number];
  return (event, slots, env) => ({
    value: null,
    apply(a, b, c, d = null) {
      const { params } = env;
      if (count > 0) params[first] = a;
      if (count > 1) params[second] = b;
      if (count > 2) params[third] = c;
      if (count > 3) params[fourth] = d;
      return body(event, slots, env);
    },
  });
}

function noLambda(): never {
  throw new Error('the argument is a value, not a lambda');
}

function bindings({ params, values, body }: LetExpr, compile: (part: Expr) => Evaluator): Evaluator {
  const evaluators = values.map(compile);
  const inner = compile(body);
  return (event, slots, env) => {
    for (let i = 0; i < evaluators.length; i++) {
      env.params[params[i] as number] = (evaluators[i] as Evaluator)(event, slots, env);
    }
    return inner(event, slots, env);
  };
}
