import { unreachable } from '../core/assert.ts';
import type { Value } from '../event/record.ts';
import type { Evaluator } from './evaluator.ts';
import { required } from './failure.ts';
import type { Expr, QuantifiedExpr } from './ir.ts';
import { makeNested } from './nested.ts';
import { makeRow, sizedArray } from './operations.ts';
import { hasElement, hasProperty, isInstance, readProperty, typeNameOf } from './properties.ts';
import { makeQuantifier } from './quantified.ts';

/** Expressions about properties and types, new values, and comparisons with many. */
export type FormExpr = Extract<
  Expr,
  {
    op:
      | 'quantified'
      | 'sizedArray'
      | 'row'
      | 'nested'
      | 'dynamic'
      | 'exists'
      | 'typeof'
      | 'instanceof'
      | 'required';
  }
>;

/** Compiles an operand. */
type Interpret = (expr: Expr) => Evaluator;

/** The interpreter's part for these expressions; `interpret` is the whole of it. */
export function interpretForm(expr: FormExpr, interpret: Interpret): Evaluator {
  switch (expr.op) {
    case 'quantified':
      return quantified(expr, interpret);
    case 'sizedArray': {
      const sizes = all(expr.sizes, interpret);
      const { fill } = expr;
      return (event, slots, env) => sizedArray(sizes(event, slots, env) as readonly Value[], fill);
    }
    case 'row': {
      const { names } = expr;
      const values = all(expr.values, interpret);
      return (event, slots, env) => makeRow(names, values(event, slots, env) as readonly Value[]);
    }
    case 'nested': {
      const operand = interpret(expr.operand);
      const make = makeNested(expr);
      return (event, slots, env) => make(operand(event, slots, env));
    }
    case 'dynamic': {
      const { name } = expr;
      const target = interpret(expr.target);
      return (event, slots, env) => readProperty(target(event, slots, env), name);
    }
    case 'exists':
      return interpretExists(expr.operand, interpret);
    case 'typeof': {
      const { type } = expr.operand;
      const operand = interpret(expr.operand);
      return (event, slots, env) => typeNameOf(operand(event, slots, env), type);
    }
    case 'instanceof': {
      const operand = interpret(expr.operand);
      const { type } = expr.operand;
      const { types } = expr;
      return (event, slots, env) => isInstance(operand(event, slots, env), type, types);
    }
    case 'required': {
      const operand = interpret(expr.operand);
      return (event, slots, env) => required(operand(event, slots, env));
    }
    default:
      return unreachable(expr);
  }
}

/** Whether there is what the expression reads; what it is read from has to be there too. */
export function interpretExists(expr: Expr, interpret: Interpret): Evaluator {
  switch (expr.op) {
    case 'field':
      return isPresent({ op: 'slot', type: expr.type, slot: expr.slot }, interpret);
    case 'member':
      return isPresent(expr.target, interpret);
    case 'at': {
      const target = interpret(expr.target);
      const index = interpret(expr.index);
      return (event, slots, env) => hasElement(target(event, slots, env), index(event, slots, env));
    }
    case 'key':
    case 'dynamic': {
      const name = expr.op === 'key' ? expr.key : expr.name;
      const target = interpret(expr.target);
      return (event, slots, env) => hasProperty(target(event, slots, env), name);
    }
    default:
      return isPresent(expr, interpret);
  }
}

function isPresent(expr: Expr, interpret: Interpret): Evaluator {
  const read = interpret(expr);
  return (event, slots, env) => read(event, slots, env) !== null;
}

function quantified(expr: QuantifiedExpr, interpret: Interpret): Evaluator {
  const operand = interpret(expr.operand);
  const items = all(expr.items, interpret);
  const compare = makeQuantifier(expr);
  return (event, slots, env) =>
    compare(operand(event, slots, env), items(event, slots, env) as readonly Value[]);
}

/** The values of several operands, as an array. */
function all(exprs: readonly Expr[], interpret: Interpret): Evaluator {
  const evaluators = exprs.map(interpret);
  return (event, slots, env) => evaluators.map((one) => one(event, slots, env));
}
