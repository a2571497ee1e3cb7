import type { EventRecord, Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { InputPlan, QueryPlan, StatementPlan } from '../../plan/plan.ts';
import { ItemBinder } from '../item.ts';
import { QueryResult } from '../query-result.ts';
import type { QuerySource } from '../query-source.ts';
import { deliverRows } from '../result/deliver.ts';
import { ResultFrame } from '../result/result-frame.ts';
import type { RunningStatement, StatementAtom, StatementHost } from '../statement.ts';
import type { TableStore } from '../table/table-store.ts';
import { PreviousItems } from '../view/previous.ts';
import { JoinComposer, type JoinRows } from './composer.ts';
import { JoinStream } from './join-stream.ts';
import type { LiveRows } from './join-table.ts';
import { type JoinQuery, planJoin } from './planner.ts';

/**
 * A query on several inputs. Each has its windows; what comes and goes in them by one event, or at one time, is joined
 * together, and the result makes rows of the joined ones.
 */
export class JoinStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  private readonly streams: readonly JoinStream[];
  /** By atom of the statement, the source it belongs to and its number there. */
  private readonly targets: readonly { readonly source: QuerySource; readonly atom: number }[];
  private readonly previous: PreviousItems | null;
  private readonly composer: JoinComposer;
  private readonly result: QueryResult;

  /** A query that is asked once. */
  private readonly isOnDemand: boolean;

  constructor(plan: StatementPlan, host: StatementHost) {
    this.plan = plan;
    this.isOnDemand = host.isOnDemand === true;
    const query = plan.query as JoinQuery & QueryPlan;
    const frame = new ResultFrame();
    frame.subqueries = host.subqueries ?? null;
    const binder = new ItemBinder('match', host.env, host.backend, frame);
    this.previous = createPrevious(query, binder, frame);
    const context = { owner: this, host, frame, previous: this.previous };
    this.streams = query.inputs.map((_, at) => new JoinStream(at, context));
    this.atoms = this.streams.flatMap(({ source }) => source.atoms);
    this.targets = this.streams.flatMap(({ source }) => source.atoms.map((_, atom) => ({ source, atom })));
    this.composer = new JoinComposer(planJoin(query), {
      rule: plan.name,
      binder,
      backend: host.backend,
      wantsRemoved: wantsRemoved(query),
      forgets: query.inputs.map(({ kind, views }) => kind !== 'store' && views.length === 0),
      live: query.inputs.map((input) => liveRows(input, host)),
      setInsert: (isInsert) => {
        frame.isInsert = isInsert;
      },
    });
    host.subqueries?.open();
    // The join has applied `where` to its rows.
    this.result = new QueryResult(
      { ...plan, query: { ...query, where: null } },
      {
        env: host.env,
        backend: host.backend,
        timers: host.timers,
        kind: 'match',
        frame,
        binder,
        items: () => this.composer.rows(),
        isPulled: this.isOnDemand || query.inputs.every((input) => liveRows(input, host) !== null),
        deliver: (delivery) => deliverRows(delivery, plan, host),
        table: () => host.store(query.intoTable?.table ?? -1) as TableStore,
      },
    );
  }

  /** Rows of named windows that are there already are joined without telling anybody; only aggregates see them. */
  start(): void {
    const initial = this.streams.map((stream) => stream.initial());
    this.composer.compose({ added: initial, removed: initial.map(() => null) });
    for (const { source, isStore } of this.streams) if (isStore) source.start();
    if (this.hasChanged()) {
      const { added } = this.composed();
      if (!this.isOnDemand) this.result.preload(added);
    }
    for (const { source, isStore } of this.streams) if (!isStore) source.start();
    this.compose();
  }

  onAtom(atom: number, event: EventRecord): void {
    const target = this.targets[atom] as (typeof this.targets)[number];
    target.source.onAtom(target.atom, event);
  }

  onEvent(): void {
    for (const { source } of this.streams) source.flush();
    this.compose();
  }

  onTimers(): void {
    this.onEvent();
  }

  rows(): readonly (readonly Value[])[] {
    return this.result.rows().map(({ values }) => values);
  }

  onTerminated(): void {
    this.result.terminate();
  }

  stop(): void {
    for (const stream of this.streams) stream.stop();
    this.result.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return {
      streams: this.streams.map((stream) => stream.snapshot(writer)),
      previous: this.previous?.snapshot(writer) ?? null,
      tables: this.composer.snapshot(writer),
      result: this.result.snapshot(writer),
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { streams, previous, tables, result } = state as Record<string, unknown>;
    for (const [i, stream] of this.streams.entries()) stream.restore((streams as unknown[])[i], reader);
    this.previous?.restore(previous, reader);
    this.composer.restore(tables, reader);
    this.result.restore(result, reader);
  }

  private compose(): void {
    if (!this.hasChanged()) return;
    const { added, removed } = this.composed();
    if (added.length > 0 || removed.length > 0) this.result.update(added, removed);
  }

  private hasChanged(): boolean {
    for (let i = 0; i < this.streams.length; i++) if (this.streams[i]?.hasChanged === true) return true;
    return false;
  }

  private composed(): JoinRows {
    const added = this.streams.map((stream) => stream.takeEntered());
    const removed = this.streams.map((stream) => stream.takeLeft());
    return this.composer.compose({ added, removed });
  }
}

/** The rows of an input that is a table; null for others. */
function liveRows(input: InputPlan, host: StatementHost): LiveRows | null {
  if (input.kind !== 'store' || host.stores[input.store]?.kind !== 'table') return null;
  return host.store(input.store);
}

function createPrevious(query: QueryPlan, binder: ItemBinder, frame: ResultFrame): PreviousItems | null {
  if (query.previous.length === 0) return null;
  const isInsert = () => frame.isInsert;
  const previous = new PreviousItems(query.previous, query.inputs.length, { binder, isJoin: true, isInsert });
  frame.others = previous;
  return previous;
}

/**
 * Whether rows that end are seen: selected, taken off aggregates, or counted by an output. As in Esper a join that selects
 * what enters knows of no rows that end, so that `insert rstream` of it inserts nothing.
 */
function wantsRemoved({ selector, shape, output }: QueryPlan): boolean {
  return selector !== 'istream' || shape !== 'simple' || output !== null;
}
