import type { Backend } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { ItemBinder, MatchRecord } from '../item.ts';
import { JoinTable } from './join-table.ts';
import { type Batch, Prober } from './prober.ts';
import type { JoinProgram } from './program.ts';

/** What came and went in each stream of a join since it was last composed. */
export interface JoinChange {
  readonly added: Batch;
  readonly removed: Batch;
}

/** The rows of a join that a change makes and ends. */
export interface JoinRows {
  readonly added: readonly MatchRecord[];
  readonly removed: readonly MatchRecord[];
}

/** What the composer of a join works with. */
export interface ComposerHost {
  readonly binder: ItemBinder;
  readonly backend: Backend;
  /** Whether anybody wants the rows that end. */
  readonly wantsRemoved: boolean;
  /** Whether all events are forgotten after they were joined: a stream without window joined with itself. */
  readonly forgets: readonly boolean[];
  /** Told whether the rows at work come or go, which `istream()` in a condition asks for. */
  setInsert(isInsert: boolean): void;
}

/**
 * Makes the rows of a join as Esper does: events that go are joined with what was there before, then all come and go,
 * then events that come are joined with what is there now. A row with several new events is made once.
 */
export class JoinComposer {
  private readonly host: ComposerHost;
  private readonly tables: readonly JoinTable[];
  private readonly probers: readonly (Prober | null)[];

  constructor(program: JoinProgram, host: ComposerHost) {
    const { binder, backend } = host;
    this.host = host;
    this.tables = program.tables.map((table) => new JoinTable(table, binder, backend));
    this.probers = program.probes.map((probe) =>
      probe === null ? null : new Prober(probe, this.tables, binder, backend),
    );
  }

  compose({ added, removed }: JoinChange): JoinRows {
    const gone = this.host.wantsRemoved ? this.rowsOf(removed, added, false) : NO_ROWS;
    for (const [stream, table] of this.tables.entries()) {
      table.change(added[stream] ?? null, removed[stream] ?? null);
    }
    const made = this.rowsOf(added, removed, true);
    for (const [stream, table] of this.tables.entries())
      if (this.host.forgets[stream] === true) table.clear();
    return { added: made, removed: gone };
  }

  /** All present rows. */
  rows(): readonly MatchRecord[] {
    this.host.setInsert(true);
    const rows: MatchRecord[] = [];
    const root = this.probers.findIndex((prober) => prober !== null);
    for (const item of this.tables[root]?.items() ?? []) {
      this.probers[root]?.run(item, null, (row) => rows.push(row));
    }
    return rows;
  }

  snapshot(writer: EventWriter): unknown {
    return this.tables.map((table) => table.snapshot(writer));
  }

  restore(state: unknown, reader: EventReader): void {
    for (const [stream, table] of this.tables.entries()) table.restore((state as unknown[])[stream], reader);
  }

  /** Rows with the events of a batch. `absent`: events that the tables do not hold though the batch does. */
  private rowsOf(batch: Batch, absent: Batch, isInsert: boolean): readonly MatchRecord[] {
    const rows: MatchRecord[] = [];
    this.host.setInsert(isInsert);
    let isLater = false;
    for (const [stream, items] of batch.entries()) {
      if (items === null) continue;
      const prober = this.probers[stream];
      for (const item of items) {
        // An event that is in no table was not found with those of earlier streams.
        const known = isLater && absent[stream]?.includes(item) !== true ? batch : null;
        prober?.run(item, known, (row) => rows.push(row));
      }
      isLater = true;
    }
    return rows;
  }
}

const NO_ROWS: readonly MatchRecord[] = [];
