import type { EventRecord } from '../event/record.ts';
import type { Slot } from '../expr/evaluate.ts';
import { isRepeated } from '../pattern/snapshot.ts';

/** The admitted events behind an event: itself, or for an event made by a statement those it was made from. */
export function originsOf(event: EventRecord): readonly EventRecord[] {
  return event.origins ?? [event];
}

/** The admitted events behind a match, in the order of (time, split, offset), each once. */
export function originsOfSlots(slots: readonly Slot[]): readonly EventRecord[] {
  const all: EventRecord[] = [];
  for (const slot of slots) {
    if (slot === null) continue;
    if (isRepeated(slot)) for (const one of slot) addOrigins(one, all);
    else addOrigins(slot, all);
  }
  // Tags nearly always hold events in their order.
  if (isAscending(all)) return all;
  all.sort(comparePositions);
  let kept = 1;
  for (let i = 1; i < all.length; i++) {
    if (all[i] !== all[kept - 1]) all[kept++] = all[i] as EventRecord;
  }
  all.length = kept;
  return all;
}

function isAscending(events: readonly EventRecord[]): boolean {
  for (let i = 1; i < events.length; i++) {
    if (comparePositions(events[i - 1] as EventRecord, events[i] as EventRecord) >= 0) return false;
  }
  return true;
}

/** Order of two positions in the total order of events: (event time, split, offset). */
export function comparePositions(a: EventRecord, b: EventRecord): number {
  return a.time - b.time || a.split - b.split || a.offset - b.offset;
}

/** Order of two lists of origins: from the oldest event on, then the shorter first. */
export function compareOrigins(a: readonly EventRecord[], b: readonly EventRecord[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = comparePositions(a[i] as EventRecord, b[i] as EventRecord);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Order of two lists of origins by their oldest events alone. */
export function compareOldest(a: readonly EventRecord[], b: readonly EventRecord[]): number {
  const [first, second] = [a[0], b[0]];
  return first === undefined || second === undefined ? a.length - b.length : comparePositions(first, second);
}

function addOrigins(event: EventRecord, into: EventRecord[]): void {
  if (event.origins === null) into.push(event);
  else for (const origin of event.origins) into.push(origin);
}
