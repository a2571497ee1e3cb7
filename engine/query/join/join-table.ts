import { compileExpr, type Slot } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { HashIndex } from '../index/hash-index.ts';
import type { RowIndex, RowValue } from '../index/row-index.ts';
import { SortedIndex } from '../index/sorted-index.ts';
import type { Item } from '../item.ts';
import { readItems, writeItems } from '../result/out-row.ts';
import type { RowStore } from '../store/row-store.ts';
import type { ProbeSetup } from './prober.ts';
import type { IndexProgram, TableProgram } from './program.ts';

/** The rows of a table that is joined: they neither come nor go, but are looked up where they are. */
export type LiveRows = Pick<RowStore, 'rows' | 'canIndex' | 'indexOf'>;

/** The present events of one stream of a join, as often as they are indexed. */
export class JoinTable {
  readonly program: TableProgram;
  readonly indexes: readonly RowIndex[];
  /** Null for a stream, whose events come and go. */
  readonly live: LiveRows | null;

  constructor(program: TableProgram, setup: ProbeSetup, live: LiveRows | null) {
    this.program = program;
    this.live = live;
    this.indexes = live === null ? program.indexes.map((index) => createIndex(index, setup)) : [];
  }

  /** Events come and go; what does both is gone afterwards. */
  change(added: readonly Item[] | null, removed: readonly Item[] | null): void {
    if (added === null && removed === null) return;
    for (const index of this.indexes) {
      if (added !== null) for (const item of added) index.add(item);
      if (removed !== null) for (const item of removed) index.remove(item);
    }
  }

  /** The present events; none when the stream is never looked up. */
  items(): Iterable<Item> {
    return this.live?.rows() ?? this.indexes[0]?.all() ?? [];
  }

  clear(): void {
    for (const index of this.indexes) index.clear();
  }

  /** By index: each has an order of its own. */
  snapshot(writer: EventWriter): unknown {
    return this.indexes.map((index) => writeItems([...index.all()], writer));
  }

  restore(state: unknown, reader: EventReader): void {
    for (const [i, index] of this.indexes.entries()) {
      for (const item of readItems((state as unknown[])[i], reader)) index.add(item);
    }
  }
}

function createIndex({ keys, sort }: IndexProgram, setup: ProbeSetup): RowIndex {
  const values = keys.map((key) => rowValue(key, setup));
  return sort === null ? new HashIndex(values) : new SortedIndex(values, rowValue(sort, setup));
}

/** Makes an expression over an event of the stream ready to run. */
export function rowValue(expr: Expr, { binder: { env }, backend }: ProbeSetup): RowValue {
  const evaluate = compileExpr(expr, backend);
  return (item) => evaluate(item, NO_SLOTS, env);
}

const NO_SLOTS: readonly Slot[] = [];
