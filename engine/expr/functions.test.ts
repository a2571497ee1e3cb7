import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENV } from '../../test/support/expressions.ts';
import type { Value } from '../event/record.ts';
import { typeName, type ValueType } from '../event/types.ts';
import type { FunctionDef } from './functions/definition.ts';
import { findFunction, functionNames } from './functions.ts';

function define(name: string): FunctionDef {
  const definition = findFunction(name);
  if (definition === undefined) throw new Error(`no function ${name}`);
  return definition;
}

function vector(latitude: number, longitude: number): { x: number; y: number; z: number } {
  const [lat, lon] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180];
  return { x: Math.cos(lat) * Math.cos(lon), y: Math.cos(lat) * Math.sin(lon), z: Math.sin(lat) };
}

function type(name: string): ValueType {
  if (name.endsWith('[]')) return { kind: 'array', element: type(name.slice(0, -2)) };
  return { kind: name } as ValueType;
}

describe('values', () => {
  test.each<[string, Value[], Value]>([
    ['Math.abs', [-2.5], 2.5],
    ['Math.max', [1, 2.5], 2.5],
    ['Math.min', [1, 2.5], 1],
    ['Math.pow', [2, 10], 1024],
    ['Math.sqrt', [-1], Number.NaN],
    ['Math.floor', [-1.5], -2],
    ['Math.ceil', [1.2], 2],
    ['Math.round', [2.5], 3],
    ['Math.round', [-2.5], -2],
    ['Math.round', [-0.2], 0],
    ['Math.round', [0.499_999_999_999_999_94], 0],
    ['Math.round', [Number.NaN], 0],
    ['Math.round', [1e300], 2 ** 63],
    ['Math.rint', [2.5], 2],
    ['Math.rint', [3.5], 4],
    ['Math.signum', [-3], -1],
    ['Math.log10', [1000], 3],
    ['Math.exp', [0], 1],
    ['Math.hypot', [3, 4], 5],
    ['Math.toRadians', [180], Math.PI],
    ['Math.toDegrees', [Math.PI], 180],
    ['Math.floorMod', [-7, 3], 2],
    ['Math.floorMod', [-6, 3], 0],
    ['Math.floorMod', [1, 0], null],
    ['Math.floorDiv', [-7, 2], -4],
    ['Math.floorDiv', [1, 0], null],
    ['max', [1, 5, 3], 5],
    ['min', [4, 5, 3], 3],
    ['max', [1, null], null],
    ['Integer.parseInt/2', ['-7f', 16], -127],
    ['Integer.parseInt/2', ['12', 2], null],
    ['Integer.valueOf/2', ['80000000', 16], null],
    ['Long.parseLong/2', ['80000000', 16], 2_147_483_648],
    ['Integer.toString/2', [-255, 16], '-ff'],
    ['Integer.sum', [2_147_483_647, 1], -2_147_483_648],
    ['Integer.numberOfLeadingZeros', [1], 31],
    ['Long.numberOfTrailingZeros', [0], 64],
    ['Integer.highestOneBit', [100], 64],
    ['Integer.lowestOneBit', [100], 4],
    ['Integer.reverse', [1], -2_147_483_648],
    ['Boolean.compare', [false, true], -1],
    ['String.join', [',', 'a', null], 'a,null'],
    ['String.join', ['-', ['a', 'b']], 'a-b'],
    ['string.codePointCount', ['a😀', 0, 3], 2],
    ['string.codePointCount', ['a', 0, 2], null],
    ['string.length', ['a😀'], 3],
    ['string.isEmpty', [''], true],
    ['string.isBlank', [' \t'], true],
    ['string.toUpperCase', ['aß'], 'ASS'],
    ['string.toLowerCase', ['AB'], 'ab'],
    ['string.trim', [' a b\n'], 'a b'],
    ['string.trim', ['\u00a0a'], '\u00a0a'],
    ['string.strip', ['\u2003a '], 'a'],
    ['string.contains', ['abc', 'bc'], true],
    ['string.startsWith', ['abc', 'ab'], true],
    ['string.startsWith', ['abc', 'bc', 1], true],
    ['string.startsWith', ['abc', 'a', -1], false],
    ['string.endsWith', ['abc', 'ab'], false],
    ['string.indexOf', ['abcb', 'b'], 1],
    ['string.indexOf', ['abcb', 'b', 2], 3],
    ['string.indexOf', ['abc', 'x'], -1],
    ['string.lastIndexOf', ['abcb', 'b'], 3],
    ['string.lastIndexOf', ['abcb', 'b', 2], 1],
    ['string.concat', ['a', 'b'], 'ab'],
    ['string.equals', ['a', 'A'], false],
    ['string.equalsIgnoreCase', ['a', 'A'], true],
    ['string.compareTo', ['a', 'c'], -2],
    ['string.compareTo', ['abc', 'a'], 2],
    ['string.compareToIgnoreCase', ['B', 'a'], 1],
    ['string.matches', ['a1', '[a-z]\\d'], true],
    ['string.matches', ['a1x', '[a-z]\\d'], false],
    ['string.replace', ['a.a', '.', '$&'], 'a$&a'],
    ['string.charAt', ['abc', 1], 'b'],
    ['string.charAt', ['abc', 3], null],
    ['string.substring', ['abcd', 1], 'bcd'],
    ['string.substring', ['abcd', 1, 3], 'bc'],
    ['string.substring', ['abcd', 3, 1], null],
    ['string.substring', ['abcd', 5], null],
    ['string.hashCode', ['hello world'], 1_794_106_052],
    ['string.codePointAt', ['a😀', 1], 0x1f600],
    ['string.codePointAt', ['a', 1], null],
    ['string.contentEquals', ['a', 'a'], true],
    ['string.repeat', ['ab', 2], 'abab'],
    ['string.repeat', ['ab', -1], null],
    ['string.repeat', ['ab', 1_000_000_000], null],
    ['string.replaceAll', ['a1b22', '(\\d+)', '<$1>'], 'a<1>b<22>'],
    ['string.replaceAll', ['a', '(', 'x'], null],
    ['string.replaceAll', ['a', 'a', '$9'], null],
    ['string.replaceFirst', ['a1b22', '\\d+', ''], 'ab22'],
    ['string.split', ['a,b,,', ','], ['a', 'b']],
    ['string.split', ['a,b,,', ',', -1], ['a', 'b', '', '']],
    ['string.split', ['a,b,c', ',', 2], ['a', 'b,c']],
    ['string.stripLeading', [' a '], 'a '],
    ['string.stripTrailing', [' a '], ' a'],
    ['string.subSequence', ['abc', 1, 3], 'bc'],
    ['string.subSequence', ['abc', 1, 4], null],
    ['string.toCharArray', ['ab'], ['a', 'b']],
    ['string.regionMatches', ['abcd', 1, 'xbc', 1, 2], true],
    ['string.regionMatches', ['abcd', 1, 'xbc', 1, 3], false],
    ['Integer.parseInt', ['-12'], -12],
    ['Integer.parseInt', [' 12'], null],
    ['Integer.parseInt', ['2147483648'], null],
    ['Integer.valueOf', ['7'], 7],
    ['Long.parseLong', ['+3000000000'], 3_000_000_000],
    ['Byte.parseByte', ['128'], null],
    ['Short.parseShort', ['128'], 128],
    ['Double.parseDouble', [' 1e3 '], 1000],
    ['Double.parseDouble', ['x'], null],
    ['Float.parseFloat', ['0.1'], Math.fround(0.1)],
    ['Boolean.parseBoolean', ['TRUE'], true],
    ['Boolean.valueOf', ['yes'], false],
    ['Integer.compare', [1, 2], -1],
    ['Double.compare', [Number.NaN, 1], 1],
    ['Double.compare', [-0, 0], -1],
    ['Long.max', [1, 2], 2],
    ['Integer.signum', [-5], -1],
    ['Integer.toHexString', [-1], 'ffffffff'],
    ['Long.toBinaryString', [5], '101'],
    ['Integer.toOctalString', [8], '10'],
    ['Integer.bitCount', [-1], 32],
    ['Double.isNaN', [Number.NaN], true],
    ['Double.isInfinite', [-Infinity], true],
    ['Float.isFinite', [1], true],
    ['Character.isDigit', ['5'], true],
    ['Character.isLetter', ['é'], true],
    ['Character.isLetterOrDigit', ['_'], false],
    ['Character.isUpperCase', ['A'], true],
    ['Character.isLowerCase', ['A'], false],
    ['Character.isWhitespace', ['\u00a0'], false],
    ['Character.toUpperCase', ['ß'], 'ß'],
    ['Character.toLowerCase', ['A'], 'a'],
    ['Character.getNumericValue', ['z'], 35],
    ['Character.getNumericValue', ['-'], -1],
    ['Math.ulp', [1], 2 ** -52],
    ['Math.nextUp', [0], Number.MIN_VALUE],
    ['Math.nextDown', [1], 1 - 2 ** -53],
    ['Math.copySign', [3, -0], -3],
    ['Math.toIntExact', [2 ** 31], null],
    ['map.size', [{ a: 1, b: null }], 2],
    ['map.isEmpty', [{}], true],
    ['map.get', [{ a: 1 }, 'a'], 1],
    ['map.get', [{ a: 1 }, 'toString'], null],
    ['map.containsKey', [{ a: null }, 'a'], true],
    ['map.containsValue', [{ a: 1 }, 1], true],
    ['map.keySet', [{ a: 1, b: 2 }], ['a', 'b']],
    ['map.values', [{ a: 1, b: null }], [1, null]],
    ['array.size', [[1, 2]], 2],
    ['array.length', [[]], 0],
    ['array.isEmpty', [[]], true],
    ['array.get', [[1, 2], 1], 2],
    ['array.get', [[1, 2], 2], null],
    ['array.contains', [[1, null], 1], true],
    ['array.contains', [[1, null], 2], false],
  ])('%s%j = %j', (name, args, value) => {
    const { evaluate, compute } = define(name);
    expect(evaluate(args, ENV)).toStrictEqual(value);
    const strict = compute as ((...args: Value[]) => Value) | undefined;
    if (strict !== undefined && !args.includes(null)) expect(strict(...args)).toStrictEqual(value);
  });

  test.each([
    ['Paris to London', [48.8566, 2.3522, 51.5074, -0.1278], 343.6],
    ['a point to itself', [10, 20, 10, 20], 0],
    ['pole to pole', [90, 0, -90, 0], Math.PI * 6371.0088],
    ['across the date line', [0, 179.5, 0, -179.5], (Math.PI / 180) * 6371.0088],
  ])('geo.distanceKm %s', (_name, args, km) => {
    expect(Math.abs((define('geo.distanceKm').evaluate(args, ENV) as number) - km)).toBeLessThan(0.5);
  });

  test('geo.distanceKm is the angle between two vectors times the radius', () => {
    const latitude = fc.double({ min: -90, max: 90, noNaN: true });
    const longitude = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(latitude, longitude, latitude, longitude, (lat1, lon1, lat2, lon2) => {
        const [a, b] = [vector(lat1, lon1), vector(lat2, lon2)];
        const cross = Math.hypot(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
        const angle = Math.atan2(cross, a.x * b.x + a.y * b.y + a.z * b.z);
        const km = define('geo.distanceKm').evaluate([lat1, lon1, lat2, lon2], ENV) as number;
        expect(Math.abs(km - angle * 6371.0088)).toBeLessThan(0.001);
      }),
    );
  });

  test('any null argument gives null, but for the truth of a text', () => {
    for (const name of functionNames()) {
      if (name.startsWith('Boolean.')) continue;
      for (let arity = 1; arity <= 4; arity++) {
        const args: Value[] = Array.from({ length: arity }, () => null);
        expect(define(name).evaluate(args, ENV)).toBeNull();
      }
    }
  });

  test('nothing depends on chance', () => {
    expect(functionNames().filter((name) => /random/i.test(name))).toEqual([]);
  });
});

