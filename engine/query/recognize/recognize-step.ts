import { type EventRecord, fieldKey, type RecordClass, type Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import type { RecognizePlan } from '../../plan/recognize-plan.ts';
import { allRows } from '../../recognize/path.ts';
import { RowMatcher } from '../../recognize/row-matcher.ts';
import type { RowMatch } from '../../recognize/run.ts';
import { formatTimestamp } from '../../time/timestamp.ts';
import { GroupKeys } from '../aggregate/group-key.ts';
import { type Item, ItemBinder } from '../item.ts';
import { originsOfSlots } from '../origins.ts';
import type { StatementHost } from '../statement.ts';
import { NO_ITEMS, type ViewChild } from '../view/view.ts';
import { Measures } from './measures.ts';

/** Where the rows come from, and who gets the events made of matches. */
export interface RecognizeHost {
  readonly host: StatementHost;
  /** The window in front; null without one. */
  readonly window: (() => Iterable<Item>) | null;
  readonly child: ViewChild;
}

/** `match_recognize` between the windows of a stream and the clauses of the query: gives on an event for each match. */
export class RecognizeStep implements ViewChild {
  private readonly type: number;
  private readonly host: StatementHost;
  private readonly child: ViewChild;
  private readonly measures: Measures;
  private readonly matcher: RowMatcher;
  private readonly rowClass: RecordClass;

  constructor(plan: RecognizePlan, statement: StatementPlan, { host, window, child }: RecognizeHost) {
    const { env, backend, timers } = host;
    this.type = plan.row;
    this.host = host;
    this.child = child;
    this.rowClass = host.recordClass(plan.row);
    this.measures = new Measures(plan, statement.name, env, backend);
    const keys = new GroupKeys(plan.partitionBy, new ItemBinder('event', env, backend));
    this.matcher = new RowMatcher(plan, {
      env,
      backend,
      timers,
      statement: statement.index,
      budget: {
        limits: host.ruleLimits,
        pool: host.runPool,
        statement: statement.index,
        rule: statement.name,
        keyOf: () => null,
        moment: () => formatTimestamp(env.now, env.timeBase.unit),
        notice: (notice) => host.notice(notice),
      },
      hasWindow: window !== null,
      window: window ?? (() => NO_ITEMS),
      keyOf: (row) => keys.keyOf(row),
      emit: (matches) => this.child.update(this.rows(matches), NO_ITEMS),
    });
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    this.matcher.update(added, removed);
  }

  /** The matches in the window now. */
  items(): readonly Item[] {
    return this.rows(this.matcher.present());
  }

  stop(): void {
    this.matcher.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return this.matcher.snapshot(writer);
  }

  restore(state: unknown, reader: EventReader): void {
    this.matcher.restore(state, reader);
  }

  private rows(matches: readonly RowMatch[]): EventRecord[] {
    return matches.map((match) => {
      const values = this.measures.values(this.matcher.slotsOf(match));
      const row = new this.rowClass(this.type, this.host.env.now, -1, -1);
      const fields = row as unknown as Record<string, Value>;
      for (let i = 0; i < values.length; i++) fields[fieldKey(i)] = values[i] as Value;
      row.origins = originsOfSlots([allRows(match.path)]);
      return row;
    });
  }
}
