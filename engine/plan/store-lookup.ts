import { usesSlots } from '../expr/analyze.ts';
import type { Expr } from '../expr/ir.ts';
import { equalityKeys } from './equality-keys.ts';
import { type RangeKeys, rangeKeys } from './range-keys.ts';

/** What an index can be asked for where a condition on the rows of a store has to hold. */
export interface StoreLookup {
  /** By field of the row, the expression that it must equal. */
  readonly keys: ReadonlyMap<number, Expr>;
  /** The bounds of one field; null: none. */
  readonly range: RangeKeys | null;
}

/** The row is an event of `slot`. `isOnce`: it is asked once, and nothing else is known then. */
export function storeLookup(
  condition: Expr | null,
  slot: number,
  canIndex: (field: number) => boolean,
  isOnce: boolean,
): StoreLookup {
  const isKnown = (expr: Expr) => !isOnce || usesSlots(expr).size === 0;
  const { fields, keys } = equalityKeys(condition, slot) ?? { fields: [], keys: [] };
  const pairs = fields.map((field, i) => [field, keys[i] as Expr] as const);
  const range = rangeKeys(condition, slot);
  const isRange =
    range !== null && canIndex(range.field) && [...range.lows, ...range.highs].flat().every(isKnown);
  return {
    keys: new Map(pairs.filter(([field, key]) => canIndex(field) && isKnown(key))),
    range: isRange ? range : null,
  };
}

/** An index over fields of a store. */
export interface IndexShape {
  /** Those whose values are the key. */
  readonly fields: readonly number[];
  /** The field that orders the rows of a key; −1: none. */
  readonly sorted: number;
  readonly isUnique: boolean;
}

/**
 * Of some indexes the best one for rows of which some fields and the bounds of another (−1: none) are known: one of unique
 * keys, else the one with most fields. Null: there is none.
 */
export function bestIndex<Index extends IndexShape>(
  indexes: Iterable<Index>,
  fields: readonly number[],
  sorted: number,
): Index | null {
  let best: Index | null = null;
  for (const index of indexes) {
    const isUsable =
      index.fields.every((field) => fields.includes(field)) &&
      (index.sorted < 0 ? index.fields.length > 0 : index.sorted === sorted);
    if (isUsable && (best === null || worthOf(index) > worthOf(best))) best = index;
  }
  return best;
}

function worthOf({ fields, sorted, isUnique }: IndexShape): number {
  return isUnique ? Number.POSITIVE_INFINITY : 2 * fields.length + Number(sorted >= 0);
}
