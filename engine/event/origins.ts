import type { EventRecord } from './record.ts';

/**
 * The admitted events behind an event that a statement made, in the order of (time, split, offset), each once: a list, or
 * one that shares its beginning with another. Neither is ever written.
 */
export type Origins = readonly EventRecord[] | LongerOrigins;

/** Origins and one event behind them. What is changed again and again so costs one object a change, and no copy. */
export class LongerOrigins {
  readonly before: Origins;
  readonly last: EventRecord;
  readonly length: number;

  constructor(before: Origins, last: EventRecord) {
    this.before = before;
    this.last = last;
    this.length = before.length + 1;
  }
}

/** Origins as a list; makes one where they share their beginning. */
export function originList(origins: Origins): readonly EventRecord[] {
  if (!(origins instanceof LongerOrigins)) return origins;
  const list = new Array<EventRecord>(origins.length);
  let at: Origins = origins;
  for (; at instanceof LongerOrigins; at = at.before) list[at.length - 1] = at.last;
  for (let i = 0; i < at.length; i++) list[i] = at[i] as EventRecord;
  return list;
}
