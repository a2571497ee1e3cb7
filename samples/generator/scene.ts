import type { Random } from './random.ts';

/** An event before it is written. */
export interface SceneEvent {
  readonly type: string;
  /** Event time, epoch ms. */
  readonly time: number;
  readonly fields: { readonly [name: string]: string | number | boolean | null };
}

/** What was put into the stream on purpose and must be found. */
export interface Incident {
  readonly rule: string;
  readonly key: { readonly [column: string]: string };
  /** The alert comes at a time within these, both included, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

/** One file of a sample. */
export interface SampleFile {
  readonly name: string;
  readonly text: string;
}

/** What a generator makes. */
export interface Sample {
  readonly files: readonly SampleFile[];
  readonly truth: readonly Incident[];
}

/** Size and seed of a sample. */
export interface SampleOptions {
  /** About so many events. */
  readonly events: number;
  readonly seed: number;
  /** `jsonl`: JSON Lines also where the sample is CSV otherwise. */
  readonly format?: 'jsonl';
}

/** Collects events and incidents of a made-up world. */
export class Scene {
  readonly events: SceneEvent[] = [];
  readonly truth: Incident[] = [];

  add(type: string, time: number, fields: SceneEvent['fields']): void {
    this.events.push({ type, time: Math.round(time), fields });
  }

  incident(rule: string, key: Incident['key'], from: number, to: number, what: string): void {
    this.truth.push({ rule, key, from: Math.round(from), to: Math.round(to), what });
  }

  /** The incidents in order of time. */
  sortedTruth(): Incident[] {
    return this.truth.toSorted((a, b) => a.from - b.from || (a.rule < b.rule ? -1 : 1));
  }
}

/** How events are delivered. */
export interface Delivery {
  /** Every event arrives less than this after its time, except the late ones, ms. */
  readonly boundMs: number;
  /** So many events that `mayBeLate` accepts come minutes too late. */
  readonly late: number;
  mayBeLate(event: SceneEvent): boolean;
}

/**
 * Events in the order of arrival. One in five is delayed, by less than the bound: so a replay with this bound
 * takes it. The late ones come one to five minutes after the bound.
 */
export function deliver(events: readonly SceneEvent[], random: Random, delivery: Delivery): SceneEvent[] {
  const { boundMs, late } = delivery;
  const sorted = events.map((event, made) => ({ event, made }));
  sorted.sort((a, b) => a.event.time - b.event.time || a.made - b.made);
  const arrivals = sorted.map(({ event }, order) => ({
    event,
    order,
    at: event.time + (random.chance(0.2) ? random.next() * boundMs : 0),
  }));
  const candidates = arrivals.filter(({ event }) => delivery.mayBeLate(event));
  for (let i = 0; i < late && candidates.length > 0; i++) {
    const chosen = random.pick(candidates);
    chosen.at = chosen.event.time + boundMs + random.between(60_000, 300_000);
  }
  return arrivals.sort((a, b) => a.at - b.at || a.order - b.order).map(({ event }) => event);
}

/** One JSON object a line, the type first. */
export function toJsonLines(events: readonly SceneEvent[]): string[] {
  return events.map(({ type, fields }) => JSON.stringify({ type, ...fields }));
}

/** Comma-separated lines with a header; the events are of one type. An empty cell is null. */
export function toCsv(events: readonly SceneEvent[]): string[] {
  const columns = Object.keys(events[0]?.fields ?? {});
  const header = ['type', ...columns].join(',');
  return [
    header,
    ...events.map(({ type, fields }) => [type, ...columns.map((c) => fields[c] ?? '')].join(',')),
  ];
}

/** Rounds to a number of decimals. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

/** ISO 8601 text of a time. */
export function iso(time: number): string {
  return new Date(Math.round(time)).toISOString();
}

export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
/** All samples begin on Monday, 2 March 2026, 00:00 UTC. */
export const START = 1_772_409_600_000;
