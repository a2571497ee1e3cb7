import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { Retain, ViewPlan } from '../../plan/query-plan.ts';
import type { Item, ItemBinder } from '../item.ts';
import { BatchIntersection, Intersection, type Member } from './combined.ts';
import { type GroupViews, GroupWindow } from './group.ts';
import { type StatisticsShape, StatisticsView } from './statistics.ts';
import { RESULTS, Sums, WeightedSums } from './sums.ts';
import { Union } from './union.ts';
import type { View, ViewChild, ViewHost } from './view.ts';
import { ViewArguments } from './view-arguments.ts';
import { isWindow, makerOf } from './view-makers.ts';
import type { AccessObserver, Window, WindowHost } from './window.ts';

/**
 * The views of one input as one: what it takes in goes to the first, what the last gives on to the child. Several data
 * windows become one that combines them, and stand before the statistics; those after `groupwin` are made anew for each
 * key. Expressions are compiled once, however many keys there are.
 */
export function createViewChain(
  views: readonly ViewPlan[],
  retain: Retain,
  host: ViewHost,
  child: ViewChild,
): ViewChain {
  const context = contextOf(host);
  return new ViewChain(prepareViews(views, retain, context, []), context, child);
}

/** Makes the views of one input for a child; called again for each partition of a context. */
export type MakeViews = (child: ViewChild) => View;

/** As `createViewChain`, for as many chains as there are partitions; `prev` looks into none of them. */
export function prepareViewChain(views: readonly ViewPlan[], retain: Retain, host: ViewHost): MakeViews {
  const context = contextOf(host);
  const makers = prepareViews(views, retain, context, []);
  return (child) => makeForKey(makers, context, child);
}

function contextOf(host: ViewHost): WindowHost {
  return {
    statement: host.statement,
    timers: host.timers,
    binder: host.binder,
    rule: host.rule,
    bound: host.bound,
    recordClass: (type) => host.recordClass(type),
    access: null,
  };
}

/** Makes one view of a chain; called again for each key of a group. */
type MakeWindow = () => Window;

/** Views one after the other. */
export class ViewChain implements View {
  private readonly context: WindowHost;
  private readonly views: readonly Window[];
  private readonly first: Window;
  private readonly last: Window;

  constructor(makers: readonly MakeWindow[], context: WindowHost, child: ViewChild) {
    this.context = context;
    this.views = makers.map((make) => make());
    this.first = this.views[0] as Window;
    this.last = this.views[this.views.length - 1] as Window;
    this.views.forEach((view, i) => {
      view.child = this.views[i + 1] ?? child;
    });
    for (const view of this.views) view.start();
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { bound } = this.context;
    if (bound.drops) bound.update(this.first, added, removed);
    else this.first.update(added, removed);
  }

  /** Tells an observer of every delivery of a window that `prev` can look into. Before any item comes in. */
  observe(observer: AccessObserver): void {
    this.context.access = observer;
  }

  /** All windows of the chain, within groups too. */
  *all(): Iterable<Window> {
    for (const view of this.views) yield* view.all();
  }

  items(): Iterable<Item> {
    return this.last.items();
  }

  stop(): void {
    for (const view of this.views) view.stop();
  }

  snapshot(writer: EventWriter): unknown {
    return this.views.map((view) => view.snapshot(writer));
  }

  restore(state: unknown, reader: EventReader): void {
    this.views.forEach((view, i) => {
      view.restore((state as readonly unknown[])[i], reader);
    });
  }
}

/** `keys`: texts of the group keys around the views. */
function prepareViews(
  plans: readonly ViewPlan[],
  retain: Retain,
  context: WindowHost,
  keys: readonly string[],
): MakeWindow[] {
  const [first] = plans;
  if (first?.name === 'groupwin') return prepareGroup(first, plans.slice(1), retain, context);
  const windows = plans.filter(isWindow);
  const others = windows.length > 1 ? plans.filter((plan) => !isWindow(plan)) : plans;
  const makers: MakeWindow[] = [];
  if (windows.length > 1) makers.push(prepareCombined(windows, retain, context));
  let { binder } = context;
  for (const plan of others) {
    const host = binder === context.binder ? context : withBinder(context, binder);
    makers.push(prepareView(plan, host, keys));
    if (plan.derived >= 0) binder = binder.forDerived();
  }
  return makers;
}