describe('types', () => {
  test.each([
    ['Math.abs', ['int'], 'int'],
    ['Math.abs', ['short'], 'int'],
    ['Math.abs', ['double'], 'double'],
    ['Math.max', ['int', 'long'], 'long'],
    ['Math.max', ['int', 'float'], 'double'],
    ['Math.pow', ['int', 'int'], 'double'],
    ['Math.round', ['double'], 'long'],
    ['Math.round', ['int'], 'int'],
    ['Math.floorMod', ['int', 'int'], 'int'],
    ['Math.floorMod', ['long', 'int'], 'long'],
    ['max', ['int', 'long', 'short'], 'long'],
    ['max', ['date', 'date'], 'date'],
    ['max', ['date', 'long'], 'long'],
    ['geo.distanceKm', ['double', 'double', 'int', 'float'], 'double'],
    ['string.length', ['string'], 'int'],
    ['string.substring', ['string', 'int', 'int'], 'string'],
    ['string.charAt', ['string', 'int'], 'char'],
    ['array.size', ['int[]'], 'int'],
    ['array.get', ['string[]', 'int'], 'string'],
    ['Math.abs', ['null'], 'double'],
  ])('%s(%j) gives %s', (name, args, result) => {
    const checked = define(name).check(args.map(type));
    expect('type' in checked ? typeName(checked.type) : checked.error).toBe(result);
  });

  test.each([
    ['Math.abs', ['string'], 'argument 1 (x) must be a number, not string'],
    ['Math.pow', ['int'], 'takes 2 arguments, not 1'],
    ['Math.floorMod', ['double', 'int'], 'argument 1 (a) must be a whole number, not double'],
    ['max', ['int'], 'takes two or more numbers, not 1'],
    ['max', ['int', 'string'], 'argument 2 must be a number, not string'],
    ['geo.distanceKm', ['double', 'double', 'double'], 'takes 4 arguments, not 3'],
    ['string.length', ['string', 'int'], 'takes 0 arguments, not 1'],
    ['string.startsWith', ['string'], 'takes 1 to 2 arguments, not 0'],
    ['string.contains', ['string', 'int'], 'argument 1 must be a string, not int'],
    ['string.substring', ['string', 'double'], 'argument 1 must be a whole number, not double'],
  ])('%s(%j): %s', (name, args, error) => {
    expect(define(name).check(args.map(type))).toEqual({ error });
  });

  test('signatures are what an author writes', () => {
    expect(define('Math.pow').signature).toBe('Math.pow(base, exponent)');
    expect(define('string.substring').signature).toBe('substring(from, [to])');
    expect(define('array.size').signature).toBe('size()');
    expect(define('max').signature).toBe('max(a, b, …)');
  });

  test('unknown names, also those of JavaScript objects', () => {
    for (const name of ['Math.random', 'constructor', '__proto__', 'toString', 'string.constructor', '']) {
      expect(findFunction(name)).toBeUndefined();
    }
  });
});
