import { assert } from '../core/assert.ts';
import { Decimal } from '../event/decimal.ts';
import type { Value } from '../event/record.ts';
import { typeName, type ValueType } from '../event/types.ts';
import { makeDateParser } from '../time/parse-date.ts';
import type { TimeUnit } from '../time/time-base.ts';
import { formatTimestamp, parseTimestamp } from '../time/timestamp.ts';
import { makeBigCaster, makeBigWidener } from './big-numbers.ts';
import type { Env } from './evaluator.ts';
import { fail } from './failure.ts';
import { doubleText, floatText } from './float-text.ts';
import { isInstance } from './properties.ts';
import { WIDENING } from './snippets.ts';

/** Converts a value that is not null; null when it does not convert. */
export type Caster = (value: Value) => Value;

/** What a conversion depends on beside its types. */
export interface CastOptions {
  readonly widens?: boolean;
  /** A text that does not read as a value of the type fails; otherwise it gives null, as other values do that do not convert. */
  readonly parses?: true;
  /** What a date counts that is read from text or written as text. */
  readonly timeUnit?: TimeUnit;
}

/**
 * Makes the conversion of `cast`, with Java's results: text is parsed, a whole number keeps its low bits, a fraction is
 * cut towards zero and held in the range of the target, a number becomes text as `||` writes it.
 */
export function makeCaster(from: ValueType, to: ValueType, options: CastOptions = {}): Caster {
  const { widens = false, timeUnit = 'milliseconds' } = options;
  if (options.parses === true) return parsing(makeCaster(from, to, { timeUnit }), to);
  if (keepsValue(from, to)) return (value) => value;
  switch (to.kind) {
    case 'string':
      return (value) => (isStructure(value) ? null : textOf(value, from, timeUnit));
    case 'boolean':
      return toBoolean;
    case 'byte':
      return (value) => toInteger(value, from.kind, BYTE);
    case 'short':
      return (value) => toInteger(value, from.kind, SHORT);
    case 'int':
      return (value) => toInteger(value, from.kind, INT);
    case 'long':
      return (value) => toInteger(value, from.kind, LONG);
    case 'float':
      return (value) => {
        const number = toNumber(value);
        return number === null ? null : Math.fround(number);
      };
    case 'double':
      return toNumber;
    case 'biginteger':
    case 'bigdecimal': {
      const cast = (widens ? makeBigWidener : makeBigCaster)(from, to.kind);
      return (value) => (value === null ? null : cast(value));
    }
    case 'date':
      return (value) => toDate(value, timeUnit);
    case 'char':
      return (value) => (typeof value === 'string' && value.length > 0 ? (value[0] as string) : null);
    case 'event':
      return (value) => (isInstance(value, from, [to.typeName]) ? value : null);
    case 'array': {
      if (widens && from.kind === 'array') return eachOf(makeCaster(from.element, to.element, options));
      return (value) => (Array.isArray(value) ? value : null);
    }
    case 'map':
      return (value) => (isInstance(value, from, ['map']) ? value : null);
    default:
      return (value) => value;
  }
}

function parsing(cast: Caster, to: ValueType): Caster {
  const isBoolean = to.kind === 'boolean';
  return (value) => {
    const isWrong = isBoolean && !/^(?:true|false)$/i.test(String(value));
    const made = isWrong ? null : cast(value);
    return made ?? fail(`the text \`${String(value)}\` does not read as ${typeName(to)}`);
  };
}

function eachOf(cast: Caster): Caster {
  return (value) =>
    Array.isArray(value) ? value.map((one: Value) => (one === null ? null : cast(one))) : null;
}

/** Whether a cast leaves every value as it is: to the same plain type, or to a wider number. */
export function keepsValue(from: ValueType, to: ValueType): boolean {
  if (from.kind === to.kind) return from.kind !== 'event' && from.kind !== 'array';
  const at = WIDENING.indexOf(from.kind);
  return at >= 0 && at <= WIDENING.indexOf(to.kind);
}

/**
 * Makes the conversion of text to a time by a date pattern; a text that does not follow it fails. As in Esper a long is
 * milliseconds whatever the clock counts.
 */
