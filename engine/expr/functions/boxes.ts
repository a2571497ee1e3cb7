import type { Value } from '../../event/record.ts';
import {
  TYPE_BOOLEAN,
  TYPE_DOUBLE,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_LONG,
  TYPE_STRING,
  type ValueType,
} from '../../event/types.ts';
import { makeCaster } from '../convert.ts';
import {
  type FunctionDef,
  lenientFunction,
  type Parameter,
  type StrictFunction,
  strictFunction,
} from './definition.ts';

const TEXT: Parameter = { name: 'text', kind: 'text' };
const TYPE_BYTE: ValueType = { kind: 'byte' };
const TYPE_SHORT: ValueType = { kind: 'short' };
const TYPE_CHAR: ValueType = { kind: 'char' };

/** Whole numbers as Java's `parseInt` takes them: no spaces, no suffix. */
const WHOLE = /^[+-]?\d+$/;

/**
 * Static functions of Java's classes for numbers, booleans and characters, with Java's results. Where Java fails, as on a
 * text that is no number, they give null; whole numbers are exact up to 2^53.
 */
export const BOX_FUNCTIONS: readonly FunctionDef[] = [
  ...parsers('Integer', 'parseInt', TYPE_INT),
  ...parsers('Long', 'parseLong', TYPE_LONG),
  ...parsers('Short', 'parseShort', TYPE_SHORT),
  ...parsers('Byte', 'parseByte', TYPE_BYTE),
  ...parsers('Double', 'parseDouble', TYPE_DOUBLE),
  ...parsers('Float', 'parseFloat', TYPE_FLOAT),
  ...['parseBoolean', 'valueOf'].map((name) =>
    lenientFunction(0, {
      name: `Boolean.${name}`,
      params: [TEXT],
      result: TYPE_BOOLEAN,
      compute: (text: string | null) => text?.toLowerCase() === 'true',
    }),
  ),
  ...comparers('Integer', 'whole'),
  ...comparers('Long', 'whole'),
  ...comparers('Double', 'number'),
  ...comparers('Float', 'number'),
  ...['Integer', 'Long'].map((box) =>
    define(`${box}.signum`, [{ name: 'x', kind: 'whole' }], TYPE_INT, (x: number) => Math.sign(x) + 0),
  ),
  ...ofBits('toHexString', TYPE_STRING, (bits) => bits.toString(16)),
  ...ofBits('toOctalString', TYPE_STRING, (bits) => bits.toString(8)),
  ...ofBits('toBinaryString', TYPE_STRING, (bits) => bits.toString(2)),
  ...ofBits('bitCount', TYPE_INT, (bits) => bits.toString(2).replaceAll('0', '').length),
  ...['Double', 'Float'].flatMap((box) => [
    define(`${box}.isNaN`, [number('x')], TYPE_BOOLEAN, Number.isNaN),
    define(`${box}.isFinite`, [number('x')], TYPE_BOOLEAN, Number.isFinite),
    define(`${box}.isInfinite`, [number('x')], TYPE_BOOLEAN, (x: number) => Math.abs(x) === Infinity),
  ]),
  ofCharacter('isDigit', TYPE_BOOLEAN, (char) => /^\p{Nd}/u.test(char)),
  ofCharacter('isLetter', TYPE_BOOLEAN, (char) => /^\p{L}/u.test(char)),
  ofCharacter('isLetterOrDigit', TYPE_BOOLEAN, (char) => /^[\p{L}\p{Nd}]/u.test(char)),
  ofCharacter('isUpperCase', TYPE_BOOLEAN, (char) => /^\p{Uppercase}/u.test(char)),
  ofCharacter('isLowerCase', TYPE_BOOLEAN, (char) => /^\p{Lowercase}/u.test(char)),
  ofCharacter('isWhitespace', TYPE_BOOLEAN, isWhitespace),
  ofCharacter('toUpperCase', TYPE_CHAR, (char) => onlyChar(char.toUpperCase(), char)),
  ofCharacter('toLowerCase', TYPE_CHAR, (char) => onlyChar(char.toLowerCase(), char)),
  ofCharacter('getNumericValue', TYPE_INT, numericValue),
];

function define(
  name: string,
  params: readonly Parameter[],
  result: StrictFunction['result'],
  compute: (...args: never[]) => Value,
): FunctionDef {
  return strictFunction({ name, params, result, compute });
}

function number(name: string): Parameter {
  return { name, kind: 'number' };
}

/** `Integer.parseInt(text)` and `Integer.valueOf(text)`. */
function parsers(box: string, name: string, type: ValueType): FunctionDef[] {
  const cast = makeCaster(TYPE_STRING, type);
  const isWhole = type.kind !== 'double' && type.kind !== 'float';
  const parse = (text: string) => (isWhole && !WHOLE.test(text) ? null : cast(text));
  return [name, 'valueOf'].map((one) => define(`${box}.${one}`, [TEXT], type, parse));
}

function comparers(box: string, kind: Parameter['kind']): FunctionDef[] {
  const params: Parameter[] = ['a', 'b'].map((name) => ({ name, kind }));
  const type =
    { Integer: TYPE_INT, Long: TYPE_LONG, Double: TYPE_DOUBLE, Float: TYPE_FLOAT }[box] ?? TYPE_INT;
  return [
    define(`${box}.compare`, params, TYPE_INT, compareNumbers),
    define(`${box}.max`, params, type, Math.max),
    define(`${box}.min`, params, type, Math.min),
  ];
}

/** As Java orders numbers: −0 before 0, NaN last. */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a)) return 1;
  return Number.isNaN(b) || Object.is(a, -0) ? -1 : 1;
}

/** A function of `Integer` and `Long` on the bits of 32 or 64-bit two's complement. */
function ofBits(name: string, result: ValueType, compute: (bits: bigint) => Value): FunctionDef[] {
  const boxes = [
    { box: 'Integer', width: 32 },
    { box: 'Long', width: 64 },
  ];
  return boxes.map(({ box, width }) =>
    define(`${box}.${name}`, [{ name: 'x', kind: 'whole' }], result, (x: number) =>
      compute(BigInt.asUintN(width, BigInt(x))),
    ),
  );
}

function ofCharacter(name: string, result: ValueType, compute: (char: string) => Value): FunctionDef {
  return define(`Character.${name}`, [{ name: 'char', kind: 'text' }], result, (char: string) => {
    return char === '' ? null : compute(char.charAt(0));
  });
}

/** White space that may break a line, and the separators of files, groups, records and units. */
function isWhitespace(char: string): boolean {
  const code = char.charCodeAt(0);
  return (
    (/^\s/.test(char) && code !== 0xa0 && code !== 0x202f && code !== 0xfeff) || (code >= 28 && code <= 31)
  );
}

/** A letter whose other case is several characters stays as it is. */
function onlyChar(changed: string, char: string): string {
  return changed.length === 1 ? changed : char;
}

function numericValue(char: string): number {
  const value = Number.parseInt(char, 36);
  return Number.isNaN(value) ? -1 : value;
}