/** A context whose observer is that of another. */
function withBinder(context: WindowHost, binder: ItemBinder): WindowHost {
  return Object.defineProperty({ ...context, binder }, 'access', { get: () => context.access });
}

function prepareGroup(
  plan: ViewPlan,
  after: readonly ViewPlan[],
  retain: Retain,
  context: WindowHost,
): MakeWindow[] {
  const end = after.findIndex(({ name }) => name === 'merge');
  const inside = end < 0 ? after : after.slice(0, end);
  const outside = end < 0 ? [] : after.slice(end + 1);
  const keyOf = new ViewArguments(plan, context).key(0, plan.args.length);
  const keys = plan.args.map(({ expr }) => JSON.stringify(expr));
  const makers = prepareViews(inside, retain, context, keys);
  const makeViews = (child: ViewChild) => makeForKey(makers, context, child);
  const hasDerived = inside.some(({ derived }) => derived >= 0);
  const host = hasDerived ? withBinder(context, context.binder.forDerived()) : context;
  return [
    () => new GroupWindow(context, keyOf, makeViews, plan.reclaim ?? null),
    ...(outside.length === 0 ? [] : prepareViews(outside, retain, host, [])),
  ];
}

/** The views of one key: a chain, or the only view itself, which is smaller. */
function makeForKey(makers: readonly MakeWindow[], context: WindowHost, child: ViewChild): GroupViews {
  const [make] = makers;
  if (make === undefined || makers.length > 1 || context.bound.drops)
    return new ViewChain(makers, context, child);
  const window = make();
  window.child = child;
  window.start();
  return window;
}

function prepareCombined(plans: readonly ViewPlan[], retain: Retain, context: WindowHost): MakeWindow {
  const members = plans.map((plan) => ({
    make: prepareView(plan, context, []),
    isBatch: BATCHES.has(plan.name),
    isChoosy: CHOOSY.has(plan.name),
    isFinal: FINAL.has(plan.name),
  }));
  return () => {
    const made: Member[] = members.map(({ make, ...rest }) => ({ window: make(), ...rest }));
    if (retain === 'union') return new Union(context, made);
    const batchAt = plans.findIndex(({ name }) => name === 'firsttime' || BATCHES.has(name));
    return batchAt < 0 ? new Intersection(context, made) : new BatchIntersection(context, made, batchAt);
  };
}

/** Whether a window gives its items on in batches. */
export function isBatch(name: string): boolean {
  return BATCHES.has(name);
}

const BATCHES: ReadonlySet<string> = new Set([
  'length_batch',
  'time_batch',
  'time_length_batch',
  'ext_timed_batch',
  'expr_batch',
  'hop',
  'tumble',
]);

/** Windows that take nothing back in a union. */
const FINAL: ReadonlySet<string> = new Set(['length_batch', 'time_batch']);

/** Windows that do not keep every item they are given. */
const CHOOSY: ReadonlySet<string> = new Set(['firstlength', 'firsttime', 'firstevent', 'firstunique']);

function prepareView(plan: ViewPlan, context: WindowHost, keys: readonly string[]): MakeWindow {
  if (plan.derived >= 0) return prepareStatistics(plan, context, keys);
  return makerOf(plan, NO_PREVIOUS.has(plan.name) ? { ...context, access: null } : context);
}

/** Windows that `prev` cannot look into. */
const NO_PREVIOUS: ReadonlySet<string> = new Set([...CHOOSY, 'unique', 'lastevent', 'session']);

function prepareStatistics(plan: ViewPlan, context: WindowHost, keys: readonly string[]): MakeWindow {
  const args = new ViewArguments(plan, context);
  const numbers = plan.name === 'size' ? 0 : plan.name === 'uni' ? 1 : 2;
  const columns = plan.args.slice(numbers);
  const shape: StatisticsShape = {
    type: plan.derived,
    numbers: plan.args.slice(0, numbers).map((_, i) => args.expression(i)),
    columns: columns.map((_, i) => args.expression(numbers + i)),
    isKey: columns.map(({ expr }) => keys.includes(JSON.stringify(expr))),
    results: RESULTS[plan.name] as StatisticsShape['results'],
    onlyChanges: plan.name === 'size',
  };
  return () =>
    new StatisticsView(context, shape, plan.name === 'weighted_avg' ? new WeightedSums() : new Sums());
}