export function makeDateCaster(
  format: string,
  { type, isWhole = false }: { readonly type: ValueType; readonly isWhole?: boolean },
): (value: Value, env: Env) => number {
  const parse = makeDateParser(format, isWhole);
  const isDate = type.kind === 'date';
  assert(parse !== null, 'a date pattern is checked where it is written');
  return (value, env) => {
    const { zone, ticksPerMs } = env.timeBase;
    const ms = parse(String(value), zone);
    if (ms !== null) return isDate ? ms * ticksPerMs : ms;
    return fail(`the text does not follow the date format \`${format}\``);
  };
}

/** Whether a value has parts, and so no text. */
function isStructure(value: Value): boolean {
  return value !== null && typeof value === 'object' && !(value instanceof Decimal);
}

/** Text of a value as `||` and `cast` write it: doubles as Java prints them (`5.0`, `1.0E10`). */
export function textOf(value: Value, type: ValueType, timeUnit: TimeUnit = 'milliseconds'): string {
  if (typeof value !== 'number') return String(value);
  switch (type.kind) {
    case 'double':
      return doubleText(value);
    case 'float':
      return floatText(value);
    case 'date':
      return formatTimestamp(value, timeUnit);
    case 'object':
      return Number.isInteger(value) ? String(value) : doubleText(value);
    default:
      return String(value);
  }
}

function toBoolean(value: Value): Value {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? value.toLowerCase() === 'true' : null;
}

function toDate(value: Value, unit: TimeUnit): Value {
  if (typeof value === 'number') return value;
  const time = typeof value === 'string' ? parseTimestamp(value, unit) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?\s*$/;
const WHOLE = /^[+-]?\d+$/;
const NOT_FINITE = /^\s*([+-]?)(NaN|Infinity)\s*$/;

function toNumber(value: Value): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || value instanceof Decimal) return Number(value.toString());
  if (typeof value !== 'string') return null;
  if (DECIMAL.test(value)) return Number.parseFloat(value);
  const special = NOT_FINITE.exec(value);
  if (special === null) return null;
  if (special[2] === 'NaN') return Number.NaN;
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

interface Whole {
  readonly min: number;
  readonly max: number;
  /** Bits of an int to drop for this kind; −1: the value is not cut. */
  readonly shift: number;
}

const BYTE: Whole = { min: -128, max: 127, shift: 24 };
const SHORT: Whole = { min: -32_768, max: 32_767, shift: 16 };
const INT: Whole = { min: -2_147_483_648, max: 2_147_483_647, shift: 0 };
/** Java's range; beyond ±2^53 a number has its neighbours' value. */
const LONG: Whole = { min: -(2 ** 63), max: 2 ** 63, shift: -1 };

function toInteger(value: Value, from: ValueType['kind'], target: Whole): number | null {
  if (typeof value === 'string') return parseWhole(value, target);
  if (typeof value === 'bigint') return lowBits(value, target);
  if (value instanceof Decimal) return lowBits(value.toBigInt(), target);
  if (typeof value !== 'number') return null;
  const isFraction = from === 'double' || from === 'float' || !Number.isInteger(value);
  if (target.shift < 0) return saturate(value, target);
  // Java holds a fraction in the range of int before it drops bits; `|0` drops the bits of a long above 32.
  const int = isFraction ? saturate(value, INT) : value | 0;
  return (int << target.shift) >> target.shift;
}

/** The lowest bits of a whole number of any length; of 64 those that a double holds. */
function lowBits(value: bigint, { shift }: Whole): number {
  return Number(BigInt.asIntN(shift < 0 ? 64 : 32 - shift, value));
}

function parseWhole(text: string, { min, max, shift }: Whole): number | null {
  const digits = shift < 0 ? text.trim().replace(/[lL]$/, '') : text.trim();
  if (!WHOLE.test(digits)) return null;
  const number = Number.parseInt(digits, 10);
  return number < min || number > max ? null : number + 0;
}

/** Cut towards zero and held within the range; NaN gives 0 and −0 gives 0. */
function saturate(value: number, { min, max }: Whole): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(min, Math.min(max, Math.trunc(value))) + 0;
}
