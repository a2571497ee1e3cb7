import { EventRecord } from '../../event/record.ts';
import {
  compilePredicate,
  type Env,
  type Predicate,
  type QueryFrame,
  type Slot,
} from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import { type AccessHost, RowAccess } from './row-access.ts';
import type { RowStore } from './row-store.ts';

/** How conditions are evaluated; `frame`: what they read besides events, none when left out. */
export interface FinderHost extends AccessHost {
  readonly frame?: QueryFrame | null;
}

/** Finds the rows of a store for which a condition holds; the row is slot 0. */
export class RowFinder {
  private readonly store: RowStore;
  private readonly env: Env;
  private readonly test: Predicate | null;
  private readonly access: RowAccess;
  private readonly isNever: boolean;
  private readonly frame: QueryFrame | null;

  constructor(condition: Expr | null, store: RowStore, host: FinderHost) {
    const { env, backend, frame = null } = host;
    this.frame = frame;
    this.store = store;
    this.env = env;
    this.isNever = condition?.op === 'literal' && condition.value === false;
    this.test = condition === null ? null : compilePredicate(condition, backend);
    this.access = new RowAccess({ condition, slot: 0 }, store, host);
  }

  /** The rows, in the order of the store or of the index; a list of its own. `slots[0]` is overwritten. */
  find(slots: Slot[]): EventRecord[] {
    const { env, test } = this;
    env.frame = this.frame;
    if (this.isNever) return [];
    if (test === null) return [...this.store.rows()];
    slots[0] = null;
    const rows = this.access.rows(slots);
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
}
