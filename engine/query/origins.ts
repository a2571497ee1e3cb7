import { LongerOrigins, type Origins, originList } from '../event/origins.ts';
import type { EventRecord } from '../event/record.ts';
import type { Slot } from '../expr/evaluate.ts';
import { isRepeated } from '../pattern/snapshot.ts';

/** The admitted events behind an event: itself, or for an event made by a statement those it was made from. */
export function originsOf(event: EventRecord): Origins {
  return event.origins ?? [event];
}

/** The admitted events behind a match, in the order of (time, split, offset), each once. */
export function originsOfSlots(slots: readonly Slot[]): Origins {
  const only = onlyEvent(slots);
  if (only !== null) return originsOf(only);
  const all: EventRecord[] = [];
  // Tags nearly always hold events in their order, and each list of origins is in order.
  let isAscending = true;
  for (const slot of slots) {
    if (slot === null) continue;
    if (!isRepeated(slot)) isAscending = addOrigins(slot, all) && isAscending;
    else for (const one of slot) isAscending = addOrigins(one, all) && isAscending;
  }
  return isAscending ? all : sorted(all);
}

/** The origins of both as one. One event behind all others only refers to them. */
export function joinOrigins(first: Origins, second: Origins): Origins {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const added = originList(second);
  const isAfter = comparePositions(newestOf(first), added[0] as EventRecord) < 0;
  if (isAfter && added.length === 1) return new LongerOrigins(first, added[0] as EventRecord);
  const all = originList(first).concat(added);
  return isAfter ? all : sorted(all);
}

function newestOf(origins: Origins): EventRecord {
  return origins instanceof LongerOrigins ? origins.last : (origins[origins.length - 1] as EventRecord);
}

/** The event of the only slot that has one; null when there are several. */
function onlyEvent(slots: readonly Slot[]): EventRecord | null {
  let only: EventRecord | null = null;
  for (const slot of slots) {
    if (slot === null) continue;
    if (only !== null || isRepeated(slot)) return null;
    only = slot;
  }
  return only;
}

/** Puts a new list in order, each event once. */
function sorted(all: EventRecord[]): readonly EventRecord[] {
  all.sort(comparePositions);
  let kept = 1;
  for (let i = 1; i < all.length; i++) {
    if (all[i] !== all[kept - 1]) all[kept++] = all[i] as EventRecord;
  }
  all.length = kept;
  return all;
}

/** Order of two positions in the total order of events: (event time, split, offset). */
export function comparePositions(a: EventRecord, b: EventRecord): number {
  return a.time - b.time || a.split - b.split || a.offset - b.offset;
}

/** Order of two lists of origins: from the oldest event on, then the shorter first. */
export function compareOrigins(a: Origins, b: Origins): number {
  const shared = Math.min(a.length, b.length);
  const [left, right] = [originList(a), originList(b)];
  for (let i = 0; i < shared; i++) {
    const order = comparePositions(left[i] as EventRecord, right[i] as EventRecord);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Order of two lists of origins by their oldest events alone. */
export function compareOldest(a: Origins, b: Origins): number {
  const [first, second] = [originList(a)[0], originList(b)[0]];
  return first === undefined || second === undefined ? a.length - b.length : comparePositions(first, second);
}

/** Whether what it appends comes after what is there. */
function addOrigins(event: EventRecord, into: EventRecord[]): boolean {
  const origins = event.origins === null ? null : originList(event.origins);
  const first = origins === null ? event : origins[0];
  if (first === undefined) return true;
  const isAfter = into.length === 0 || comparePositions(into[into.length - 1] as EventRecord, first) < 0;
  if (origins === null) into.push(event);
  else for (let i = 0; i < origins.length; i++) into.push(origins[i] as EventRecord);
  return isAfter;
}
