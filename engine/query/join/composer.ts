import { unreachable } from '../../core/assert.ts';
import { LIMITS, LimitError } from '../../core/limits.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Item, MatchRecord } from '../item.ts';
import { JoinTable, type LiveRows } from './join-table.ts';
import type { Batch, Prober, ProbeSetup } from './prober.ts';
import type { JoinProgram, Probe } from './program.ts';
import { RowSet } from './row-set.ts';
import { AloneProber, SequenceProber } from './sequence-prober.ts';
import { TreeProber } from './tree-prober.ts';

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
export interface ComposerHost extends ProbeSetup {
  /** Name of the rule, for errors. */
  readonly rule: string;
  /** Rows that one change may make or end; left out: the limit. */
  readonly rowsMax?: number;
  /** Whether anybody wants the rows that end. */
  readonly wantsRemoved: boolean;
  /** Whether all events are forgotten after they were joined: a stream without window joined with itself. */
  readonly forgets: readonly boolean[];
  /** By stream: the rows of a table; null for other streams. */
  readonly live: readonly (LiveRows | null)[];
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
  /** Whether the probers leave out by themselves what another event of a batch finds. */
  private readonly leavesOut: boolean;
  private readonly isLopsided: boolean;

  constructor(program: JoinProgram, host: ComposerHost) {
    this.host = host;
    this.tables = program.tables.map(
      (table, stream) => new JoinTable(table, host, host.live[stream] ?? null),
    );
    this.probers = program.probes.map((probe) =>
      probe === null ? null : createProber(probe, this.tables, host),
    );
    this.isLopsided = program.isLopsided;
    this.leavesOut = !this.isLopsided && program.probes.some((probe) => probe?.kind === 'sequence');
  }

  compose({ added, removed }: JoinChange): JoinRows {
    const gone = this.host.wantsRemoved ? this.rowsOf(removed, added, false) : NO_ROWS;
    const { tables } = this;
    for (let i = 0; i < tables.length; i++) tables[i]?.change(added[i] ?? null, removed[i] ?? null);
    const made = this.rowsOf(added, removed, true);
    for (let i = 0; i < tables.length; i++) if (this.host.forgets[i] === true) tables[i]?.clear();
    return { added: made, removed: gone };
  }

  /** All present rows; none where the events of one stream make them, which is not kept. */
  rows(): readonly MatchRecord[] {
    if (this.probers.includes(null)) return NO_ROWS;
    const tables = this.leavesOut ? this.tables.slice(0, 1) : this.tables;
    return this.rowsOf(
      tables.map((table) => [...table.items()]),
      NO_BATCH,
      true,
    );
  }

  snapshot(writer: EventWriter): unknown {
    return this.tables.map((table) => table.snapshot(writer));
  }

  restore(state: unknown, reader: EventReader): void {
    for (const [stream, table] of this.tables.entries()) table.restore((state as unknown[])[stream], reader);
  }

  /** Rows with the events of a batch. `absent`: events that the tables do not hold though the batch does. */
  private rowsOf(batch: Batch, absent: Batch, isInsert: boolean): readonly MatchRecord[] {
    const { rule, rowsMax = LIMITS.joinRowsMax } = this.host;
    let rows: MatchRecord[] | null = null;
    let known: (ReadonlySet<Item> | null)[] | null = null;
    let seen: RowSet | null = null;
    const keep = (row: MatchRecord): void => {
      if (seen !== null && !seen.add(row)) return;
      if (rows === null) rows = [row];
      else if (rows.push(row) > rowsMax) throw tooMany(rule, rowsMax);
    };
    this.host.setInsert(isInsert);
    for (let stream = 0; stream < batch.length; stream++) {
      const items = batch[stream] ?? null;
      const prober = this.probers[stream] ?? null;
      if (items === null || prober === null) continue;
      if (known !== null && !this.leavesOut) seen ??= new RowSet(rows ?? NO_ROWS);
      for (const item of items) {
        // An event that is in no table was not found with those of earlier streams.
        const isKnown = known !== null && !this.isLopsided && absent[stream]?.includes(item) !== true;
        prober.run(item, isKnown ? known : null, keep);
      }
      if (!hasMore(batch, stream)) break;
      known ??= [];
      known[stream] = new Set(items);
    }
    return rows ?? NO_ROWS;
  }
}

function tooMany(rule: string, rowsMax: number): LimitError {
  return new LimitError(
    `\`${rule}\`: one event joins more than ${rowsMax} rows; tie the streams by an equality, or make their windows smaller`,
  );
}

/** Whether streams after one have events. */
function hasMore(batch: Batch, after: number): boolean {
  for (let i = after + 1; i < batch.length; i++) if ((batch[i] ?? null) !== null) return true;
  return false;
}

function createProber(probe: Probe, tables: readonly JoinTable[], setup: ProbeSetup): Prober {
  switch (probe.kind) {
    case 'sequence':
      return new SequenceProber(probe, tables, setup);
    case 'tree':
      return new TreeProber(probe, tables, setup);
    case 'alone':
      return new AloneProber(probe, tables, setup);
    default:
      return unreachable(probe);
  }
}

const NO_BATCH: Batch = [];

const NO_ROWS: readonly MatchRecord[] = [];
