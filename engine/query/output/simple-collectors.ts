import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { type Delivery, type OutRow, readRows, sourceOf, writeRows } from '../result/out-row.ts';
import type { RowForAll, SimpleRows } from '../result/plain-rows.ts';
import { pushRow } from '../result/processor.ts';
import { AllRows, type Collector } from './collector.ts';

/** `output last` without aggregates: the last item that `having` lets pass, made a row when it leaves. */
export class LastItem implements Collector {
  private readonly processor: SimpleRows;
  private added: Item | null = null;
  private removed: Item | null = null;

  constructor(processor: SimpleRows) {
    this.processor = processor;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    const { maker } = this.processor;
    this.added = added.findLast((item) => maker.passes(item, true)) ?? this.added;
    this.removed = removed.findLast((item) => maker.passes(item, false)) ?? this.removed;
  }

  take(into: Delivery): void {
    const list = (item: Item | null) => (item === null ? [] : [item]);
    this.processor.process(list(this.added), list(this.removed), into);
    this.added = null;
    this.removed = null;
  }

  snapshot(writer: EventWriter): unknown {
    return [this.added, this.removed].map((item) => (item === null ? null : writer.event(item)));
  }

  restore(state: unknown, reader: EventReader): void {
    const [added, removed] = (state as (number | null)[]).map((id) =>
      id === null ? null : reader.event(id),
    );
    this.added = added ?? null;
    this.removed = removed ?? null;
  }
}

/** `output` and `output all` of aggregates only: all rows, or the present one when nothing came. */
export class AllOrPresent extends AllRows {
  private readonly all: RowForAll;

  constructor(processor: RowForAll, statementName: string) {
    super(processor, statementName);
    this.all = processor;
  }

  override take(into: Delivery): void {
    const { all, rows } = this;
    const present = (isInsert: boolean) => {
      const row = all.current(isInsert, null);
      return row === null ? [] : [row];
    };
    if (rows.added.length === 0) rows.added.push(...present(true));
    if (all.hasRemoved && rows.removed.length === 0) rows.removed.push(...present(false));
    super.take(into);
  }
}

/**
 * `output last` of aggregates only: the row after the last update, and as the old one that before the first; the
 * present one for both when nothing came.
 */
export class FirstAndLast implements Collector {
  private readonly processor: RowForAll;
  private added: OutRow | null = null;
  private removed: OutRow | null = null;

  constructor(processor: RowForAll) {
    this.processor = processor;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    const { processor } = this;
    const source = sourceOf(added.length > 0 ? added : removed);
    if (processor.hasRemoved && this.removed === null) this.removed = processor.current(false, source);
    processor.apply(added, removed);
    this.added = processor.current(true, source);
  }

  take(into: Delivery): void {
    const { processor } = this;
    pushRow(into.added, this.added ?? processor.current(true, null));
    if (processor.hasRemoved) pushRow(into.removed, this.removed ?? processor.current(false, null));
    this.added = null;
    this.removed = null;
  }

  snapshot(writer: EventWriter): unknown {
    return [this.added, this.removed].map((row) => (row === null ? null : writeRows([row], writer)));
  }

  restore(state: unknown, reader: EventReader): void {
    const [added, removed] = (state as unknown[]).map((one) =>
      one === null ? null : (readRows(one, reader)[0] as OutRow),
    );
    this.added = added ?? null;
    this.removed = removed ?? null;
  }
}
