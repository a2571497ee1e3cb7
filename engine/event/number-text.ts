import { LIMITS } from '../core/limits.ts';
import type { EventType, ValueType } from './types.ts';

/** A number of raw data with the text it was written as, for the fields that keep every digit. */
export class NumberText {
  readonly value: number;
  readonly text: string;

  constructor(value: number, text: string) {
    this.value = value;
    this.text = text;
  }

  /** For messages. */
  toJSON(): number {
    return this.value;
  }

  /** What a field of a type takes: the text where it keeps every digit. */
  as({ kind }: ValueType): number | string {
    return kind === 'biginteger' || kind === 'bigdecimal' ? this.text : this.value;
  }
}

/** Whether a field of any of these types keeps every digit of a number. */
export function keepsDigits(types: readonly EventType[]): boolean {
  return types.some(({ fields }) => fields.some(({ type }) => hasBig(type)));
}

function hasBig(type: ValueType): boolean {
  return type.kind === 'array'
    ? hasBig(type.element)
    : type.kind === 'biginteger' || type.kind === 'bigdecimal';
}

/** The whole number of a text; null when it is none or too long. */
export function parseBigInteger(text: string): bigint | null {
  if (!/^[+-]?\d+$/.test(text) || text.length > LIMITS.numberDigitsMax) return null;
  return BigInt(text.startsWith('+') ? text.slice(1) : text);
}
