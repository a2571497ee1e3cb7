import type { Period, Value } from '../event/record.ts';
import { onCalendar, type TimeBase, ticksOf } from './time-base.ts';
import { addMonths } from './zone.ts';

/**
 * The time a period after `time`, in ticks: calendar months in the zone first, then the fixed rest, rounded to whole ticks.
 * NaN when out of range.
 */
export function addPeriod(time: number, period: Period, base: TimeBase): number {
  const { months, ms } = period;
  const start = months === 0 ? time : onCalendar(time, base, (at) => addMonths(at, months, base.zone));
  return start + ticksOf(ms, base);
}

/** The period with a rest of whole ticks: what is rounded once is the same on the way forward and back. */
export function wholePeriod({ months, ms }: Period, base: TimeBase): Period {
  return { months, ms: ticksOf(ms, base) / base.ticksPerMs };
}

/** A period from a value: a period itself, or a number of seconds. */
export function periodOf(value: Value): Period {
  if (typeof value === 'number') return { months: 0, ms: value * 1000 };
  return value as Period;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['us', 0.001],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Reads `5s`, `250ms`, `40us`, `1h30m`, `1.5d`, `0`, `PT5M` (ISO 8601) as ms in whole microseconds; NaN for anything else. */
export function parseDuration(text: string): number {
  const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text);
  if (iso !== null && /\d/.test(text)) {
    const [days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0)) as [
      number,
      number,
      number,
      number,
    ];
    return ((days * 24 + hours) * 60 + minutes) * 60_000 + wholeUs(seconds * 1000);
  }
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h|d))+$/.test(text)) return Number.NaN;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/g)) {
    total += Number(amount) * (UNITS.get(unit as string) ?? Number.NaN);
  }
  return wholeUs(total);
}

function wholeUs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** A duration for people: `40us`, `250ms`, `5s`, `1h 30m`. */
export function formatDuration(ms: number): string {
  const us = Math.round(ms * 1000);
  if (us > 0 && us < 1000) return `${us}us`;
  if (ms < 1000) return `${us / 1000}ms`;
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
