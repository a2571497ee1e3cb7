import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  and,
  bool,
  compare,
  double,
  ENV,
  equal,
  f,
  inList,
  int,
  math,
  NULL,
  not,
  or,
  range,
  sample,
  text,
} from '../../test/support/expressions.ts';
import { records } from '../../test/support/random-expression.ts';
import { compilePredicate } from '../expr/evaluate.ts';
import type { Expr } from '../expr/ir.ts';
import { IntervalIndex } from './interval-index.ts';
import { PredicateIndex } from './predicate-index.ts';

const numbers = fc.constantFrom(0, 1, 2, 3, -1, -7, 10);
const texts = fc.constantFrom('', 'a', 'abc', '\0a');

/** Conditions of the forms that the index knows, and some that it does not. */
const { condition } = fc.letrec<Record<'condition' | 'leaf', Expr>>((tie) => ({
  leaf: fc.oneof(
    fc.tuple(fc.constantFrom('i', 'j', 'x'), numbers).map(([name, value]) => equal(f(name), '=', int(value))),
    texts.map((value) => equal(text(value), '=', f('s'))),
    fc.boolean().map((value) => equal(f('b'), '=', bool(value))),
    fc
      .tuple(
        fc.constantFrom('i', 'x'),
        fc.array(fc.oneof(numbers.map(int), fc.constant(NULL)), { minLength: 1 }),
      )
      .map(([name, items]) => inList(f(name), items)),
    fc.array(texts.map(text), { minLength: 1 }).map((items) => inList(f('s'), items, true)),
    fc
      .tuple(fc.constantFrom('i', 'x', 'y'), fc.constantFrom('<', '<=', '>', '>=' as const), numbers)
      .map(([name, operator, value]) => compare(f(name), operator, double(value))),
    fc
      .tuple(fc.constantFrom('<', '<=', '>', '>=' as const), numbers)
      .map(([operator, value]) => compare(int(value), operator, f('j'))),
    fc
      .tuple(
        fc.constantFrom('i', 'x'),
        numbers,
        numbers,
        fc.constantFrom('[]', '[)', '(]', '()'),
        fc.boolean(),
      )
      .map(([name, a, b, brackets, negated]) => range(f(name), int(a), int(b), brackets, negated)),
    fc.constant(equal(f('s'), 'is', NULL)),
    fc.constant(equal(f('i'), '!=', int(1))),
    fc.constant(compare(f('i'), '<', f('j'))),
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((operands) => and(...operands)),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((operands) => or(...operands)),
    tie('condition').map(not),
  ),
}));

describe('the index finds what trying every condition finds, in their order', () => {
  test.each(['codegen', 'interpreter'] as const)('%s', (backend) => {
    const atoms = fc.array(fc.oneof(condition, fc.constant(null)), { minLength: 1, maxLength: 40 });
    let found = 0;
    fc.assert(
      fc.property(atoms, fc.array(records(), { minLength: 5, maxLength: 15 }), (own, events) => {
        const index = new PredicateIndex(
          own.map((one, target) => ({ own: one, target })),
          backend,
        );
        const tests = own.map((one) => compilePredicate(one, 'interpreter'));
        for (const event of events) {
          const into: number[] = [];
          into.length = index.match(event, ENV, into);
          expect(into).toEqual(tests.flatMap((passes, at) => (passes(event, [], ENV) ? [at] : [])));
          found += into.length;
        }
      }),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(1000);
  });
});

describe('a list that names a value several times', () => {
  const own = and(inList(f('i'), [int(3), int(1), int(3), int(3)]), inList(f('s'), [text('a'), text('a')]));
  const times = (countsRepeats: boolean, event: Record<string, number | string>) => {
    const into: number[] = [];
    new PredicateIndex([{ own, target: 7, countsRepeats }], 'codegen').match(sample(event), ENV, into);
    return into;
  };
  test('counts so often where that is asked for', () => {
    expect(times(true, { i: 1, s: 'a' })).toEqual([7, 7]);
    expect(times(true, { i: 3, s: 'a' })).toEqual([7, 7, 7, 7, 7, 7]);
    expect(times(false, { i: 3, s: 'a' })).toEqual([7]);
    expect(times(true, { i: 2, s: 'a' })).toEqual([]);
  });
});

describe('failures', () => {
  test('go to the caller, and the event passes the other conditions', () => {
    const failed: string[] = [];
    const atoms = [
      { own: equal(math(f('i'), '%', f('j')), '=', int(0)), target: 'a' },
      { own: equal(f('i'), '=', int(1)), target: 'b' },
    ];
    const index = new PredicateIndex(atoms, 'codegen', (target) => failed.push(target));
    const into: string[] = [];
    index.match(sample({ i: 1, j: 0 }), ENV, into);
    expect({ into, failed }).toEqual({ into: ['b'], failed: ['a'] });
    expect(() => new PredicateIndex(atoms, 'codegen').match(sample({ i: 1, j: 0 }), ENV, [])).toThrow(
      'remainder',
    );
  });
});

test('a tree of intervals finds those that hold a value', () => {
  const end = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(-Infinity, Infinity));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(end, end), { maxLength: 60 }),
      fc.integer({ min: -25, max: 25 }),
      (ends, value) => {
        const intervals = ends.map(([a, b], item) => ({ low: Math.min(a, b), high: Math.max(a, b), item }));
        const into: number[] = [];
        new IntervalIndex(intervals).find(value, into);
        const expected = intervals.filter(({ low, high }) => low <= value && value <= high);
        expect(into.sort((a, b) => a - b)).toEqual(expected.map(({ item }) => item));
        const none: number[] = [];
        new IntervalIndex(intervals).find(Number.NaN, none);
        expect(none).toEqual([]);
      },
    ),
  );
});
