import { DateTime, IANAZone } from 'luxon';

/** Adds calendar months to a time in a zone; the day is cut to the length of the month. */
export function addMonths(timeMs: number, months: number, zone: string): number {
  return DateTime.fromMillis(timeMs, { zone }).plus({ months }).toMillis();
}

/** Whether a text names a time zone of the IANA database. */
export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}
