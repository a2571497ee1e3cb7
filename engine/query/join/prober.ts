import { type Backend, compileExpr, type Slot } from '../../expr/evaluate.ts';
import { CURRENT, type Expr } from '../../expr/ir.ts';
import { type Item, type ItemBinder, type ItemPredicate, MatchRecord } from '../item.ts';
import { type Bag, EMPTY_BAG, type HashIndex, type ItemList, keyOf, type SortedIndex } from './join-index.ts';
import type { JoinTable, LiveRows } from './join-table.ts';
import type { BoundsProgram, IndexProgram, LookUp } from './program.ts';
import type { Bounds, SortValue } from './sorted-bag.ts';

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
  { stream, index, keys, bounds }: LookUp,
  tables: readonly JoinTable[],
  slots: readonly Slot[],
  { binder, backend }: ProbeSetup,
): () => Bag {
  const table = tables[stream] as JoinTable;
  if (table.live !== null) {
    const own = table.program.indexes[index] as IndexProgram;
    return prepareLive(table.live, own, keys, slots, { binder, backend });
  }
  const found = table.indexes[index];
  if (keys.length === 0 && bounds === null) return () => (found as ItemList).all();
  const { matchesNull } = table.program.indexes[index] as JoinTable['program']['indexes'][number];
  const values = keys.map((key) => compileExpr(key, backend));
  const { env } = binder;
  if (bounds === null) return () => (found as HashIndex).find(keyOf(values, matchesNull, null, slots, env));
  const within = prepareBounds(bounds, slots, { binder, backend });
  return () => (found as SortedIndex).find(keyOf(values, matchesNull, null, slots, env), within);
}

/** Computes bounds; null where an end is null, so that nothing lies within. */
function prepareBounds(
  { low, includesLow, high, includesHigh }: BoundsProgram,
  slots: readonly Slot[],
  { binder: { env }, backend }: ProbeSetup,
): () => Bounds | null {
  const ends = [low, high].map((end) => (end === null ? null : compileExpr(end, backend)));
  return () => {
    const [from = null, to = null] = ends.map((end) => (end?.(null, slots, env) ?? null) as SortValue | null);
    if ((low !== null && from === null) || (high !== null && to === null)) return null;
    const isReversed = from !== null && to !== null && from > to;
    return isReversed
      ? { low: to, includesLow: true, high: from, includesHigh: true }
      : { low: from, includesLow, high: to, includesHigh };
  };
}

/** As `prepareLookUp`, in the rows of a table: by an index of the table where the keys are its columns. */
function prepareLive(
  live: LiveRows,
  { keys: own, matchesNull }: IndexProgram,
  keys: readonly Expr[],
  slots: readonly Slot[],
  { binder, backend }: ProbeSetup,
): () => Bag {
  if (keys.length === 0) return () => [...live.rows()];
  const { env } = binder;
  const values = keys.map((key) => compileExpr(key, backend));
  const fields = own.flatMap((key) => (key.op === 'field' && key.slot === CURRENT ? [key.field] : []));
  const isPlain = fields.length === own.length && new Set(fields).size === fields.length;
  const index = isPlain ? live.indexOf(fields) : null;
  const ownValues = own.map((key) => compileExpr(key, backend));
  const scan = (): Bag => {
    const wanted = keyOf(values, matchesNull, null, slots, env);
    if (wanted === undefined) return EMPTY_BAG;
    return [...live.rows()].filter((row) => keyOf(ownValues, matchesNull, row, NO_SLOTS, env) === wanted);
  };
  if (index === null) return scan;
  return () => {
    const key = values.map((value) => value(null, slots, env));
    return key.includes(null) ? scan() : [...index.find(key)];
  };
}

const NO_SLOTS: readonly Slot[] = [];
