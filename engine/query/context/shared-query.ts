import type { EventRecord, Value } from '../../event/record.ts';
import { dependsOnlyOnItem } from '../../expr/analyze.ts';
import { ContainedSelection } from '../../pattern/contained.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { hasMatches, type InputPlan, type StatementPlan } from '../../plan/plan.ts';
import type { GroupBound } from '../aggregate/group-bound.ts';
import type { GroupScope } from '../aggregate/group-table.ts';
import { type Item, ItemBinder, type ItemKind } from '../item.ts';
import type { Output } from '../output/create-output.ts';
import { QueryResult, type ResultState } from '../query-result.ts';
import { createSource, type QuerySource } from '../query-source.ts';
import { deliverRows } from '../result/deliver.ts';
import { ResultFrame } from '../result/result-frame.ts';
import type { RunningStatement, StatementAtom, StatementHost } from '../statement.ts';
import { type MakeViews, prepareViewChain } from '../view/create-view.ts';
import { NO_ITEMS, type View, type ViewChild } from '../view/view.ts';
import { limitSetup, viewHostOf } from '../view/view-host.ts';
import { SharedHost, type SharingInstance } from './shared-host.ts';

/**
 * A query in the partitions of a context. A `QueryStatement` for each of a million keys would take 5 kB each, most of it
 * expressions bound to the environment of the partition. Here all that is made of the plan is there once, bound to an
 * environment that shows the partition at work, and an instance is what differs: the windows, the numbers of its groups
 * in the columns of the aggregates, what waits for the next output.
 *
 * Every way into an instance goes through `enter` and `leave`, which may nest: a row that leaves may lead whoever gets it
 * to look at the rows of other partitions.
 */
export class SharedQuery {
  readonly plan: StatementPlan;
  readonly input: InputPlan;
  readonly host: SharedHost;
  /** Those of a stream; a pattern has its own. */
  readonly atoms: readonly StatementAtom[];
  private readonly contained: ContainedSelection | null;
  readonly result: QueryResult;
  private readonly frame = new ResultFrame();
  private readonly viewKind: ItemKind;
  private readonly hasConstantViews: boolean;
  private makeViews: MakeViews | null = null;
  private current: PartitionQuery | null = null;
  private isBusy = false;

  constructor(plan: StatementPlan, outer: StatementHost) {
    this.plan = plan;
    const input = plan.query.inputs[0] as InputPlan;
    this.input = input;
    this.host = new SharedHost(outer);
    const { host, frame } = this;
    const kind: ItemKind = hasMatches(input) ? 'match' : 'event';
    this.viewKind = input.kind === 'pattern' && input.matchType < 0 ? 'match' : 'event';
    this.hasConstantViews = input.views.every(({ args }) =>
      args.every(({ expr }) => dependsOnlyOnItem(expr)),
    );
    this.atoms =
      input.kind === 'stream' ? [{ type: input.type, own: input.filter, countsRepeats: true }] : [];
    this.contained =
      input.kind === 'stream' && input.contained !== null
        ? new ContainedSelection(input.contained, host.backend, host)
        : null;
    this.result = new QueryResult(plan, {
      env: host.env,
      backend: host.backend,
      timers: host.timers,
      kind,
      frame,
      binder: new ItemBinder(kind, host.env, host.backend, frame),
      items: () => this.current?.items() ?? NO_ITEMS,
      deliver: (delivery) => deliverRows(delivery, plan, host),
      limits: limitSetup(plan, host),
    });
  }

  /** Whether the instances of a query can share: its state is in windows, aggregates and output alone. */
  static fits({ query }: StatementPlan): boolean {
    const { inputs, previous, assignments, intoTable, iterable, split, output, groupBy, aggregates } = query;
    const [input, second] = inputs;
    if (input === undefined || second !== undefined || input.kind === 'store') return false;
    // What a variable wakes does not come through the partition.
    const isWoken = output?.rate.kind === 'when' || input.views.some(({ name }) => WOKEN.has(name));
    const hasOther = previous.length > 0 || assignments.length > 0 || input.recognize !== undefined;
    // Groups that age, or are shown without a window.
    const isAging = (groupBy?.reclaim ?? null) !== null || aggregates.some((one) => one.groupBy !== null);
    const keepsGroups = iterable || (groupBy !== null && output?.kind === 'snapshot');
    return !isWoken && !hasOther && !isAging && !keepsGroups && intoTable === null && split === null;
  }

  /** What an event of the stream brings: itself, or the events inside it. */
  itemsOf(event: EventRecord): readonly Item[] {
    return this.contained === null ? [event] : this.contained.select(event, this.host.env);
  }

