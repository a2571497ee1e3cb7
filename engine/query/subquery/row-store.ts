import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { LookupPlan } from '../../plan/subquery-plan.ts';
import type { Found } from '../index/bucket.ts';
import type { Item, ItemBinder } from '../item.ts';
import { readItems, writeItems } from '../result/out-row.ts';
import type { ViewChild } from '../view/view.ts';
import { createLookup, type RowLookup } from './row-lookup.ts';

/** Where the rows of a subquery are. */
export interface RowSet extends ViewChild {
  /** The rows that may count for the item around the subquery. Null: there are none at all for it. */
  candidates(): Found;
  /** A row as a value that is kept. */
  shown(item: Item): Item;
  snapshot(writer: EventWriter): unknown;
  restore(state: unknown, reader: EventReader): void;
}

/**
 * The present rows of a subquery, in indexes by what its condition looks up. As in Esper a row has to be found by the
 * index before the condition is asked, which tells equal nulls from unknown ones.
 */
export class SubqueryRows implements RowSet {
  private readonly lookup: RowLookup;

  constructor(plan: LookupPlan, binder: ItemBinder) {
    this.lookup = createLookup(plan, binder);
  }

  /** Rows come and go; what does both is gone afterwards: an item that its window refuses, a row that one event changes twice. */
  update(added: readonly Item[], removed: readonly Item[]): void {
    for (const index of this.lookup.indexes) {
      for (let i = 0; i < added.length; i++) index.add(added[i] as Item);
      for (let i = 0; i < removed.length; i++) index.remove(removed[i] as Item);
    }
  }

  candidates(): Found {
    return this.lookup.find();
  }

  shown(item: Item): Item {
    return item;
  }

  /** By index: each has an order of its own. */
  snapshot(writer: EventWriter): unknown {
    return this.lookup.indexes.map((index) => writeItems([...index.all()], writer));
  }

  restore(state: unknown, reader: EventReader): void {
    for (const [i, index] of this.lookup.indexes.entries()) {
      for (const item of readItems((state as unknown[])[i], reader)) index.add(item);
    }
  }
}
