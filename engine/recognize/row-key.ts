import type { RowKey } from './run.ts';

/** A key as JSON, which has no NaN and no infinities. */
export function writeKey(key: RowKey): unknown {
  return typeof key === 'number' && !Number.isFinite(key) ? [String(key)] : key;
}

/** The key of `writeKey`. */
export function readKey(written: unknown): RowKey {
  return Array.isArray(written) ? Number(written[0]) : (written as RowKey);
}