  /** The windows of a further partition; null without any. */
  viewsFor(child: ViewChild): View | null {
    const { input, plan, host, frame } = this;
    if (input.views.length === 0) return null;
    let make = this.makeViews;
    if (make === null) {
      const binder = new ItemBinder(this.viewKind, host.env, host.backend, frame);
      make = prepareViewChain(input.views, input.retain, viewHostOf(plan, host, binder));
      if (this.hasConstantViews) this.makeViews = make;
    }
    return make(child);
  }

  /** Begins to work in a partition; gives what `leave` needs. */
  enter(instance: PartitionQuery): PartitionQuery | null {
    const before = this.isBusy ? this.current : null;
    this.isBusy = true;
    if (this.current !== instance) this.use(instance);
    return before;
  }

  /** Ends the work that `enter` began. */
  leave(before: PartitionQuery | null): void {
    if (before === null) this.isBusy = false;
    else if (this.current !== before) this.use(before);
  }

  /** An instance is no more. */
  forget(instance: PartitionQuery): void {
    if (this.current === instance) this.current = null;
  }

  private use(instance: PartitionQuery): void {
    this.current = instance;
    this.host.use(instance);
    if (instance.output !== null) this.result.use(instance as ResultState);
  }
}

/** Windows whose conditions are looked at when a variable is set. */
const WOKEN: ReadonlySet<string> = new Set(['expr', 'expr_batch']);

/** The instance of a `SharedQuery` in one partition. */
export class PartitionQuery implements RunningStatement, SharingInstance, ViewChild {
  readonly host: StatementHost;
  readonly groups: GroupScope | null;
  readonly bound: GroupBound | null;
  /** Null while it is made. */
  output: Output | null = null;
  private readonly shared: SharedQuery;
  private readonly view: View | null;
  /** Null for a stream, whose events need no state. */
  private readonly source: QuerySource | null;

  constructor(shared: SharedQuery, host: StatementHost) {
    this.shared = shared;
    this.host = host;
    const before = shared.enter(this);
    try {
      // The windows come first: at one time their timers run before the output's.
      this.view = shared.viewsFor(this);
      const first = this.view ?? this;
      const { input } = shared;
      const target = (added: readonly Item[], removed: readonly Item[]) => first.update(added, removed);
      this.source = input.kind === 'stream' ? null : createSource(input, this, host, target);
      this.groups = shared.result.newGroups();
      this.bound = shared.result.newBound();
      this.output = shared.result.newOutput();
      shared.result.use(this as ResultState);
    } finally {
      shared.leave(before);
    }
  }

  get plan(): StatementPlan {
    return this.shared.plan;
  }

  get atoms(): readonly StatementAtom[] {
    return this.source?.atoms ?? this.shared.atoms;
  }

  start(): void {
    if (this.source !== null) this.within(() => this.source?.start());
  }

  onAtom(atom: number, event: EventRecord): void {
    const { shared, source } = this;
    const before = shared.enter(this);
    try {
      if (source !== null) source.onAtom(atom, event);
      else {
        const items = shared.itemsOf(event);
        if (items.length > 0) (this.view ?? this).update(items, NO_ITEMS);
      }
    } finally {
      shared.leave(before);
    }
  }

  onEvent(): void {
    if (this.source !== null) this.within(() => this.source?.flush());
  }

  onTimers(): void {
    this.onEvent();
  }

  /** Takes what enters and leaves the windows. */
  update(added: readonly Item[], removed: readonly Item[]): void {
    this.shared.result.update(added, removed);
  }

  items(): Iterable<Item> {
    return this.view?.items() ?? NO_ITEMS;
  }

  rows(): readonly (readonly Value[])[] {
    let rows: readonly (readonly Value[])[] = [];
    this.within(() => {
      rows = this.shared.result.rows().map(({ values }) => values);
    });
    return rows;
  }

  onTerminated(): void {
    this.within(() => this.shared.result.terminate());
  }

  stop(): void {
    this.within(() => {
      this.source?.stop();
      this.view?.stop();
      this.shared.result.stop();
      this.shared.result.clear();
    });
    this.shared.forget(this);
  }

  snapshot(writer: EventWriter): unknown {
    let state: unknown = null;
    this.within(() => {
      state = {
        source: this.source?.snapshot(writer) ?? null,
        view: this.view?.snapshot(writer) ?? null,
        result: this.shared.result.snapshot(writer),
      };
    });
    return state;
  }

  restore(state: unknown, reader: EventReader): void {
    const { source, view, result } = state as Record<string, unknown>;
    this.within(() => {
      this.source?.restore(source, reader);
      this.view?.restore(view, reader);
      this.shared.result.restore(result, reader);
    });
  }

  within(work: () => void): void {
    const { shared } = this;
    const before = shared.enter(this);
    try {
      work();
    } finally {
      shared.leave(before);
    }
  }
}
