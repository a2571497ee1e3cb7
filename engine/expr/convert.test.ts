import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { doubleText, floatText, keepsValue, makeCaster } from './convert.ts';

describe('numbers as Java prints them', () => {
  test.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [5, '5.0'],
    [-1.25, '-1.25'],
    [0.001, '0.001'],
    [0.000_999, '9.99E-4'],
    [9_999_999, '9999999.0'],
    [10_000_000, '1.0E7'],
    [12_345_678.5, '1.23456785E7'],
    [1e10, '1.0E10'],
    [1e300, '1.0E300'],
    [5e-324, '4.9E-324'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('double %d is %s', (value, text) => {
    expect(doubleText(value)).toBe(text);
  });

  test.each([
    [0.1, '0.1'],
    [5, '5.0'],
    [1e10, '1.0E10'],
    [3.402_823_466_385_288_6e38, '3.4028235E38'],
    [16_777_216, '1.6777216E7'],
    [1.401_298_464_324_817e-45, '1.4E-45'],
    [Number.NaN, 'NaN'],
  ])('float %d is %s', (value, text) => {
    expect(floatText(Math.fround(value))).toBe(text);
  });

  test('both read back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.float({ noNaN: true }), (double, float) => {
        expect(Number(doubleText(double))).toBe(double);
        expect(Math.fround(Number(floatText(float)))).toBe(float);
      }),
      { numRuns: 5000 },
    );
  });
});

test('a cast to the same type, or to a wider number, leaves every value as it is', () => {
  const long = { kind: 'long' } as const;
  // Beyond 2^53 a long is not exact, but casting it must not change it again.
  expect(makeCaster(long, long)(8.1e31)).toBe(8.1e31);
  expect(makeCaster({ kind: 'int' }, { kind: 'double' })(5)).toBe(5);
  expect(keepsValue({ kind: 'double' }, long)).toBe(false);
  // An event may not be of the type that is asked for.
  const event = (typeName: string) => ({ kind: 'event', typeName }) as const;
  expect(keepsValue(event('A'), event('B'))).toBe(false);
});
