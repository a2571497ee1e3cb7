import { fieldKey, type Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item, ItemEvaluator } from '../item.ts';
import { originsOf } from '../origins.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { Sums } from './sums.ts';
import { NO_ITEMS } from './view.ts';
import { Window, type WindowHost } from './window.ts';

/** What a statistics view derives from each item, and what its events carry. */
export interface StatisticsShape {
  /** Index of the event type that it makes. */
  readonly type: number;
  readonly numbers: readonly ItemEvaluator[];
  /** Further columns, from the newest item. */
  readonly columns: readonly ItemEvaluator[];
  /** Which of them are keys of the group, the same for every item. */
  readonly isKey: readonly boolean[];
  /** The values of the first columns. */
  readonly results: (sums: Sums) => readonly Value[];
  /** Whether it speaks only when its value changes: `size`. */
  readonly onlyChanges: boolean;
}

interface StatisticsSnapshot {
  readonly sums: readonly unknown[];
  readonly extra: readonly unknown[];
  readonly last: number | null;
}

/** `uni`, `linest`, `correl`, `weighted_avg`, `size`: the statistics of what entered and has not left, as an event. */
export class StatisticsView extends Window {
  private readonly shape: StatisticsShape;
  private readonly sums: Sums;
  private extra: Value[];
  private last: Item | null = null;

  constructor(host: WindowHost, shape: StatisticsShape, sums: Sums) {
    super(host);
    this.shape = shape;
    this.sums = sums;
    this.extra = shape.columns.map(() => null);
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { shape, sums } = this;
    const newest = added.at(-1);
    if (newest !== undefined) this.readColumns(newest, true);
    const before = this.last ?? this.makeEvent(NO_ITEMS);
    const first = shape.results(sums)[0];
    for (const item of added) this.count(item, 1);
    for (const item of removed) this.count(item, -1);
    if (newest !== undefined) this.readColumns(newest, false);
    if (shape.onlyChanges && shape.results(sums)[0] === first) return;
    this.last = this.makeEvent(added.length > 0 ? added : removed);
    this.emit([this.last], [before]);
  }

  items(): Iterable<Item> {
    return [this.makeEvent(NO_ITEMS)];
  }

  snapshot(writer: EventWriter): StatisticsSnapshot {
    return {
      sums: this.sums.values().map((value) => writeValue(value, writer)),
      extra: this.extra.map((value) => writeValue(value, writer)),
      last: this.last === null ? null : writer.event(this.last),
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { sums, extra, last } = state as StatisticsSnapshot;
    this.sums.set(sums.map((value) => readValue(value, reader) as number));
    this.extra = extra.map((value) => readValue(value, reader));
    this.last = last === null ? null : reader.event(last);
  }

  private count(item: Item, sign: 1 | -1): void {
    const { numbers } = this.shape;
    if (numbers.length === 0) {
      this.sums.add(0, 0, sign);
      return;
    }
    const x = (numbers[0] as ItemEvaluator)(item);
    const y = numbers.length === 1 ? 0 : (numbers[1] as ItemEvaluator)(item);
    if (x !== null && y !== null) this.sums.add(x as number, y as number, sign);
  }

  private readColumns(item: Item, keys: boolean): void {
    const { columns, isKey } = this.shape;
    for (let i = 0; i < columns.length; i++) {
      if (isKey[i] === keys) this.extra[i] = (columns[i] as ItemEvaluator)(item);
    }
  }

  private makeEvent(from: readonly Item[]): Item {
    const { type, results } = this.shape;
    const event = new (this.host.recordClass(type))(type, this.now, -1, -1);
    const fields = event as unknown as Record<string, Value>;
    const values = [...results(this.sums), ...this.extra];
    values.forEach((value, i) => {
      fields[fieldKey(i)] = value;
    });
    const cause = from.at(-1);
    event.origins = cause === undefined ? [] : originsOf(cause);
    return event;
  }
}
