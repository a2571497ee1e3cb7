import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../engine/time/duration.ts';
import { parseTimestamp } from '../../engine/time/timestamp.ts';
import { isZone } from '../../engine/time/zone.ts';

/** Collects the values of an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A duration in ms. */
export function durationValue(text: string): number {
  const ms = parseDuration(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('A duration is written 250ms, 5s, 1h30m or PT5M.');
  return ms;
}

/** A point in time, epoch ms. */
export function timeValue(text: string): number {
  const ms = /^-?\d+$/.test(text) ? Number(text) : parseTimestamp(text);
  if (Number.isSafeInteger(ms)) return ms;
  throw new InvalidArgumentError('A time is written 2026-01-31T12:00:00Z, or as epoch milliseconds.');
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
