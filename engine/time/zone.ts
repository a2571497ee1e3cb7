import { DateTime, IANAZone } from 'luxon';

/**
 * Adds calendar months to a time in a zone; a day that the month does not have becomes its last day. A local time that a
 * change of the clock skips moves forward by the change. NaN when the result is out of range. UTC goes
 * without the calendar library.
 */
export function addMonths(timeMs: number, months: number, zone: string): number {
  if (zone !== 'UTC') return DateTime.fromMillis(timeMs, { zone }).plus({ months }).toMillis();
  const date = new Date(timeMs);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + months;
  const lastDay = new Date(new Date(0).setUTCFullYear(year, month + 1, 0)).getUTCDate();
  return date.setUTCFullYear(year, month, Math.min(date.getUTCDate(), lastDay));
}

/** Whether a text names a time zone of the IANA database. */
export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}
