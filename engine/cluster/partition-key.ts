import type { Value } from '../event/record.ts';

/** Virtual partitions: keys are hashed to one of them, and each worker owns a range. */
export const PARTITIONS = 256;

/**
 * Text of a field's value such that values which the engine holds equal have equal texts, whatever the types of the fields
 * that are compared: 1 and 1.0 agree, and big numbers that are equal to a plain one. The value is one of a routable type.
 */
export function keyText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean') return String(value);
  // The nearest double; −0 is 0.
  return String(Number(value) + 0);
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
