import type { EventRecord } from '../event/record.ts';
import type { Slot } from '../expr/evaluate.ts';

/** Turns events into numbers while a snapshot is taken, so that a shared event is written once. */
export interface EventWriter {
  event(record: EventRecord): number;
}

/** Gives the events of a snapshot back by number. */
export interface EventReader {
  event(id: number): EventRecord;
}

/** Slots as JSON: null, an event number, or a list of them. */
export type SlotsSnapshot = readonly (null | number | readonly number[])[];

/** Writes tags. */
export function writeSlots(slots: readonly Slot[], writer: EventWriter): SlotsSnapshot {
  return slots.map((slot) => {
    if (slot === null) return null;
    return isRepeated(slot) ? slot.map((one) => writer.event(one)) : writer.event(slot);
  });
}

/** Reads tags. */
export function readSlots(snapshot: SlotsSnapshot, reader: EventReader): Slot[] {
  return snapshot.map((slot) => {
    if (slot === null) return null;
    return typeof slot === 'number' ? reader.event(slot) : slot.map((one) => reader.event(one));
  });
}

/** Whether a slot holds the events of a repeat. */
export function isRepeated(slot: EventRecord | readonly EventRecord[]): slot is readonly EventRecord[] {
  return Array.isArray(slot);
}
