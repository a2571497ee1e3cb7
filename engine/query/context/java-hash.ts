import type { Value } from '../../event/record.ts';
import type { ValueType } from '../../event/types.ts';

/**
 * The hash functions of `coalesce by`, as Java computes them: the number of a partition is part of the answer, for
 * statements that keep no groups of their own see the events of all keys with one number.
 */

/** Java's `hashCode` of the only key, or of all keys that are not null together. */
export function hashCodeOfValues(values: readonly Value[], types: readonly ValueType[]): number {
  if (values.length === 1) return hashCode(values[0] as Value, types[0] as ValueType);
  let hash = 0;
  values.forEach((value, i) => {
    if (value !== null) hash = (Math.imul(31, hash) + hashCode(value, types[i] as ValueType)) | 0;
  });
  return hash;
}

function hashCode(value: Value, type: ValueType): number {
  switch (typeof value) {
    case 'string':
      return hashOfString(value);
    case 'boolean':
      return value ? 1231 : 1237;
    case 'number':
      return hashOfNumber(value, type);
    default:
      return 0;
  }
}

function hashOfString(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

const bytes = new DataView(new ArrayBuffer(8));

function hashOfNumber(value: number, { kind }: ValueType): number {
  if (kind === 'double') bytes.setFloat64(0, value);
  else if (kind === 'float') {
    bytes.setFloat32(0, value);
    return bytes.getInt32(0);
  } else if (kind === 'long' || kind === 'date') bytes.setBigInt64(0, BigInt(value));
  else return value | 0;
  return bytes.getInt32(0) ^ bytes.getInt32(4);
}

/** CRC-32: of a single text its UTF-8 form (null is 0), else of the keys as Java's `DataOutputStream` writes them. */
export function crc32OfValues(values: readonly Value[], types: readonly ValueType[]): number {
  const [first] = values;
  if (values.length === 1 && types[0]?.kind === 'string')
    return first === null ? 0 : crc32(new TextEncoder().encode(first as string));
  const written: number[] = [];
  values.forEach((value, i) => {
    writeValue(value, types[i] as ValueType, written);
  });
  return crc32(written);
}

function crc32(written: Iterable<number>): number {
  let crc = 0xffffffff;
  for (const byte of written) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

function writeValue(value: Value, { kind }: ValueType, into: number[]): void {
  const put = (count: number) => {
    for (let i = 0; i < count; i++) into.push(bytes.getUint8(i));
  };
  if (typeof value === 'string') {
    const encoded = modifiedUtf8(value);
    into.push((encoded.length >> 8) & 0xff, encoded.length & 0xff, ...encoded);
  } else if (typeof value === 'boolean') into.push(value ? 1 : 0);
  else if (typeof value === 'number') {
    switch (kind) {
      case 'double':
        bytes.setFloat64(0, value);
        return put(8);
      case 'float':
        bytes.setFloat32(0, value);
        return put(4);
      case 'long':
      case 'date':
        bytes.setBigInt64(0, BigInt(value));
        return put(8);
      case 'short':
        bytes.setInt16(0, value);
        return put(2);
      case 'byte':
        bytes.setInt8(0, value);
        return put(1);
      default:
        bytes.setInt32(0, value);
        return put(4);
    }
  }
}

/** As `DataOutputStream.writeUTF` has it: each UTF-16 unit by itself, NUL in two bytes. */
function modifiedUtf8(text: string): number[] {
  const encoded: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0 && unit < 0x80) encoded.push(unit);
    else if (unit < 0x800) encoded.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    else encoded.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  }
  return encoded;
}

const TABLE: readonly number[] = Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc >>> 0;
});
