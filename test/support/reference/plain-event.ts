/** An event as a test reads it, without any part of the engine. */
export interface PlainEvent {
  readonly type: string;
  /** Event time, epoch ms. */
  readonly time: number;
  /** Position of its file among the files. */
  readonly split: number;
  /** Line number, 1-based. */
  readonly offset: number;
  // biome-ignore lint/suspicious/noExplicitAny: raw fields; the detectors know what they hold
  readonly fields: { readonly [name: string]: any };
}

/** What a detector finds. */
export interface Finding {
  readonly rule: string;
  readonly time: number;
  readonly key: { readonly [column: string]: unknown };
}

/**
 * The slow and obvious form of a rule: all findings in events that stand in order, up to the end of the
 * clock.
 */
export type Detector = (events: readonly PlainEvent[], end: number) => Finding[];

/** The order of events: time, file, line. */
export function inOrder(events: readonly PlainEvent[]): PlainEvent[] {
  return events.toSorted((a, b) => a.time - b.time || a.split - b.split || a.offset - b.offset);
}

/** The events of some types by the value of fields, each group in order. */
export function groupBy(
  events: readonly PlainEvent[],
  types: readonly string[],
  ...fields: readonly string[]
): PlainEvent[][] {
  const groups = new Map<string, PlainEvent[]>();
  for (const event of events) {
    if (!types.includes(event.type)) continue;
    const key = JSON.stringify(fields.map((field) => event.fields[field]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  return [...groups.values()];
}

/** Findings as comparable text, sorted: `time rule key`. */
export function asLines(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, time, key }) => `${time} ${rule} ${JSON.stringify(key)}`).sort();
}

/** Distance in km by the angle between two vectors: another formula than the engine's, the same radius. */
export function kmBetween(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const vector = (lat: number, lon: number): [number, number, number] => {
    const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
    return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
  };
  const [a, b] = [vector(lat1, lon1), vector(lat2, lon2)];
  const cross = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
  return 6371.0088 * Math.atan2(cross, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]);
}

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
