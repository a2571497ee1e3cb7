import type { EventRecord, Value } from '../event/record.ts';
import type { Slot } from '../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../pattern/snapshot.ts';
import { hasMatches, type InputPlan, type StatementPlan } from '../plan/plan.ts';
import { Assignments } from './assignments.ts';
import { type Item, ItemBinder, type ItemKind, type MatchRecord } from './item.ts';
import { QueryResult } from './query-result.ts';
import { createSource, type QuerySource } from './query-source.ts';
import { RecognizeStep } from './recognize/recognize-step.ts';
import { deliverRows } from './result/deliver.ts';
import { readItems, writeItems } from './result/out-row.ts';
import { ResultFrame } from './result/result-frame.ts';
import type { RunningStatement, StatementAtom, StatementHost } from './statement.ts';
import type { TableStore } from './table/table-store.ts';
import { createViewChain } from './view/create-view.ts';
import { PreviousItems } from './view/previous.ts';
import { NO_ITEMS, type View, type ViewChild } from './view/view.ts';
import { limitSetup, viewHostOf } from './view/view-host.ts';

/**
 * A query with windows, aggregates or clauses: its source makes items of events or matches, the windows hold them, the
 * result makes rows of what enters and leaves.
 */
export class QueryStatement implements RunningStatement {
  readonly plan: StatementPlan;
  readonly atoms: readonly StatementAtom[];
  private readonly host: StatementHost;
  private readonly source: QuerySource;
  private readonly view: View | null;
  private readonly recognize: RecognizeStep | null;
  private readonly previous: PreviousItems | null;
  private readonly result: QueryResult;
  /** What came last of a stream without windows that can be pulled. */
  private last: readonly Item[] = NO_ITEMS;

  constructor(plan: StatementPlan, host: StatementHost) {
    this.plan = plan;
    this.host = host;
    const input = plan.query.inputs[0] as InputPlan;
    const kind: ItemKind = hasMatches(input) ? 'match' : 'event';
    const frame = new ResultFrame();
    frame.subqueries = host.subqueries ?? null;
    const binder = new ItemBinder(kind, host.env, host.backend, frame);
    this.previous = this.createPrevious(frame, binder);
    const rowsOf: ViewChild = { update: (added, removed) => this.result.update(added, removed) };
    const result = plan.query.assignments.length === 0 ? rowsOf : this.settingFirst(kind, frame, rowsOf);
    const isWindowed = input.views.length > 0 && input.recognize === undefined;
    const after = this.previous?.follow(0, isWindowed, result) ?? result;
    const rows: ViewChild = { update: (added, removed) => this.recognize?.update(added, removed) };
    const viewed = input.recognize === undefined ? after : rows;
    // The windows come first: at one time their timers run before the output's.
    this.view = input.views.length === 0 ? null : this.createView(input, frame, viewed);
    this.recognize = this.createRecognize(input, after);
    const first = this.view ?? this.recognize ?? after;
    const keepsLast = first === after && plan.query.iterable;
    this.source = createSource(input, this, host, (added, removed) => {
      if (keepsLast && added.length > 0) this.last = added;
      first.update(added, removed);
    });
    this.atoms = this.source.atoms;
    host.subqueries?.open();
    this.result = new QueryResult(plan, {
      env: host.env,
      backend: host.backend,
      timers: host.timers,
      kind,
      frame,
      binder,
      items: () => this.recognize?.items() ?? this.view?.items() ?? this.source.items?.() ?? this.last,
      deliver: (delivery) => deliverRows(delivery, plan, host),
      isPulled: isPulled(input, host),
      table: () => host.store(plan.query.intoTable?.table ?? -1) as TableStore,
      limits: limitSetup(plan, host),
    });
  }

  start(): void {
    if (this.host.isOnDemand !== true) this.source.start();
    this.result.start();
  }

  onAtom(atom: number, event: EventRecord): void {
    this.source.onAtom(atom, event);
  }

  onEvent(): void {
    this.source.flush();
  }

  onTimers(): void {
    this.source.flush();
  }

  rows(): readonly (readonly Value[])[] {
    return this.result.rows().map(({ values }) => values);
  }

  onTerminated(): void {
    this.result.terminate();
  }

  stop(): void {
    this.source.stop();
    this.view?.stop();
    this.recognize?.stop();
    this.result.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return {
      source: this.source.snapshot(writer),
      view: this.view?.snapshot(writer) ?? null,
      recognize: this.recognize?.snapshot(writer) ?? null,
      previous: this.previous?.snapshot(writer) ?? null,
      last: writeItems(this.last, writer),
      result: this.result.snapshot(writer),
    };
  }

  restore(state: unknown, reader: EventReader): void {
    const { source, view, recognize, previous, result, last } = state as Record<string, unknown>;
    this.last = readItems(last, reader);
    this.source.restore(source, reader);
    this.view?.restore(view, reader);
    this.recognize?.restore(recognize, reader);
    this.previous?.restore(previous, reader);
    this.result.restore(result, reader);
  }

  /** `on … set` with a trigger that is no plain stream: the variables are set for each item before its row is made. */
  private settingFirst(kind: ItemKind, frame: ResultFrame, child: ViewChild): ViewChild {
    const { env, backend } = this.host;
    const assignments = new Assignments(this.plan.query.assignments, backend);
    return {
      update(added, removed) {
        for (const item of added) {
          env.frame = frame;
          if (kind === 'match') assignments.run(null, (item as MatchRecord).slots, env);
          else assignments.run(item, NO_SLOTS, env);
          child.update([item], NO_ITEMS);
        }
        if (removed.length > 0) child.update(NO_ITEMS, removed);
      },
    };
  }

  private createPrevious(frame: ResultFrame, binder: ItemBinder): PreviousItems | null {
    const plans = this.plan.query.previous;
    if (plans.length === 0) return null;
    const previous = new PreviousItems(plans, 1, { binder, isJoin: false, isInsert: () => frame.isInsert });
    frame.others = previous;
    return previous;
  }

  private createRecognize({ recognize, views, kind }: InputPlan, child: ViewChild): RecognizeStep | null {
    if (recognize === undefined) return null;
    const hasWindow = views.length > 0 || kind === 'store';
    const window = hasWindow ? () => this.view?.items() ?? this.source.items?.() ?? NO_ITEMS : null;
    return new RecognizeStep(recognize, this.plan, { host: this.host, window, child });
  }

  private createView(input: InputPlan, frame: ResultFrame, child: ViewChild): View {
    const { plan, host } = this;
    const kind: ItemKind = input.kind === 'pattern' && input.matchType < 0 ? 'match' : 'event';
    const binder = new ItemBinder(kind, host.env, host.backend, frame);
    const chain = createViewChain(input.views, input.retain, viewHostOf(plan, host, binder), child);
    this.previous?.observe(0, chain);
    return chain;
  }
}

/** Whether the items neither enter nor leave: those of a table, and all that a query looks at once. */
function isPulled(input: InputPlan, { stores, isOnDemand = false }: StatementHost): boolean {
  return isOnDemand || (input.kind === 'store' && stores[input.store]?.kind === 'table');
}

const NO_SLOTS: readonly Slot[] = [];
