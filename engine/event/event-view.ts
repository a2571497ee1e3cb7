import { type EventRecord, getField, type RecordClass, setField } from './record.ts';
import type { EventType } from './types.ts';

/** Copies an event of a subtype to the layout of a supertype whose fields stand at other places in it. */
export interface EventView {
  readonly type: number;
  readonly recordClass: RecordClass;
  /** For field i of the supertype, its index in the subtype. */
  readonly fields: readonly number[];
}

/** Whether events of a type are events of another: the type itself or a supertype of it. */
export function isOfType(type: EventType, other: EventType): boolean {
  return type.name === other.name || type.supertypes.includes(other.name);
}

/** Null when the supertype's fields stand first in the subtype, as with single inheritance. */
export function viewOf(
  type: EventType,
  seenAs: number,
  types: readonly EventType[],
  classOf: (type: number) => RecordClass,
): EventView | null {
  const target = types[seenAs] as EventType;
  const indexes = new Map(type.fields.map((field, i) => [field.name, i]));
  const fields = target.fields.map((field) => indexes.get(field.name) ?? -1);
  if (fields.every((index, i) => index === i)) return null;
  return { type: seenAs, recordClass: classOf(seenAs), fields };
}

/** The event as the view shows it. */
export function seenThrough(view: EventView, event: EventRecord): EventRecord {
  const seen = new view.recordClass(view.type, event.time, event.split, event.offset);
  view.fields.forEach((from, i) => {
    if (from >= 0) setField(seen, i, getField(event, from));
  });
  seen.origins = event.origins ?? [event];
  seen.shownOf = event;
  return seen;
}
