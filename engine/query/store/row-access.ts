import type { EventRecord, Value } from '../../event/record.ts';
import { type Backend, compileExpr, type Env, type Evaluator, type Slot } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import { isIndexable } from '../../plan/equality-keys.ts';
import type { RangeKeys } from '../../plan/range-keys.ts';
import { storeLookup } from '../../plan/store-lookup.ts';
import { type SoughtKey, soughtKeyReader } from '../aggregate/group-key.ts';
import { NO_ROWS } from '../index/bucket.ts';
import type { Bounds, SortValue } from '../index/sorted-rows.ts';
import type { RowStore, StoreIndex } from './row-store.ts';

/** A condition on the rows of a store, which are an event of it. */
export interface RowCondition {
  readonly condition: Expr | null;
  /** The slot of the row in the condition. */
  readonly slot: number;
}

/** What a condition is evaluated with. */
export interface AccessHost {
  readonly env: Env;
  readonly backend: Backend;
  /** Asked once: of the indexes that are there one is used, but none is made for it, and there is no trigger to read. */
  readonly isOnce?: boolean;
}

/**
 * Where the rows of a store are looked for that a condition can hold for. Equalities with fields of the row are answered
 * by a hash index, bounds of a field by a sorted one, so a question costs the rows found by them; without any all rows are
 * looked at.
 */
export class RowAccess {
  private readonly store: RowStore;
  private readonly keyOf: (slots: readonly Slot[]) => SoughtKey;
  private readonly bounds: () => Bounds | null;
  private readonly index: StoreIndex | null;
  /** Esper has an index for the condition, and there is none here. */
  private readonly asksIndex: boolean;
  /** Those of the question at hand. */
  private slots: readonly Slot[] = [];

  constructor(
    { condition, slot }: RowCondition,
    store: RowStore,
    { env, backend, isOnce = false }: AccessHost,
  ) {
    this.store = store;
    const { keys, range } = storeLookup(condition, slot, (field) => store.canIndex(field), isOnce);
    const [fields, sorted] = [[...keys.keys()], range?.field ?? -1];
    const asked = fields.length > 0 || range !== null;
    if (!asked) this.index = null;
    else this.index = isOnce ? store.bestIndex(fields, sorted) : store.indexOf(fields, sorted);
    const values = (this.index?.fields ?? []).map((field) => compileExpr(keys.get(field) as Expr, backend));
    this.keyOf = soughtKeyReader(
      values.map((value) => (slots: readonly Slot[]) => value(null, slots, env)),
      values.map(() => false),
    );
    const ends = range === null ? null : new Range(range, backend);
    this.bounds = () => ends?.bounds(this.slots, env) ?? null;
    this.asksIndex = this.index === null && !isOnce && isIndexable(condition, slot);
    if (this.asksIndex) store.indexedRows();
  }

  /** The rows, in the order of the store or of the index; not to be read when the store has changed. */
  rows(slots: readonly Slot[]): EventRecord | Iterable<EventRecord> {
    const { index } = this;
    if (index === null) return (this.asksIndex ? this.store.indexedRows() : null) ?? this.store.rows();
    this.slots = slots;
    return index.find(this.keyOf(slots), this.bounds) ?? NO_ROWS;
  }
}

type End = readonly Evaluator[];

/** The bounds of a sorted field, evaluated. What is no number or text, such as null, is left to the condition. */
class Range {
  private readonly lows: readonly End[];
  private readonly highs: readonly End[];

  constructor({ lows, highs }: RangeKeys, backend: Backend) {
    this.lows = lows.map((bound) => bound.map((one) => compileExpr(one, backend)));
    this.highs = highs.map((bound) => bound.map((one) => compileExpr(one, backend)));
  }

  bounds(slots: readonly Slot[], env: Env): Bounds {
    const all = (ends: readonly End[], isBetter: (a: SortValue, b: SortValue) => boolean) => {
      const values = ends.map((end) =>
        extreme(
          end.map((one) => one(null, slots, env)),
          (a, b) => !isBetter(a, b),
        ),
      );
      return extreme(values, isBetter);
    };
    return {
      low: all(this.lows, (a, b) => a > b),
      includesLow: true,
      high: all(this.highs, (a, b) => a < b),
      includesHigh: true,
      negated: false,
    };
  }
}

/** The best of values that are all numbers or all texts; null when they are not, or there is none. */
function extreme(
  values: readonly Value[],
  isBetter: (a: SortValue, b: SortValue) => boolean,
): SortValue | null {
  const [first] = values;
  if (typeof first !== 'number' && typeof first !== 'string') return null;
  let best: SortValue = first;
  for (const value of values) {
    if (typeof value !== typeof first || Number.isNaN(value)) return null;
    if (isBetter(value as SortValue, best)) best = value as SortValue;
  }
  return best;
}
