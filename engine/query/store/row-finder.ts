import type { EventRecord, Value } from '../../event/record.ts';
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
import type { RowIndex, RowStore } from './row-store.ts';

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
  private readonly keys: readonly Evaluator[];
  private readonly range: Range | null;
  private readonly index: RowIndex | null;
  private readonly isNever: boolean;
  private readonly frame: QueryFrame | null;
  /** Esper has an index for the condition, and there is none here. */
  private readonly asksIndex: boolean;

  constructor(condition: Expr | null, store: RowStore, host: FinderHost) {
    const { env, backend, frame = null, isOnce = false } = host;
    this.frame = frame;
    this.store = store;
    this.env = env;
    this.isNever = condition?.op === 'literal' && condition.value === false;
    this.test = condition === null ? null : compilePredicate(condition, backend);
    const equal = equalityKeys(condition, 0);
    const bounds = rangeKeys(condition, 0);
    const fields = equal?.fields ?? [];
    const sorted = bounds?.field ?? -1;
    const hasIndex = (equal !== null || bounds !== null) && (!isOnce || store.hasIndex(fields, sorted));
    this.keys = (equal?.keys ?? []).map((key) => compileExpr(key, backend));
    this.range = bounds === null ? null : new Range(bounds, backend);
    this.index = hasIndex ? store.indexOf(fields, sorted) : null;
    this.asksIndex = !hasIndex && !isOnce && isIndexable(condition, 0);
    if (this.asksIndex) store.indexedRows();
  }

  /** The rows, in the order of the store or of the index; a list of its own. `slots[0]` is overwritten. */
  find(slots: Slot[]): EventRecord[] {
    const { env, test } = this;
    env.frame = this.frame;
    if (this.isNever) return [];
    if (test === null) return [...this.store.rows()];
    const found: EventRecord[] = [];
    for (const row of this.candidates(slots)) {
      slots[0] = row;
      if (test(null, slots, env)) found.push(row);
    }
    return found;
  }

  private candidates(slots: Slot[]): Iterable<EventRecord> {
    const { index, keys, range, env } = this;
    if (index === null) return (this.asksIndex ? this.store.indexedRows() : null) ?? this.store.rows();
    slots[0] = null;
    const key = keys.map((one) => one(null, slots, env));
    if (range === null) return index.find(key);
    const [low, high] = range.ends(slots, env);
    return index.find(key, low, high);
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

  ends(slots: readonly Slot[], env: Env): readonly [low: Value, high: Value] {
    const all = (ends: readonly End[], isBetter: (a: Sortable, b: Sortable) => boolean) => {
      const values = ends.map((end) =>
        extreme(
          end.map((one) => one(null, slots, env)),
          (a, b) => !isBetter(a, b),
        ),
      );
      return extreme(values, isBetter);
    };
    return [all(this.lows, (a, b) => a > b), all(this.highs, (a, b) => a < b)];
  }
}

type Sortable = number | string;

/** The best of values that are all numbers or all texts; null when they are not, or there is none. */
function extreme(values: readonly Value[], isBetter: (a: Sortable, b: Sortable) => boolean): Value {
  const [first] = values;
  if (typeof first !== 'number' && typeof first !== 'string') return null;
  let best: Sortable = first;
  for (const value of values) {
    if (typeof value !== typeof first || Number.isNaN(value)) return null;
    if (isBetter(value as Sortable, best)) best = value as Sortable;
  }
  return best;
}
