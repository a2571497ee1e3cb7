import { LIMITS, LimitError } from '../../core/limits.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { Delivery, type OutRow, readItems, readRows, writeItems, writeRows } from '../result/out-row.ts';
import type { ResultProcessor } from '../result/processor.ts';

/** Gathers what the updates between two outputs show. */
export interface Collector {
  add(added: readonly Item[], removed: readonly Item[]): void;
  /** Gives the rows to show and begins the next interval. */
  take(into: Delivery): void;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/** `output every …`: all rows as they came. */
export class AllRows implements Collector {
  protected readonly rows = new Delivery();
  private readonly processor: ResultProcessor;
  private readonly statementName: string;

  constructor(processor: ResultProcessor, statementName: string) {
    this.processor = processor;
    this.statementName = statementName;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    const { rows } = this;
    this.processor.process(added, removed, rows);
    checkSize(rows.added.length + rows.removed.length, this.statementName);
  }

  take(into: Delivery): void {
    move(this.rows.added, into.added);
    move(this.rows.removed, into.removed);
  }

  snapshot(writer: EventWriter): unknown {
    return [writeRows(this.rows.added, writer), writeRows(this.rows.removed, writer)];
  }

  restore(state: unknown, reader: EventReader): void {
    const [added, removed] = state as [unknown, unknown];
    this.rows.clear();
    move(readRows(added, reader), this.rows.added);
    move(readRows(removed, reader), this.rows.removed);
  }
}

/** The last row of each stream: `output last` of a query with aggregates and fields and no `group by`. */
export class LastRow implements Collector {
  private readonly processor: ResultProcessor;
  private readonly made = new Delivery();
  private added: OutRow | null = null;
  private removed: OutRow | null = null;

  constructor(processor: ResultProcessor) {
    this.processor = processor;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    const { made } = this;
    this.processor.process(added, removed, made);
    this.added = made.added.at(-1) ?? this.added;
    this.removed = made.removed.at(-1) ?? this.removed;
    made.clear();
  }

  take(into: Delivery): void {
    if (this.added !== null) into.added.push(this.added);
    if (this.removed !== null) into.removed.push(this.removed);
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
    this.added = added as OutRow | null;
    this.removed = removed as OutRow | null;
  }
}

/**
 * Keeps the updates and gives them to another collector only when rows leave: expressions, aggregates and other items
 * of the window are read then, as Esper does.
 */
export class Deferred implements Collector {
  private readonly inner: Collector;
  private readonly statementName: string;
  private updates: { readonly added: readonly Item[]; readonly removed: readonly Item[] }[] = [];
  private size = 0;

  constructor(inner: Collector, statementName: string) {
    this.inner = inner;
    this.statementName = statementName;
  }

  add(added: readonly Item[], removed: readonly Item[]): void {
    this.updates.push({ added, removed });
    this.size += added.length + removed.length;
    checkSize(this.size, this.statementName);
  }

  take(into: Delivery): void {
    const { updates } = this;
    this.updates = [];
    this.size = 0;
    for (const { added, removed } of updates) this.inner.add(added, removed);
    this.inner.take(into);
  }

  snapshot(writer: EventWriter): unknown {
    const updates = this.updates.map(({ added, removed }) => [
      writeItems(added, writer),
      writeItems(removed, writer),
    ]);
    return { updates, inner: this.inner.snapshot(writer) };
  }

  restore(state: unknown, reader: EventReader): void {
    const { updates, inner } = state as { updates: [unknown, unknown][]; inner: unknown };
    this.updates = updates.map(([added, removed]) => ({
      added: readItems(added, reader),
      removed: readItems(removed, reader),
    }));
    this.size = this.updates.reduce((sum, { added, removed }) => sum + added.length + removed.length, 0);
    this.inner.restore(inner, reader);
  }
}

/** Moves all rows of a list to the end of another. */
export function move(from: OutRow[], to: OutRow[]): void {
  for (const row of from) to.push(row);
  from.length = 0;
}

function checkSize(size: number, statementName: string): void {
  if (size <= LIMITS.outputRowsMax) return;
  throw new LimitError(
    `\`${statementName}\`: more than ${LIMITS.outputRowsMax} rows wait for the next output; ` +
      'output more often, or `output last` or `snapshot`',
  );
}
