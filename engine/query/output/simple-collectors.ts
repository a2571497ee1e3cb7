import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import {
  type Delivery,
  type OutRow,
  type RowSource,
  readRows,
  readSource,
  type SourceSnapshot,
  sourceOf,
  writeRows,
  writeSource,
} from '../result/out-row.ts';
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

/**
 * `output` and `output all` of aggregates only: all rows, or the present one when there are none. As in Esper, when updates
 * are looked at as rows leave (not `atOnce`) the present one stands in only for an interval without updates.
 */
export class AllOrPresent extends AllRows {
  private readonly all: RowForAll;
  private readonly atOnce: boolean;
  private isQuiet = true;

  constructor(processor: RowForAll, atOnce: boolean, statementName: string) {
    super(processor, statementName);
    this.all = processor;
    this.atOnce = atOnce;
  }

  override add(added: readonly Item[], removed: readonly Item[]): void {
    this.isQuiet = false;
    super.add(added, removed);
  }

  override take(into: Delivery): void {
    const { all, rows } = this;
    if (this.atOnce || this.isQuiet) {
      if (rows.added.length === 0) pushRow(rows.added, all.current(true, null));
      if (all.hasRemoved && rows.removed.length === 0) pushRow(rows.removed, all.current(false, null));
    }
    this.isQuiet = true;
    super.take(into);
  }

  override snapshot(writer: EventWriter): unknown {
    return { rows: super.snapshot(writer), isQuiet: this.isQuiet };
  }

  override restore(state: unknown, reader: EventReader): void {
    const { rows, isQuiet } = state as { rows: unknown; isQuiet: boolean };
    super.restore(rows, reader);
    this.isQuiet = isQuiet;
  }
}

/**
 * `output last` of aggregates only: the row after the last update, made when it leaves, and as the old one that before the
 * first; the present one for both when there are none, as with `AllOrPresent`.
 */
export class FirstAndLast implements Collector {
  private readonly processor: RowForAll;
  private readonly atOnce: boolean;
  private source: RowSource = null;
  private removed: OutRow | null = null;
  private isQuiet = true;

  constructor(processor: RowForAll, atOnce: boolean) {
    this.processor = processor;
    this.atOnce = atOnce;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    const { processor } = this;
    this.source = sourceOf(added.length > 0 ? added : removed);
    processor.aggregates.begin();
    if (processor.hasRemoved && this.removed === null) this.removed = processor.current(false, this.source);
    processor.apply(added, removed);
    this.isQuiet = false;
  }

  take(into: Delivery): void {
    const { processor } = this;
    pushRow(into.added, processor.current(true, this.source));
    if (processor.hasRemoved) {
      const present = this.atOnce || this.isQuiet ? () => processor.current(false, null) : () => null;
      pushRow(into.removed, this.removed ?? present());
    }
    this.source = null;
    this.removed = null;
    this.isQuiet = true;
  }

  snapshot(writer: EventWriter): unknown {
    const removed = this.removed === null ? null : writeRows([this.removed], writer);
    return { source: writeSource(this.source, writer), removed, isQuiet: this.isQuiet };
  }

  restore(state: unknown, reader: EventReader): void {
    const { source, removed, isQuiet } = state as {
      source: SourceSnapshot;
      removed: unknown;
      isQuiet: boolean;
    };
    this.source = readSource(source, reader);
    this.removed = removed === null ? null : (readRows(removed, reader)[0] as OutRow);
    this.isQuiet = isQuiet;
  }
}
