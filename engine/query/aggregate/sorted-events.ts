import type { EventRecord, Value } from '../../event/record.ts';
import { compareValues } from './compare.ts';

/** Events of one key, in the order they came. */
export interface SortedEntry {
  /** Values of the criteria. */
  readonly key: readonly Value[];
  readonly events: readonly EventRecord[];
}

/** Where a key would be among entries. */
export type Side = 'lower' | 'floor' | 'ceiling' | 'higher' | 'get';

/**
 * Events in the order of their keys. Entries lie in runs of at most `RUN_LENGTH_MAX`, so that adding to a large one
 * moves few of them: finding a place costs two binary searches.
 */
export class SortedEvents {
  /** Number of events. */
  size = 0;
  private readonly descending: readonly boolean[];
  private runs: SortedEntry[][] = [];

  /** `descending` for each criterion. */
  constructor(descending: readonly boolean[]) {
    this.descending = descending;
  }

  /** Number of different keys. */
  get keyCount(): number {
    return this.runs.reduce((count, run) => count + run.length, 0);
  }

  add(key: readonly Value[], event: EventRecord): void {
    this.size++;
    const [run, place] = this.placeOf(key);
    const entries = this.runs[run];
    if (entries === undefined) {
      this.runs.push([{ key, events: [event] }]);
      return;
    }
    const found = entries[place];
    if (found !== undefined && this.compare(found.key, key) === 0) {
      (found.events as EventRecord[]).push(event);
      return;
    }
    entries.splice(place, 0, { key, events: [event] });
    if (entries.length > RUN_LENGTH_MAX) this.runs.splice(run + 1, 0, entries.splice(RUN_LENGTH_MAX / 2));
  }

  /** Takes an event out; nothing changes where it is not in. */
  remove(key: readonly Value[], event: EventRecord): void {
    const [run, place] = this.placeOf(key);
    const entries = this.runs[run];
    const found = entries?.[place];
    if (entries === undefined || found === undefined || this.compare(found.key, key) !== 0) return;
    const at = found.events.indexOf(event);
    if (at < 0) return;
    this.size--;
    (found.events as EventRecord[]).splice(at, 1);
    if (found.events.length > 0) return;
    entries.splice(place, 1);
    if (entries.length === 0) this.runs.splice(run, 1);
  }

  first(): SortedEntry | null {
    return this.runs[0]?.[0] ?? null;
  }

  last(): SortedEntry | null {
    return this.runs.at(-1)?.at(-1) ?? null;
  }

  /** The entry of a key, or the nearest on a side of it; null when there is none. */
  near(key: readonly Value[], side: Side): SortedEntry | null {
    const [run, place] = this.placeOf(key);
    const found = this.runs[run]?.[place] ?? null;
    const isEqual = found !== null && this.compare(found.key, key) === 0;
    switch (side) {
      case 'get':
        return isEqual ? found : null;
      case 'ceiling':
        return found;
      case 'floor':
        return isEqual ? found : this.before(run, place);
      case 'lower':
        return this.before(run, place);
      default:
        return isEqual ? (this.runs[run]?.[place + 1] ?? this.runs[run + 1]?.[0] ?? null) : found;
    }
  }

  /** Entries in order, from a key to another. */
  *between(
    from: readonly Value[],
    includeFrom: boolean,
    to: readonly Value[],
    includeTo: boolean,
  ): Generator<SortedEntry> {
    for (const entry of this.entries()) {
      const low = this.compare(entry.key, from);
      if (low < 0 || (low === 0 && !includeFrom)) continue;
      const high = this.compare(entry.key, to);
      if (high > 0 || (high === 0 && !includeTo)) return;
      yield entry;
    }
  }

  /** All entries in order. */
  *entries(): Generator<SortedEntry> {
    for (const run of this.runs) yield* run;
  }

  /** All events in order. */
  events(): EventRecord[] {
    const events: EventRecord[] = [];
    for (const entry of this.entries()) for (const event of entry.events) events.push(event);
    return events;
  }

  compare(a: readonly Value[], b: readonly Value[]): number {
    for (let i = 0; i < this.descending.length; i++) {
      const order = compareValues(a[i] ?? null, b[i] ?? null);
      if (order !== 0) return this.descending[i] === true ? -order : order;
    }
    return 0;
  }

  private before(run: number, place: number): SortedEntry | null {
    return this.runs[run]?.[place - 1] ?? this.runs[run - 1]?.at(-1) ?? null;
  }

  /** Run and place of the first entry that is not before a key. A key after all has its place at the end. */
  private placeOf(key: readonly Value[]): [run: number, place: number] {
    const { runs } = this;
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = (runs[middle] as SortedEntry[]).at(-1) as SortedEntry;
      if (this.compare(last.key, key) < 0) low = middle + 1;
      else high = middle;
    }
    const entries = runs[low];
    if (entries === undefined) return [low, 0];
    let start = 0;
    let end = entries.length;
    while (start < end) {
      const middle = (start + end) >> 1;
      if (this.compare((entries[middle] as SortedEntry).key, key) < 0) start = middle + 1;
      else end = middle;
    }
    return [low, start];
  }
}

const RUN_LENGTH_MAX = 512;
