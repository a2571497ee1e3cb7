import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { NO_ITEMS } from './view.ts';

interface PriorSnapshot {
  readonly newest: readonly number[];
  readonly known: readonly (readonly [item: number, prior: readonly (number | null)[]])[];
  readonly leaving: readonly number[];
}

/** The items that arrived before each item of an input, for the offsets that `prior` calls ask for. */
export class PriorItems {
  private readonly offsets: readonly number[];
  private readonly length: number;
  /** The last items to arrive, newest first. */
  private newest: Item[] = [];
  private readonly known = new Map<Item, readonly (Item | null)[]>();
  private leaving: readonly Item[] = NO_ITEMS;

  constructor(offsets: readonly number[]) {
    this.offsets = [...new Set(offsets)];
    this.length = Math.max(...this.offsets) + 1;
  }

  /**
   * `isWindowed`: items leave again, and are asked about as they do; else only the items of this delivery are, and as in
   * Esper all of them count from the newest.
   */
  update(added: readonly Item[], removed: readonly Item[], isWindowed: boolean): void {
    if (isWindowed) for (const item of this.leaving) this.known.delete(item);
    else this.known.clear();
    for (const item of added) {
      this.newest.unshift(item);
      if (this.newest.length > this.length) this.newest.pop();
      if (isWindowed) this.known.set(item, this.priorsOfNewest());
    }
    if (!isWindowed && added.length > 0) {
      const priors = this.priorsOfNewest();
      for (const item of added) this.known.set(item, priors);
    }
    this.leaving = removed;
  }

  private priorsOfNewest(): readonly (Item | null)[] {
    return this.offsets.map((offset) => this.newest[offset] ?? null);
  }

  find(item: Item, offset: number): Item | null {
    return this.known.get(item)?.[this.offsets.indexOf(offset)] ?? null;
  }

  snapshot(writer: EventWriter): PriorSnapshot {
    const known = Array.from(
      this.known,
      ([item, prior]) =>
        [writer.event(item), prior.map((one) => (one === null ? null : writer.event(one)))] as const,
    );
    return {
      newest: this.newest.map((item) => writer.event(item)),
      known,
      leaving: this.leaving.map((item) => writer.event(item)),
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { newest, known, leaving } = state as PriorSnapshot;
    this.newest = newest.map((id) => reader.event(id));
    this.known.clear();
    for (const [id, prior] of known) {
      const items = prior.map((one) => (one === null ? null : reader.event(one)));
      this.known.set(reader.event(id), items);
    }
    this.leaving = leaving.map((id) => reader.event(id));
  }
}
