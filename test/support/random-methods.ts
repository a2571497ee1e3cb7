import fc, { type Arbitrary } from 'fast-check';
import { TYPE_BOOLEAN, TYPE_INT, TYPE_LONG, type ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { call, compare, int, math } from './expressions.ts';

const INTS: ValueType = { kind: 'array', element: TYPE_INT };

/** What the nodes here are made of. */
export interface Operands {
  readonly number: Arbitrary<Expr>;
  readonly whole: Arbitrary<Expr>;
  readonly bool: Arbitrary<Expr>;
  readonly array: Arbitrary<Expr>;
}

let places = 0;

/** A lambda with places of its own; its body sees the element and its index. */
function lambda(body: (element: Expr, index: Expr) => Expr): Expr {
  const params = [places++ % 1000, places++ % 1000];
  const [element, index] = params.map((at): Expr => ({ op: 'param', type: TYPE_INT, index: at }));
  const made = body(element as Expr, index as Expr);
  return { op: 'lambda', type: made.type, params, body: made };
}

function method(name: string, type: ValueType, target: Expr, ...args: Expr[]): Expr {
  return { op: 'method', name, type, target, args };
}

/** Numbers from arrays, parameters, variables and times. */
export function numberMethods({ number, bool, array }: Operands): Arbitrary<Expr> {
  return fc.oneof(
    fc
      .tuple(array, fc.constantFrom('sumOf', 'max', 'mostFrequent', 'firstOf'))
      .map(([target, name]) => method(name, TYPE_INT, target)),
    fc.tuple(array, bool, number).map(([target, test, other]) =>
      method(
        'countOf',
        TYPE_INT,
        target,
        lambda((x, i) => ({
          op: 'and',
          type: TYPE_BOOLEAN,
          operands: [compare(math(x, '+', i), '>', other), test],
        })),
      ),
    ),
    fc.tuple(number, number).map(([value, other]): Expr => {
      const at = places++ % 1000;
      const param: Expr = { op: 'param', type: value.type, index: at };
      const body = math(math(param, '*', param), '-', other);
      return { op: 'let', type: body.type, params: [at], values: [value], body };
    }),
    fc.constantFrom(0, 1).map((index): Expr => ({ op: 'variable', type: TYPE_INT, index })),
    fc
      .tuple(number, fc.integer({ min: -9, max: 9 }))
      .map(([amount, time]) =>
        call(
          'time.plus',
          TYPE_LONG,
          { op: 'cast', type: TYPE_LONG, operand: amount, format: null },
          int(time),
        ),
      ),
  );
}

/** Arrays from arrays. */
export function arrayMethods({ number, array }: Operands): Arbitrary<Expr> {
  return fc.oneof(
    fc
      .tuple(array, number, fc.constantFrom('where', 'takeWhile', 'takeWhileLast'))
      .map(([target, other, name]) =>
        method(
          name,
          INTS,
          target,
          lambda((x) => compare(x, '<', other)),
        ),
      ),
    fc
      .tuple(array, array, fc.constantFrom('union', 'except', 'intersect'))
      .map(([a, b, name]) => method(name, INTS, a, b)),
    fc.tuple(array, fc.constantFrom('orderBy', 'orderByDesc', 'distinctOf')).map(([target, name]) =>
      method(
        name,
        INTS,
        target,
        lambda((x, i) => math(x, '%', math(i, '+', int(2)))),
      ),
    ),
  );
}

/** Conditions on arrays, nested in one another, and relations of intervals. */
export function conditionMethods({ whole, array }: Operands): Arbitrary<Expr> {
  return fc.oneof(
    fc
      .tuple(array, array, fc.constantFrom('anyOf', 'allOf'), fc.constantFrom('anyOf', 'allOf'))
      .map(([outer, inner, first, second]) =>
        method(
          first,
          TYPE_BOOLEAN,
          outer,
          lambda((x, i) =>
            method(
              second,
              TYPE_BOOLEAN,
              inner,
              lambda((y) => compare(math(x, '+', i), '>=', y)),
            ),
          ),
        ),
      ),
    fc
      .tuple(fc.constantFrom('before', 'overlaps', 'coincides', 'during'), whole, whole, whole, whole, whole)
      .map(([name, ...args]) => call(`interval.${name}`, TYPE_BOOLEAN, ...args)),
  );
}
