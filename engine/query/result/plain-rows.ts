import type { Aggregation } from '../aggregate/aggregation.ts';
import { UNGROUPED } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import { type Delivery, type OutRow, type RowSource, sourceOf } from './out-row.ts';
import { type Cut, pushRow, type ResultProcessor } from './processor.ts';
import type { RowMaker } from './row-maker.ts';

/** No aggregates: each item makes a row. */
export class SimpleRows implements ResultProcessor {
  readonly maker: RowMaker;
  private readonly hasRemoved: boolean;

  constructor(maker: RowMaker, hasRemoved: boolean) {
    this.maker = maker;
    this.hasRemoved = hasRemoved;
  }

  process(added: readonly Item[], removed: readonly Item[], into: Delivery): void {
    if (this.hasRemoved) makeRows(this.maker, removed, false, into.removed);
    makeRows(this.maker, added, true, into.added);
  }

  apply(): void {}

  cut(): Cut {
    return 'limit';
  }

  iterate(items: Iterable<Item>): OutRow[] {
    const rows: OutRow[] = [];
    makeRows(this.maker, items, true, rows);
    return rows;
  }
}

/** Aggregates and fields without `group by`: each item makes a row with the aggregates after the update. */
export class AggregateAll implements ResultProcessor {
  private readonly maker: RowMaker;
  private readonly aggregates: Aggregation;
  private readonly hasRemoved: boolean;

  constructor(maker: RowMaker, aggregates: Aggregation, hasRemoved: boolean) {
    this.maker = maker;
    this.aggregates = aggregates;
    this.hasRemoved = hasRemoved;
  }

  process(added: readonly Item[], removed: readonly Item[], into: Delivery): void {
    this.apply(added, removed);
    this.aggregates.select(UNGROUPED);
    if (this.hasRemoved) makeRows(this.maker, removed, false, into.removed);
    makeRows(this.maker, added, true, into.added);
  }

  apply(added: readonly Item[], removed: readonly Item[]): void {
    applyUngrouped(this.aggregates, added, removed);
  }

  cut(): Cut {
    return 'limit';
  }

  iterate(items: Iterable<Item>): OutRow[] {
    this.aggregates.select(UNGROUPED);
    const rows: OutRow[] = [];
    makeRows(this.maker, items, true, rows);
    return rows;
  }
}

/** Aggregates only: one row an update, whatever it holds. The old row is the one before the update. */
export class RowForAll implements ResultProcessor {
  readonly hasRemoved: boolean;
  private readonly maker: RowMaker;
  readonly aggregates: Aggregation;
  /** Stands for the item, which no expression reads. */
  private readonly noItem: Item;

  constructor(maker: RowMaker, aggregates: Aggregation, hasRemoved: boolean, noItem: Item) {
    this.maker = maker;
    this.aggregates = aggregates;
    this.hasRemoved = hasRemoved;
    this.noItem = noItem;
  }

  process(added: readonly Item[], removed: readonly Item[], into: Delivery): void {
    const source = sourceOf(added.length > 0 ? added : removed);
    this.aggregates.begin();
    if (this.hasRemoved) pushRow(into.removed, this.current(false, source));
    this.apply(added, removed);
    pushRow(into.added, this.current(true, source));
  }

  apply(added: readonly Item[], removed: readonly Item[]): void {
    applyUngrouped(this.aggregates, added, removed);
  }

  /** The row of the present aggregates. */
  current(isInsert: boolean, source: RowSource): OutRow | null {
    this.aggregates.select(UNGROUPED);
    return this.maker.make(this.noItem, isInsert, source);
  }

  cut(): Cut {
    return 'none';
  }

  iterate(): OutRow[] {
    const row = this.current(true, null);
    return row === null ? [] : [row];
  }
}

function applyUngrouped(aggregates: Aggregation, added: readonly Item[], removed: readonly Item[]): void {
  aggregates.begin();
  for (let i = 0; i < added.length; i++) aggregates.enter(added[i] as Item, UNGROUPED);
  for (let i = 0; i < removed.length; i++) aggregates.leave(removed[i] as Item, UNGROUPED);
}

function makeRows(maker: RowMaker, items: Iterable<Item>, isInsert: boolean, into: OutRow[]): void {
  for (const item of items) pushRow(into, maker.make(item, isInsert));
}
