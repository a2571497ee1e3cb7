import type { Value } from '../../event/record.ts';
import { TYPE_INT, TYPE_LONG, TYPE_STRING, typeName, type ValueType } from '../../event/types.ts';
import { type FunctionDef, type Parameter, strictFunction } from './definition.ts';

const TEXT: Parameter = { name: 'text', kind: 'text' };
const RADIX: Parameter = { name: 'radix', kind: 'whole' };

/** A class of whole numbers: its bits and bounds. */
interface Box {
  readonly name: 'Integer' | 'Long';
  readonly type: ValueType;
  readonly width: 32 | 64;
}

const BOXES: readonly Box[] = [
  { name: 'Integer', type: TYPE_INT, width: 32 },
  { name: 'Long', type: TYPE_LONG, width: 64 },
];

/**
 * Further static functions of Java's `Integer`, `Long`, `Boolean` and `String`. Where Java fails they give null.
 */
export const MORE_BOX_FUNCTIONS: readonly FunctionDef[] = [
  ...BOXES.flatMap(ofBox),
  strictFunction({
    name: 'Boolean.compare',
    params: [
      { name: 'a', kind: 'any' },
      { name: 'b', kind: 'any' },
    ],
    result: TYPE_INT,
    compute: (a: boolean, b: boolean) => Number(a) - Number(b),
  }),
  joined(),
];

function ofBox({ name, type, width }: Box): FunctionDef[] {
  const x: Parameter = { name: 'x', kind: 'whole' };
  const bitsOf = (value: number) => BigInt.asUintN(width, BigInt(value));
  const text = (bits: bigint) => bits.toString(2);
  const onBits = (method: string, result: ValueType, compute: (bits: bigint) => number): FunctionDef =>
    strictFunction({
      name: `${name}.${method}`,
      params: [x],
      result,
      compute: (value: number) => compute(bitsOf(value)),
    });
  const signed = (bits: bigint) => Number(BigInt.asIntN(width, bits));
  const parse = name === 'Integer' ? 'parseInt' : 'parseLong';
  return [
    onBits('numberOfLeadingZeros', TYPE_INT, (bits) => (bits === 0n ? width : width - text(bits).length)),
    onBits('numberOfTrailingZeros', TYPE_INT, (bits) => {
      return bits === 0n ? width : text(bits).length - 1 - text(bits).lastIndexOf('1');
    }),
    onBits('highestOneBit', type, (bits) => (bits === 0n ? 0 : signed(1n << BigInt(text(bits).length - 1)))),
    onBits('lowestOneBit', type, (bits) => signed(bits & -bits)),
    onBits('reverse', type, (bits) => {
      return signed(BigInt(`0b${[...text(bits).padStart(width, '0')].reverse().join('')}`));
    }),
    strictFunction({
      name: `${name}.sum`,
      params: [x, { ...x, name: 'y' }],
      result: type,
      compute: (a: number, b: number) => signed(BigInt(a) + BigInt(b)),
    }),
    ...[`${parse}/2`, 'valueOf/2'].map((method) =>
      strictFunction({
        name: `${name}.${method}`,
        signature: `${name}.${method.replace('/2', '')}(text, radix)`,
        params: [TEXT, RADIX],
        result: type,
        compute: (digits: string, radix: number) => parseWhole(digits, radix, width),
      }),
    ),
    strictFunction({
      name: `${name}.toString/2`,
      signature: `${name}.toString(x, radix)`,
      params: [x, RADIX],
      result: TYPE_STRING,
      // Java takes 10 for what is no radix.
      compute: (value: number, radix: number) => value.toString(isRadix(radix) ? radix : 10),
    }),
  ];
}

function isRadix(radix: number): boolean {
  return radix >= 2 && radix <= 36;
}

/** A whole number in that radix, all of whose digits are ones of it; null when it is none or does not fit. */
function parseWhole(text: string, radix: number, width: 32 | 64): number | null {
  if (!isRadix(radix) || !/^[+-]?[0-9a-z]+$/i.test(text)) return null;
  const digits = [...text.replace(/^[+-]/, '')].map((digit) => Number.parseInt(digit, 36));
  if (digits.some((digit) => digit >= radix)) return null;
  const size = digits.reduce((sum, digit) => sum * BigInt(radix) + BigInt(digit), 0n);
  const value = text.startsWith('-') ? -size : size;
  return BigInt.asIntN(width, value) === value ? Number(value) : null;
}

/** `String.join(between, text, …)`: the texts, or those of an array; a null is the text `null`. */
function joined(): FunctionDef {
  const isText = ({ kind }: ValueType) => kind === 'string' || kind === 'char' || kind === 'null';
  const isTexts = (type: ValueType | undefined) => type?.kind === 'array' && isText(type.element);
  return {
    name: 'String.join',
    signature: 'String.join(between, texts)',
    check(types) {
      const [between, ...texts] = types;
      const fits = between !== undefined && isText(between) && texts.length > 0;
      if (fits && (texts.every(isText) || (texts.length === 1 && isTexts(texts[0]))))
        return { type: TYPE_STRING };
      return { error: `takes strings, not ${types.map(typeName).join(', ')}` };
    },
    evaluate([between, ...texts]) {
      const [first] = texts;
      const all = texts.length === 1 && Array.isArray(first) ? (first as readonly Value[]) : texts;
      return between === null || between === undefined ? null : all.map(String).join(String(between));
    },
  };
}
