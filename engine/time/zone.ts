import { DateTime, FixedOffsetZone, IANAZone, type Zone } from 'luxon';

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

/**
 * The zone a rule names: an IANA zone, or `GMT`/`UTC` with an offset such as `GMT-5` or `UTC+05:30`, as a name for the
 * functions here. Anything else is null.
 */
export function zoneNamed(text: string): string | null {
  const fixed = /^(?:GMT|UTC)(?:([+-])(\d{1,2})(?::?(\d{2}))?)?$/i.exec(text.trim());
  if (fixed !== null) {
    const minutes = Number(fixed[2] ?? 0) * 60 + Number(fixed[3] ?? 0);
    if (minutes === 0) return 'UTC';
    return minutes <= 18 * 60 ? FixedOffsetZone.instance(fixed[1] === '-' ? -minutes : minutes).name : null;
  }
  return isZone(text.trim()) ? text.trim() : null;
}

/** What clocks on the wall show at a time, as the epoch ms at which they would show it in UTC. */
export function wallTime(timeMs: number, zone: string): number {
  return timeMs + offsetMs(timeMs, zone);
}

/**
 * The time at which clocks on the wall show `wallMs` (as by `wallTime`). A time that a change of the clock skips moves
 * forward by the change; of one that comes twice the second is taken, as Java does.
 */
export function timeOfWall(wallMs: number, zone: string): number {
  if (zone === 'UTC') return wallMs;
  const before = offsetMs(wallMs - DAY_MS, zone);
  const after = offsetMs(wallMs + DAY_MS, zone);
  if (before === after) return wallMs - before;
  const fits = (offset: number) => offsetMs(wallMs - offset, zone) === offset;
  if (fits(before) && fits(after)) return wallMs - Math.min(before, after);
  return wallMs - (fits(after) ? after : before);
}

const DAY_MS = 86_400_000;

function offsetMs(timeMs: number, zone: string): number {
  return zone === 'UTC' ? 0 : zoneOf(zone).offset(timeMs) * 60_000;
}

/** Luxon caches IANA zones itself; names of fixed offsets are those of `zoneNamed`. */
function zoneOf(name: string): Zone {
  return FixedOffsetZone.parseSpecifier(name) ?? IANAZone.create(name);
}
