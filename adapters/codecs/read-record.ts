import { isAscii, isUtf8 } from 'node:buffer';
import { LIMITS } from '../../engine/core/limits.ts';
import type { Rejection } from '../../engine/event/admission.ts';

/** A record longer than the limit. */
export const TOO_LONG: Rejection = {
  code: 'size',
  reason: `the record is longer than ${LIMITS.eventBytesMax} bytes`,
};

/** A record whose bytes are not UTF-8. */
export const NOT_UTF8: Rejection = { code: 'encoding', reason: 'the record is not UTF-8 text' };

/** Reads text out of a chunk of bytes. */
export type TextReader = (start: number, end: number) => string | null;

/** Whether all of a chunk is UTF-8. */
export const isText = (bytes: Buffer): boolean => isUtf8(bytes);

/** The reader for a chunk; it gives null for a record that is not UTF-8. The whole chunk is looked at once. */
export function textReader(bytes: Buffer): TextReader {
  if (isAscii(bytes)) return (start, end) => bytes.toString('latin1', start, end);
  if (isUtf8(bytes)) return (start, end) => bytes.toString('utf8', start, end);
  return (start, end) => (isUtf8(bytes.subarray(start, end)) ? bytes.toString('utf8', start, end) : null);
}
