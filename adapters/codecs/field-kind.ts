import type { EventType, ValueType } from '../../engine/event/types.ts';
import type { TimeUnit } from '../../engine/time/time-base.ts';

/** What scanners know of a name or column of records of one event type. */
export interface Member {
  /** Index of the field; −1: the type has no such field. */
  readonly field: number;
  readonly kind: Kind;
  /** A number with all its digits is a whole one. */
  readonly isWhole: boolean;
  /** Least and greatest value of a field of whole numbers. */
  readonly low: number;
  readonly high: number;
  /** It names the event type. */
  readonly isType: boolean;
  /** What a date counts. */
  readonly timeUnit: TimeUnit;
}

/** What the name stands for in records of a type. */
export function memberOf(name: string, { fields }: EventType, typeField: string, timeUnit: TimeUnit): Member {
  const field = fields.findIndex((one) => one.name === name);
  const { type } = fields[field] ?? {};
  const isType = name === typeField;
  const kind = kindOf(type);
  // A field that names the type is a text, or it is for the other decoder.
  const isUsable = !isType || field < 0 || kind === KIND.text;
  const isWhole = type?.kind === 'biginteger';
  return { field, ...boundsOf(type), isWhole, kind: isUsable ? kind : KIND.other, isType, timeUnit };
}

/** What a field takes, as a small number: a jump instead of comparing names. */
export const KIND = {
  other: 0,
  text: 1,
  double: 2,
  float: 3,
  integer: 4,
  boolean: 5,
  date: 6,
  unknown: 7,
  big: 8,
} as const;

/** One of `KIND`. */
export type Kind = (typeof KIND)[keyof typeof KIND];

function kindOf(type: ValueType | undefined): Kind {
  switch (type?.kind) {
    case undefined:
      return KIND.unknown;
    case 'string':
    case 'char':
      return KIND.text;
    case 'byte':
    case 'short':
    case 'int':
    case 'long':
      return KIND.integer;
    case 'biginteger':
    case 'bigdecimal':
      return KIND.big;
    case 'double':
    case 'float':
    case 'boolean':
    case 'date':
      return KIND[type.kind];
    default:
      return KIND.other;
  }
}

function boundsOf(type: ValueType | undefined): { readonly low: number; readonly high: number } {
  const bits = { byte: 7, short: 15, int: 31, long: 53 }[type?.kind as 'byte'] ?? 0;
  const high = 2 ** bits - 1;
  return { low: bits === 53 ? -high : -high - 1, high };
}
