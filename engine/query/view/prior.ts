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

  /** Items arrive and leave; when `isWindowed` they are asked about later, and as they leave. */
  update(added: readonly Item[], removed: readonly Item[], isWindowed: boolean): void {
    for (const item of this.leaving) this.known.delete(item);
    for (const item of added) {
      this.newest.unshift(item);
      if (this.newest.length > this.length) this.newest.pop();
      if (isWindowed) this.known.set(item, this.priorsOfNewest());
    }
    this.leaving = isWindowed ? removed : NO_ITEMS;
  }

  private priorsOfNewest(): readonly (Item | null)[] {
    return this.offsets.map((offset) => this.newest[offset] ?? null);
  }

  /** The item that arrived so many before this one. */
  find(item: Item, offset: number): Item | null {
    return this.known.get(item)?.[this.offsets.indexOf(offset)] ?? null;
  }

  /** The item that arrived so many before the newest: what Esper takes for every item of an input without windows. */
  beforeNewest(offset: number): Item | null {
    return this.newest[offset] ?? null;
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
