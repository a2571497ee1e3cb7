import type { MatchRecord } from '../item.ts';

/** Rows by the events they hold. */
export class RowSet {
  private readonly top: Level = new Map();

  constructor(rows: Iterable<MatchRecord>) {
    for (const row of rows) this.add(row);
  }

  /** Whether the row is new. */
  add({ slots }: MatchRecord): boolean {
    let level = this.top;
    for (const slot of slots) {
      let next = level.get(slot);
      if (next === undefined) {
        next = new Map();
        level.set(slot, next);
      }
      level = next;
    }
    // The level behind the last event of a row that is there holds itself.
    if (level.has(END)) return false;
    level.set(END, level);
    return true;
  }
}

interface Level extends Map<unknown, Level> {}

const END = Symbol('end');
