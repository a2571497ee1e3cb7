import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sample } from '../../test/support/expressions.ts';
import { Decimal } from '../event/decimal.ts';
import type { EventRecord, Value } from '../event/record.ts';
import { equalityKey, equalValues } from './equality.ts';

const [one, twin] = [sample({ i: 1 }), sample({ i: 1 })];

/** An event inside another, which is what its fields are. */
function inner(i: number): EventRecord {
  return Object.assign(sample({ i }), { split: -1, offset: -1 });
}

const scalars = fc.constantFrom<Value>(
  0,
  -0,
  1,
  1.5,
  Number.NaN,
  '',
  '1',
  'a',
  '\0',
  '\0.1',
  '\0.[1]',
  '[1]',
  true,
  false,
  'true',
  'null',
  one,
  twin,
  inner(1),
  inner(1),
  inner(2),
  5n,
  -5n,
  new Decimal(5n, 0),
  new Decimal(50n, 1),
  'i5',
  '\0i5',
);
const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalars,
    fc.array(fc.oneof(tie('value'), fc.constant(null)), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', '":'), tie('value'), { maxKeys: 2 }),
  ),
}));

test('two values have the same key exactly when they are equal', () => {
  let same = 0;
  fc.assert(
    fc.property(values, values, (a, b) => {
      // A Map tells keys apart as this does.
      const hasSameKey = new Map([[equalityKey(a), true]]).has(equalityKey(b));
      expect(hasSameKey).toBe(equalValues(a, b));
      if (hasSameKey) same++;
    }),
    { numRuns: 20_000 },
  );
  expect(same).toBeGreaterThan(100);
});

describe('equality keys', () => {
  test('scalars are their own keys', () => {
    for (const value of [null, 1, 1.5, 'a', '', true, false]) expect(equalityKey(value)).toBe(value);
  });

  test('the order of the entries of a map does not matter', () => {
    expect(equalityKey({ a: 1, b: 2 })).toBe(equalityKey({ b: 2, a: 1 }));
    expect(equalValues({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  });
});
