import type { EventRecord } from '../../event/record.ts';
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
import type { RowIndex, RowStore } from './row-store.ts';

/** How conditions are evaluated; `frame`: what they read besides events, none when left out. */
export interface FinderHost {
  readonly env: Env;
  readonly backend: Backend;
  readonly frame?: QueryFrame | null;
}

/**
 * Finds the rows of a store for which a condition holds; the row is slot 0. Equalities with fields of the row are
 * answered by a hash index, so a question costs the rows found by it; without any all rows are tried.
 */
export class RowFinder {
  private readonly store: RowStore;
  private readonly env: Env;
  private readonly test: Predicate | null;
  private readonly keys: readonly Evaluator[];
  private readonly index: RowIndex | null;
  private readonly isNever: boolean;
  private readonly frame: QueryFrame | null;
  /** No equality, but a range that Esper has an index for. */
  private readonly asksIndex: boolean;

  constructor(condition: Expr | null, store: RowStore, { env, backend, frame = null }: FinderHost) {
    this.frame = frame;
    this.store = store;
    this.env = env;
    this.isNever = condition?.op === 'literal' && condition.value === false;
    this.test = condition === null ? null : compilePredicate(condition, backend);
    const found = equalityKeys(condition, 0);
    this.keys = (found?.keys ?? []).map((key) => compileExpr(key, backend));
    this.index = found === null ? null : store.indexOf(found.fields);
    this.asksIndex = found === null && isIndexable(condition, 0);
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
    const { index, keys, env } = this;
    if (index === null) return (this.asksIndex ? this.store.indexedRows() : null) ?? this.store.rows();
    slots[0] = null;
    return index.find(keys.map((key) => key(null, slots, env)));
  }
}
