import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENV } from '../../test/support/expressions.ts';
import { expressions, records } from '../../test/support/random-expression.ts';
import type { EventRecord, Value } from '../event/record.ts';
import { sizeOf } from './analyze.ts';
import { compileExpr, compilePredicate, type Evaluator, type Slot } from './evaluate.ts';
import { ExpressionFailure } from './failure.ts';
import { generatedSource } from './generate.ts';
import { interpret } from './interpreter.ts';
import type { Expr } from './ir.ts';

const TREES = 24_000;

describe('generated code gives what the interpreter gives', () => {
  test(`${TREES} random expressions on random events`, () => {
    const sizes: number[] = [];
    const contexts = fc.array(
      fc.record({
        event: fc.option(records(), { freq: 9, nil: null }),
        slots: fc.array(fc.option(records(), { freq: 4, nil: null }), { minLength: 1, maxLength: 2 }),
      }),
      { minLength: 24, maxLength: 24 },
    );
    const samples = fc.sample(contexts, 40);
    let at = 0;
    fc.assert(
      fc.property(expressions(), (expr) => {
        sizes.push(sizeOf(expr));
        const fast = compileExpr(expr, 'codegen');
        const isTrue = compilePredicate(expr, 'codegen');
        const slow = interpret(expr);
        at = (at + 1) % samples.length;
        for (const { event, slots } of samples[at] ?? []) {
          const expected = outcome(slow, event, slots as Slot[]);
          const actual = outcome(fast, event, slots as Slot[]);
          const truth = outcome(isTrue, event, slots as Slot[]);
          // Generated conditions leave out what cannot make them true, and with it a failure.
          if (expected === FAILED) continue;
          if (!isIdentical(actual, expected)) throw difference(expr, expected, actual);
          if (truth !== (expected === true)) throw difference(expr, expected, truth);
        }
      }),
      { numRuns: TREES },
    );
    // The trees must be worth the name.
    expect(sizes.filter((size) => size >= 8).length).toBeGreaterThan(TREES / 8);
    expect(Math.max(...sizes)).toBeGreaterThan(40);
  });

  test('the comparison notices a difference', () => {
    expect(isIdentical(0, -0)).toBe(false);
    expect(isIdentical(null, false)).toBe(false);
    expect(isIdentical([1, null], [1, 0])).toBe(false);
    expect(isIdentical([Number.NaN], [Number.NaN])).toBe(true);
  });
});

const FAILED = 'an expression without a value';

/** The value, or `FAILED`. */
function outcome(evaluate: Evaluator, event: EventRecord | null, slots: readonly Slot[]): Value {
  try {
    return evaluate(event, slots, ENV);
  } catch (error) {
    if (error instanceof ExpressionFailure) return FAILED;
    throw error;
  }
}

function isIdentical(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, i) => isIdentical(one as Value, b[i] as Value));
  }
  return Object.is(a, b);
}

function difference(expr: Expr, expected: Value, actual: Value): Error {
  return new Error(
    `${String(expected)} became ${String(actual)} by ${generatedSource(expr)}\n${JSON.stringify(expr)}`,
  );
}
