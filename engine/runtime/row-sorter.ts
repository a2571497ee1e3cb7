import { compareRows, type Row } from './row.ts';

/**
 * Holds rows until their time is final and gives them out in the canonical order (`compareRows`). Rows of one time
 * arrive from a shard in processing order, which need not be the canonical one when several keys are due at once.
 */
export class RowSorter {
  private rows: Row[] = [];

  /** Number of rows held. */
  get size(): number {
    return this.rows.length;
  }

  push(row: Row): void {
    this.rows.push(row);
  }

  /** Gives out, in order, the rows with a time before `before` (ticks). */
  drain(before: number, consume: (row: Row) => void): void {
    if (this.rows.length === 0) return;
    const final = this.rows.filter((row) => row.time < before);
    if (final.length === 0) return;
    this.rows = this.rows.filter((row) => row.time >= before);
    final.sort(compareRows);
    for (const row of final) consume(row);
  }
}
