import type { ValueType } from '../event/types.ts';
import { parseTimestamp } from '../time/timestamp.ts';

/** Virtual partitions: keys are hashed to one of them, and each worker owns a range. */
export const PARTITIONS = 256;

/**
 * Text of a raw key value such that values which the engine holds equal have equal texts, whatever the types of the
 * fields that are compared: 1, 1.0 and 1e0 agree, and so do two ways to write one date. A value that its type does not
 * allow gives some text: its event will be rejected wherever it goes.
 */
export function keyText(raw: unknown, type: ValueType): string {
  switch (type.kind) {
    case 'string':
    case 'char':
      return typeof raw === 'string' ? raw : 'null';
    case 'float':
      return typeof raw === 'number' ? numberText(Math.fround(raw)) : 'null';
    case 'biginteger':
    case 'bigdecimal':
      // The nearest double: equal numbers have the same, as have those that are equal to a plain number.
      return raw === null || raw === undefined ? 'null' : numberText(Number(raw));
    case 'date':
      return numberText(typeof raw === 'string' ? parseTimestamp(raw) : Number(raw ?? Number.NaN));
    default:
      return typeof raw === 'number' ? numberText(raw) : String(raw ?? null);
  }
}

/** −0 is 0. */
function numberText(value: number): string {
  return String(value + 0);
}

/** FNV-1a over the UTF-16 code units, folded to a partition number. */
export function partitionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  // The low bits of FNV alone are weak for short keys.
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & (PARTITIONS - 1);
}

/** The worker that owns a partition: each has an equal range, as far as it goes. */
export function workerOf(partition: number, workers: number): number {
  return Math.floor((partition * workers) / PARTITIONS);
}
