import { type Backend, compileExpr, type Slot } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import { type Item, type ItemBinder, type ItemPredicate, MatchRecord } from '../item.ts';
import { type Bag, type HashIndex, type ItemList, keyOf } from './join-index.ts';
import type { JoinTable } from './join-table.ts';
import type { LookUp } from './program.ts';

/** Events by stream that come (or go) together; null where a stream has none. */
export type Batch = readonly (readonly Item[] | null)[];

/** Events by stream whose rows were found already; null or nothing where a stream has none. */
export type KnownItems = readonly (ReadonlySet<Item> | null | undefined)[];

/** Gets the rows of a join. */
export type RowTarget = (row: MatchRecord) => void;

/** Finds the rows of a join that hold a given event. */
export interface Prober {
  /**
   * Gives on all rows with an event of the prober's stream. A prober may leave out rows with an event that is `known` in
   * an earlier stream.
   */
  run(item: Item, known: KnownItems | null, target: RowTarget): void;
}

/** What probers are made with. */
export interface ProbeSetup {
  readonly binder: ItemBinder;
  readonly backend: Backend;
}

/** The row at work: its slots are filled in and taken out again while a prober goes through the streams. */
export class RowDraft {
  readonly slots: Slot[];
  private readonly row: MatchRecord;
  private readonly binder: ItemBinder;

  constructor(streams: number, binder: ItemBinder) {
    this.slots = new Array<Slot>(streams).fill(null);
    this.row = new MatchRecord(this.slots, 0);
    this.binder = binder;
  }

  /** Makes a condition on the row at work ready to run; null passes everything. */
  condition(expr: Expr | null): (() => boolean) | null {
    if (expr === null) return null;
    const test: ItemPredicate = this.binder.predicate(expr);
    return () => test(this.row);
  }

  /** The row as it is now. */
  made(): MatchRecord {
    return new MatchRecord(this.slots.slice(), this.binder.env.now);
  }
}

/** Makes a look-up ready to run; it reads the slots of the row at work. */
export function prepareLookUp(
  { stream, index, keys }: LookUp,
  tables: readonly JoinTable[],
  slots: readonly Slot[],
  { binder, backend }: ProbeSetup,
): () => Bag {
  const table = tables[stream] as JoinTable;
  const found = table.indexes[index];
  if (keys.length === 0) return () => (found as ItemList).all();
  const { matchesNull } = table.program.indexes[index] as JoinTable['program']['indexes'][number];
  const values = keys.map((key) => compileExpr(key, backend));
  const { env } = binder;
  return () => (found as HashIndex).find(keyOf(values, matchesNull, null, slots, env));
}
