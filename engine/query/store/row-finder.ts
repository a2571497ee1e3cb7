import { EventRecord, type Value } from '../../event/record.ts';
import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Env,
  type Evaluator,
  type Predicate,
  type QueryFrame,
  type Slot,
} from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import { equalityKeys, isIndexable } from '../../plan/equality-keys.ts';
import { type RangeKeys, rangeKeys } from '../../plan/range-keys.ts';
import { type SoughtKey, soughtKeyReader } from '../aggregate/group-key.ts';
import { NO_ROWS } from '../index/bucket.ts';
import type { Bounds, SortValue } from '../index/sorted-rows.ts';
import type { RowStore, StoreIndex } from './row-store.ts';

/** How conditions are evaluated; `frame`: what they read besides events, none when left out. */
export interface FinderHost {
  readonly env: Env;
  readonly backend: Backend;
  readonly frame?: QueryFrame | null;
  /** Asked once: no index is made for it. */
  readonly isOnce?: boolean;
}

/**
 * Finds the rows of a store for which a condition holds; the row is slot 0. Equalities with fields of the row are
 * answered by a hash index, bounds of a field by a sorted one, so a question costs the rows found by them; without any
 * all rows are tried.
 */
export class RowFinder {
  private readonly store: RowStore;
  private readonly env: Env;
  private readonly test: Predicate | null;
  private readonly keyOf: (slots: readonly Slot[]) => SoughtKey;
  private readonly bounds: () => Bounds | null;
  private readonly index: StoreIndex | null;
  private readonly isNever: boolean;
  private readonly frame: QueryFrame | null;
  /** Esper has an index for the condition, and there is none here. */
  private readonly asksIndex: boolean;
  /** Those of the question at hand. */
  private slots: readonly Slot[] = [];

  constructor(condition: Expr | null, store: RowStore, host: FinderHost) {
    const { env, backend, frame = null, isOnce = false } = host;
    this.frame = frame;
    this.store = store;
    this.env = env;
    this.isNever = condition?.op === 'literal' && condition.value === false;
    this.test = condition === null ? null : compilePredicate(condition, backend);
    const keys = keysIn(condition, store);
    const range = rangeIn(condition, store);
    const [fields, sorted] = [[...keys.keys()], range?.field ?? -1];
    const hasIndex = fields.length > 0 || range !== null;
    this.index =
      hasIndex && (!isOnce || store.hasIndex(fields, sorted)) ? store.indexOf(fields, sorted) : null;
    const values = (this.index?.fields ?? []).map((field) => compileExpr(keys.get(field) as Expr, backend));
    this.keyOf = soughtKeyReader(
      values.map((value) => (slots: readonly Slot[]) => value(null, slots, env)),
      values.map(() => false),
    );
    const ends = range === null ? null : new Range(range, backend);
    this.bounds = () => ends?.bounds(this.slots, env) ?? null;
    this.asksIndex = this.index === null && !isOnce && isIndexable(condition, 0);
    if (this.asksIndex) store.indexedRows();
  }

  /** The rows, in the order of the store or of the index; a list of its own. `slots[0]` is overwritten. */
  find(slots: Slot[]): EventRecord[] {
    const { env, test } = this;
    env.frame = this.frame;
    if (this.isNever) return [];
    if (test === null) return [...this.store.rows()];
    const rows = this.candidates(slots);
    if (rows instanceof EventRecord) {
      slots[0] = rows;
      return test(null, slots, env) ? [rows] : [];
    }
    const found: EventRecord[] = [];
    for (const row of rows) {
      slots[0] = row;
      if (test(null, slots, env)) found.push(row);
    }
    return found;
  }

  private candidates(slots: Slot[]): EventRecord | Iterable<EventRecord> {
    const { index } = this;
    if (index === null) return (this.asksIndex ? this.store.indexedRows() : null) ?? this.store.rows();
    slots[0] = null;
    this.slots = slots;
    return index.find(this.keyOf(slots), this.bounds) ?? NO_ROWS;
  }
}

/** The expressions that fields of the row must equal, by those fields that an index can be over. */
function keysIn(condition: Expr | null, store: RowStore): ReadonlyMap<number, Expr> {
  const { fields, keys } = equalityKeys(condition, 0) ?? { fields: [], keys: [] };
  const pairs = fields.map((field, i) => [field, keys[i] as Expr] as const);
  return new Map(pairs.filter(([field]) => store.canIndex(field)));
}

function rangeIn(condition: Expr | null, store: RowStore): RangeKeys | null {
  const range = rangeKeys(condition, 0);
  return range !== null && store.canIndex(range.field) ? range : null;
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
