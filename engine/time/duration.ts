import type { Period, Value } from '../event/record.ts';
import { addMonths } from './zone.ts';

/**
 * The time a period after `timeMs`: calendar months in the zone first, then the fixed rest, rounded to ms. Epoch ms; NaN
 * when out of range.
 */
export function addPeriod(timeMs: number, period: Period, zone: string): number {
  const start = period.months === 0 ? timeMs : addMonths(timeMs, period.months, zone);
  return start + Math.round(period.ms);
}

/** A period from a value: a period itself, or a number of seconds. */
export function periodOf(value: Value): Period {
  if (typeof value === 'number') return { months: 0, ms: Math.round(value * 1000) };
  return value as Period;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Reads `5s`, `250ms`, `1h30m`, `1.5d`, `0`, `PT5M` (ISO 8601) as whole milliseconds; NaN for anything else. */
export function parseDuration(text: string): number {
  const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text);
  if (iso !== null && /\d/.test(text)) {
    const [days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0)) as [
      number,
      number,
      number,
      number,
    ];
    return ((days * 24 + hours) * 60 + minutes) * 60_000 + Math.round(seconds * 1000);
  }
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return Number.NaN;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (UNITS.get(unit as string) ?? Number.NaN);
  }
  return Math.round(total);
}

/** A duration for people: `250ms`, `5s`, `1h 30m`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const parts: string[] = [];
  let rest = Math.round(ms / 1000);
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}
