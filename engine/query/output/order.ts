import { orderOf } from '../../event/order.ts';
import type { Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { OutRow } from '../result/out-row.ts';
import type { Cut } from '../result/processor.ts';

/** What happens to the rows of a delivery at the end: order, limit; each stream for itself. */
export class RowOrder {
  private readonly descending: readonly boolean[];
  private readonly limit: RowLimit | null;

  constructor(descending: readonly boolean[], limit: RowLimit | null) {
    this.descending = descending;
    this.limit = limit;
  }

  /** Sorts the list and cuts it, in place. Rows that are equal in all criteria stay in their order. */
  apply(rows: OutRow[], cut: Cut = 'limit'): void {
    if (this.descending.length > 0 && rows.length > 1) rows.sort((a, b) => this.compare(a, b));
    const isSorted = this.descending.length > 0;
    if (cut !== 'none') this.limit?.apply(rows, cut === 'limit' || isSorted || rows.length < 2);
  }

  private compare(a: OutRow, b: OutRow): number {
    for (let i = 0; i < this.descending.length; i++) {
      const order = compareValues(a.sortKeys?.[i] ?? null, b.sortKeys?.[i] ?? null);
      if (order !== 0) return this.descending[i] === true ? -order : order;
    }
    return 0;
  }
}

/** `limit`: how many rows, after how many; null or less than 0: all of them, none. */
export class RowLimit {
  private readonly count: () => Value;
  private readonly offset: () => Value;

  constructor(count: () => Value, offset: () => Value) {
    this.count = count;
    this.offset = offset;
  }

  apply(rows: OutRow[], hasOffset: boolean): void {
    const count = wholeOr(this.count(), Number.POSITIVE_INFINITY);
    const offset = hasOffset ? wholeOr(this.offset(), 0) : 0;
    if (offset > 0) rows.splice(0, offset);
    if (rows.length > count) rows.length = count;
  }
}

/** Order of two values of one type: null first, false before true, numbers, text by UTF-16 code unit. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return orderOf(a, b);
}

/** Leaves the first of the rows that agree in all values. */
export function keepDistinct(rows: OutRow[]): void {
  if (rows.length < 2) return;
  const seen = new Set<unknown>();
  let kept = 0;
  for (const row of rows) {
    const key = equalityKey(row.values);
    if (seen.has(key)) continue;
    seen.add(key);
    rows[kept++] = row;
  }
  rows.length = kept;
}

function wholeOr(value: Value, otherwise: number): number {
  return typeof value !== 'number' || value < 0 ? otherwise : Math.trunc(value);
}
