import { LIMITS, LimitError } from '../../core/limits.ts';
import type { Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { AggregateHost } from './aggregator.ts';

type Key = ReturnType<typeof equalityKey>;

/** How often each value is in each group, for `distinct`. */
export class DistinctValues {
  private readonly groups: (Map<Key, number> | undefined)[] = [];
  private readonly statementName: string;
  private readonly valuesMax: number;
  private size = 0;

  constructor({ statementName, limits = LIMITS }: AggregateHost) {
    this.statementName = statementName;
    this.valuesMax = limits.distinctValuesMax;
  }

  /** Adds a value; true when it is the first of its kind. */
  add(group: number, value: Value): boolean {
    const key = equalityKey(value);
    let counts = this.groups[group];
    if (counts === undefined) {
      counts = new Map();
      this.groups[group] = counts;
    }
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (count > 0) return false;
    if (++this.size > this.valuesMax) {
      const most = `more than ${this.valuesMax} different values`;
      throw new LimitError(
        `${this.statementName}: ${most} in a \`distinct\` aggregate; give the stream a window`,
      );
    }
    return true;
  }

  /**
   * Removes a value; true when it was the last of its kind. As in Esper that also goes for one that is not there: a row of an
   * outer join may end that never began, as when an event's partner was another one before.
   */
  remove(group: number, value: Value): boolean {
    const counts = this.groups[group];
    const key = equalityKey(value);
    const count = counts?.get(key);
    if (counts === undefined || count === undefined) return true;
    if (count > 1) {
      counts.set(key, count - 1);
      return false;
    }
    counts.delete(key);
    this.size--;
    return true;
  }

  clear(group: number): void {
    const counts = this.groups[group];
    if (counts === undefined) return;
    this.size -= counts.size;
    this.groups[group] = undefined;
  }

  snapshot(group: number, writer: EventWriter): unknown {
    return [...(this.groups[group] ?? [])].map(([key, count]) => [writeValue(key, writer), count]);
  }

  restore(group: number, state: unknown, reader: EventReader): void {
    const entries = (state as [unknown, number][]).map(
      ([key, count]) => [readValue(key, reader) as Key, count] as const,
    );
    if (entries.length === 0) return;
    this.groups[group] = new Map(entries);
    this.size += entries.length;
  }
}
