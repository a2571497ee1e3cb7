import type { EventRecord } from '../event/record.ts';
import type { Slot } from '../expr/evaluate.ts';
import { isRepeated } from './snapshot.ts';

/** Whether the tags hold one of the events. */
export function holdsAny(slots: readonly Slot[], events: ReadonlySet<EventRecord>): boolean {
  return slots.some((slot) => {
    if (slot === null) return false;
    return isRepeated(slot) ? slot.some((one) => events.has(one)) : events.has(slot);
  });
}

/** Adds the events of the tags to a set. */
export function addHeld(slots: readonly Slot[], into: Set<EventRecord>): void {
  for (const slot of slots) {
    if (slot === null) continue;
    if (isRepeated(slot)) for (const one of slot) into.add(one);
    else into.add(slot);
  }
}

/** Of matches in their order, those that share no event with one kept before (`@SuppressOverlappingMatches`). */
export function withoutOverlaps<T extends { readonly slots: readonly Slot[] }>(matches: readonly T[]): T[] {
  const taken = new Set<EventRecord>();
  return matches.filter(({ slots }) => {
    if (holdsAny(slots, taken)) return false;
    addHeld(slots, taken);
    return true;
  });
}
