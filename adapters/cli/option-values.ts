import { InvalidArgumentError } from 'commander';
import { formatDuration, parseDuration } from '../../engine/time/duration.ts';
import { TIME_UNITS, type TimeUnit, ticksOf, ticksPerMs } from '../../engine/time/time-base.ts';
import { parseTimestamp } from '../../engine/time/timestamp.ts';
import { isZone } from '../../engine/time/zone.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

/** Collects the values of an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A duration in ms, with a fraction where it is written in microseconds. */
export function durationValue(text: string): number {
  const ms = parseDuration(text);
  if (Number.isNaN(ms))
    throw new InvalidArgumentError('A duration is written 250ms, 5s, 1h30m, 40us or PT5M.');
  return ms;
}

/** The ticks of a duration option; fails where the clock is too coarse for it. */
export function durationTicks(ms: number, option: string, unit: TimeUnit): number {
  const ticks = ticksOf(ms, { ticksPerMs: ticksPerMs(unit) });
  if (ticks > 0 || ms === 0) return ticks;
  const what = `${option} ${formatDuration(ms)} is less than the clock counts`;
  throw new CommandFailure(EXIT.usage, `${what}: it needs --time-unit microseconds`);
}

/** A point in time as it is written: what a number counts is the time unit, which is another option. */
export function timeValue(text: string): string {
  if (!Number.isNaN(timeOf(text, 'milliseconds'))) return text;
  throw new InvalidArgumentError(
    'A time is written 2026-01-31T12:00:00Z, or as a number of the --time-unit.',
  );
}

/** The ticks of a time option; fails where the number is too large to be exact. */
export function timeTicks(text: string, option: string, unit: TimeUnit): number {
  const time = timeOf(text, unit);
  if (Number.isSafeInteger(time)) return time;
  throw new CommandFailure(EXIT.usage, `${option} ${text} is further from 1970 than ${unit} are counted`);
}

function timeOf(text: string, unit: TimeUnit): number {
  return /^-?\d+$/.test(text) ? Number(text) : parseTimestamp(text, unit);
}

/** What times count. */
export function timeUnitValue(text: string): TimeUnit {
  const unit = TIME_UNITS.find((one) => one === text.toLowerCase());
  if (unit !== undefined) return unit;
  throw new InvalidArgumentError(`A time unit is ${TIME_UNITS.join(' or ')}.`);
}

/** An IANA time zone. */
export function zoneValue(text: string): string {
  if (isZone(text)) return text;
  throw new InvalidArgumentError('A time zone is a name of the IANA database, such as UTC or Europe/Berlin.');
}

/** A speed as a factor of real time; `max` is +Infinity. */
export function speedValue(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const factor = /^(\d+(\.\d+)?)x?$/.exec(text)?.[1];
  if (factor !== undefined && Number(factor) > 0) return Number(factor);
  throw new InvalidArgumentError('A speed is `max`, or a factor of real time such as 1x or 10x.');
}

/** Makes the reader of a whole number within bounds. */
export function countValue(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    const range = high === Number.MAX_SAFE_INTEGER ? `from ${low} on` : `from ${low} to ${high}`;
    throw new InvalidArgumentError(`A whole number ${range}.`);
  };
}
