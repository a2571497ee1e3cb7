import type { Value } from '../../event/record.ts';
import { type Backend, compileExpr, type Slot } from '../../expr/evaluate.ts';
import { CURRENT, type Expr } from '../../expr/ir.ts';
import { keyReader, soughtKeyReader } from '../aggregate/group-key.ts';
import { type Found, rowsIn } from '../index/bucket.ts';
import { HashIndex } from '../index/hash-index.ts';
import type { SortedIndex } from '../index/sorted-index.ts';
import type { Bounds, SortValue } from '../index/sorted-rows.ts';
import { type Item, type ItemBinder, type ItemPredicate, MatchRecord } from '../item.ts';
import { type JoinTable, type LiveRows, rowValue } from './join-table.ts';
import type { BoundsProgram, IndexProgram, LookUp } from './program.ts';

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
  lookUp: LookUp,
  tables: readonly JoinTable[],
  slots: readonly Slot[],
  setup: ProbeSetup,
): () => Found {
  const table = tables[lookUp.stream] as JoinTable;
  const { index, keys, matchesNull, bounds } = lookUp;
  if (table.live !== null) {
    return prepareLive(table.live, table.program.indexes[index] as IndexProgram, lookUp, slots, setup);
  }
  const keyOf = soughtKeyReader(
    keys.map((key) => slotsValue(key, setup)),
    matchesNull,
  );
  const found = table.indexes[index];
  if (found instanceof HashIndex) return () => found.find(keyOf(slots));
  const within = prepareBounds(bounds as BoundsProgram, slots, setup);
  return () => (found as SortedIndex).find(keyOf(slots), within);
}

function slotsValue(expr: Expr, { binder: { env }, backend }: ProbeSetup): (slots: readonly Slot[]) => Value {
  const evaluate = compileExpr(expr, backend);
  return (slots) => evaluate(null, slots, env);
}

/** Computes bounds; null where an end is null, so that nothing lies within. */
function prepareBounds(
  { low, includesLow, high, includesHigh }: BoundsProgram,
  slots: readonly Slot[],
  setup: ProbeSetup,
): () => Bounds | null {
  const lowOf = low === null ? null : slotsValue(low, setup);
  const highOf = high === null ? null : slotsValue(high, setup);
  return () => {
    const from = lowOf === null ? null : (lowOf(slots) as SortValue | null);
    const to = highOf === null ? null : (highOf(slots) as SortValue | null);
    if ((low !== null && from === null) || (high !== null && to === null)) return null;
    const isReversed = from !== null && to !== null && from > to;
    return isReversed
      ? { low: to, includesLow: true, high: from, includesHigh: true, negated: false }
      : { low: from, includesLow, high: to, includesHigh, negated: false };
  };
}

/** As `prepareLookUp`, in the rows of a table: by an index of the table where the keys are its columns. */
function prepareLive(
  live: LiveRows,
  { keys: own }: IndexProgram,
  { keys, matchesNull }: LookUp,
  slots: readonly Slot[],
  setup: ProbeSetup,
): () => Found {
  if (keys.length === 0) return () => [...live.rows()];
  const values = keys.map((key) => slotsValue(key, setup));
  const keyOf = soughtKeyReader(values, matchesNull);
  const ownKeyOf = keyReader(own.map((key) => rowValue(key, setup)));
  const fields = own.flatMap((key) => (key.op === 'field' && key.slot === CURRENT ? [key.field] : []));
  const isPlain = fields.length === own.length && new Set(fields).size === fields.length;
  const index = isPlain && fields.every((field) => live.canIndex(field)) ? live.indexOf(fields) : null;
  const indexKeyOf = soughtKeyReader(
    (index?.fields ?? []).map((field) => values[fields.indexOf(field)] as (typeof values)[number]),
    (index?.fields ?? []).map((field) => matchesNull[fields.indexOf(field)] === true),
  );
  if (index !== null && index.fields.length === fields.length)
    return () => index.find(indexKeyOf(slots), ALL);
  return () => {
    const wanted = keyOf(slots);
    if (wanted === undefined) return null;
    const rows = index === null ? live.rows() : rowsIn(index.find(indexKeyOf(slots), ALL));
    return Array.from(rows).filter((row) => ownKeyOf(row) === wanted);
  };
}

const ALL = (): null => null;
