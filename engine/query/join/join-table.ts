import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item } from '../item.ts';
import { readItems, writeItems } from '../result/out-row.ts';
import { createIndex, type JoinIndex } from './join-index.ts';
import type { ProbeSetup } from './prober.ts';
import type { TableProgram } from './program.ts';

/** The present events of one stream of a join, as often as they are indexed. */
export class JoinTable {
  readonly program: TableProgram;
  readonly indexes: readonly JoinIndex[];

  constructor(program: TableProgram, setup: ProbeSetup) {
    this.program = program;
    this.indexes = program.indexes.map((index) => createIndex(index, setup));
  }

  /** Events come and go; what does both is gone afterwards. */
  change(added: readonly Item[] | null, removed: readonly Item[] | null): void {
    for (const index of this.indexes) {
      if (added !== null) for (const item of added) index.add(item);
      if (removed !== null) for (const item of removed) index.remove(item);
    }
  }

  /** The present events; none when the stream is never looked up. */
  items(): Iterable<Item> {
    return this.indexes[0]?.all() ?? [];
  }

  clear(): void {
    for (const index of this.indexes) index.clear();
  }

  snapshot(writer: EventWriter): unknown {
    return writeItems([...this.items()], writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.change(readItems(state, reader), null);
  }
}
