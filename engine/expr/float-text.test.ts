import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { doubleText, floatText } from './float-text.ts';

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
    // More digits than are needed, as Java writes them up to 18.
    [9.7453140114e288, '9.745314011399999E288'],
    [-7.01e21, '-7.009999999999999E21'],
    [71447901224552224, '7.1447901224552224E16'],
    [1683779624654352600, '1.68377962465435264E18'],
    [2.6790641164438997e25, '2.6790641164438996E25'],
    [2.2e-322, '2.2E-322'],
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
    [509_885_792, '5.09885792E8'],
    [-2_147_483_648, '-2.14748365E9'],
    [-6.489e16, '-6.4889998E16'],
    [0.043_085_795, '0.043085795'],
    [7.774_999_6e-16, '7.7749996E-16'],
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
