import type { Row } from '../runtime/row.ts';

/**
 * The place of a row in the canonical order as a list of numbers: lists compare number by number, a shorter one first,
 * and that order is `compareRows` up to the ordinal. Rows with equal lists come from one shard, which keeps their order.
 * So rows of several processes can be merged without their events.
 */
export function rowKey(row: Row): Float64Array {
  const { trigger, origins } = row;
  const key = new Float64Array(7 + origins.length * 3);
  key[0] = row.time;
  if (trigger !== null) {
    key[1] = 1;
    key[2] = trigger.time;
    key[3] = trigger.split;
    key[4] = trigger.offset;
  }
  key[5] = row.statement;
  key[6] = row.rank;
  let at = 7;
  for (const { time, split, offset } of origins) {
    key[at] = time;
    key[at + 1] = split;
    key[at + 2] = offset;
    at += 3;
  }
  return key;
}

/** Order of two keys: negative when the first comes first. */
export function compareRowKeys(a: Float64Array, b: Float64Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = (a[i] as number) - (b[i] as number);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
