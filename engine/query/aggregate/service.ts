import { assert } from '../../core/assert.ts';
import type { Value } from '../../event/record.ts';
import type { Expr } from '../../expr/ir.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { JoinPlan } from '../../plan/join-plan.ts';
import type { AggregatePlan, GroupByPlan, OutputPlan, ResultShape } from '../../plan/query-plan.ts';
import type { Item } from '../item.ts';
import type { Aggregation } from './aggregation.ts';
import type { AggregateHost, AggregateReader, AggregateState } from './aggregator.ts';
import { type GroupKey, GroupKeys, UNGROUPED } from './group-key.ts';
import { GroupScope, GroupTable, NO_GROUP } from './group-table.ts';
import { ReclaimClock } from './reclaim-clock.ts';
import { makeAggregates } from './registry.ts';

/** The parts of a query that aggregation needs. */
export interface AggregatedQuery {
  readonly aggregates: readonly AggregatePlan[];
  readonly groupBy: GroupByPlan | null;
  readonly join?: JoinPlan | null;
  readonly shape?: ResultShape;
  readonly output?: OutputPlan | null;
}

/**
 * The aggregates of a query for all its groups.
 *
 * Whoever makes rows lets items enter and leave, each with the key of its group, then selects a group and evaluates
 * expressions, whose `aggregate` nodes read `value`. As in Esper a group without items left is forgotten, but only when
 * the next item enters: until then its values are those after the last leave. Reading a group that does not exist gives
 * the values of an empty one. A query without `group by` is one group, `UNGROUPED`, that is never forgotten.
 *
 * With `rollup`, `cube` or `grouping sets` an item is in one group of each set: use `enterSets` and `leaveSets` with one
 * key a set, and select with the number of the set. Aggregates with `group_by:(…)` have groups of their own, found by
 * the item at hand (`ItemBinder.current`) whatever is selected.
 */
export class AggregationService implements Aggregation {
  /** Told of each group of the query that the reclaim hint removed. */
  onReclaimed: ((key: GroupKey) => void) | null = null;
  private readonly host: AggregateHost;
  private readonly main: Grouping;
  private readonly local: readonly Grouping[];
  private readonly readers: readonly { readonly reader: AggregateReader; readonly grouping: Grouping }[];
  private readonly reclaim: ReclaimClock | null;
  private readonly startsAfresh: boolean;
  private selected = NO_GROUP;

  constructor(query: AggregatedQuery, host: AggregateHost) {
    this.host = host;
    const { groupBy, aggregates } = query;
    this.startsAfresh = startsAfresh(query);
    const reclaim = groupBy?.reclaim ?? null;
    this.reclaim = reclaim === null || reclaim === 'never' ? null : new ReclaimClock(reclaim, host.binder);
    const ofQuery = setText(groupBy?.keys ?? []);
    const lists = new Map<string, { keys: readonly Expr[] | null; plans: AggregatePlan[] }>();
    lists.set(ofQuery, { keys: null, plans: [] });
    for (const plan of aggregates) {
      const text = plan.groupBy === null ? ofQuery : setText(plan.groupBy);
      const list = lists.get(text) ?? { keys: plan.groupBy, plans: [] };
      lists.set(text, list);
      list.plans.push(plan);
    }
    const readers = new Map<AggregatePlan, { reader: AggregateReader; grouping: Grouping }>();
    const groupings = [...lists.values()].map(({ keys, plans }) => {
      const made = makeAggregates(plans, host);
      const { states } = made;
      const grouping =
        keys === null ? this.queryGrouping(groupBy, states) : localGrouping(keys, states, host);
      plans.forEach((plan, i) => {
        readers.set(plan, { reader: made.readers[i] as AggregateReader, grouping });
      });
      return grouping;
    });
    this.main = groupings[0] as Grouping;
    this.local = groupings.slice(1);
    this.readers = aggregates.map(
      (plan) => readers.get(plan) as { reader: AggregateReader; grouping: Grouping },
    );
  }

  /** No groups: those of a further owner, who shares all but them. */
  newScope(): GroupScope {
    assert(this.local.length === 0, 'groups of aggregates by other keys have one owner');
    return new GroupScope();
  }

  /** From now on the groups are those of another owner. */
  use(scope: GroupScope): void {
    this.main.table.use(scope);
    this.selected = NO_GROUP;
  }

  /** An update begins. */
  begin(): void {
    if (this.startsAfresh) this.clear();
  }

  /** An item enters the group of a key. */
  enter(item: Item, key: GroupKey): void {
    this.sweep();
    this.main.table.removeEmpty();
    this.moveMain(item, 0, key, 1);
    if (this.local.length > 0) this.moveLocal(item, 1);
  }

  /** An item leaves the group of a key. */
  leave(item: Item, key: GroupKey): void {
    this.moveMain(item, 0, key, -1);
    if (this.local.length > 0) this.moveLocal(item, -1);
  }

  /** An item enters one group of each set. */
  enterSets(item: Item, keys: readonly GroupKey[]): void {
    this.main.table.removeEmpty();
    for (let set = 0; set < keys.length; set++) this.moveMain(item, set, keys[set] as GroupKey, 1);
  }

  /** An item leaves one group of each set. */
  leaveSets(item: Item, keys: readonly GroupKey[]): void {
    for (let set = 0; set < keys.length; set++) this.moveMain(item, set, keys[set] as GroupKey, -1);
  }

  /** Chooses the group that `value` reads. */
  select(key: GroupKey, set = 0): void {
    this.selected = this.main.table.find(set, key);
  }

  /** Value of an aggregate for the selected group; what `QueryFrame.aggregate` answers. */
  value(index: number, args: readonly Value[] = NO_ARGS): Value {
    const { reader, grouping } = this.readers[index] as (typeof this.readers)[number];
    if (grouping === this.main) return reader.value(this.selected, args);
    const { current } = this.host.binder;
    const { keys } = grouping;
    const key = keys === null || current === null ? UNGROUPED : keys.keyOf(current);
    return reader.value(grouping.table.find(0, key), args);
  }

  /** Keys of all groups that are not empty, in the order they came. */
  keys(set = 0): Iterable<GroupKey> {
    this.main.table.removeEmpty();
    return this.main.table.keys(set);
  }

  /** Forgets the group of a key. */
  forget(key: GroupKey): void {
    this.main.table.forget(key);
    this.selected = NO_GROUP;
  }

  /** Forgets everything. */
  clear(): void {
    for (const { table } of [this.main, ...this.local]) table.clear();
    this.selected = NO_GROUP;
  }

  snapshot(writer: EventWriter): unknown {
    const tables = [this.main, ...this.local].map(({ table }) => table.snapshot(writer));
    return { tables, sweep: this.reclaim?.snapshot() ?? null };
  }

  restore(state: unknown, reader: EventReader): void {
    const { tables, sweep } = state as { tables: unknown[]; sweep: unknown };
    for (const [i, { table }] of [this.main, ...this.local].entries()) table.restore(tables[i], reader);
    this.reclaim?.restore(sweep);
    this.selected = NO_GROUP;
  }

  private queryGrouping(groupBy: GroupByPlan | null, states: readonly AggregateState[]): Grouping {
    const keepsEmpty = groupBy?.reclaim === 'never';
    const sets = groupBy?.sets ?? [groupBy?.keys ?? []];
    const isKept = sets.map((set) => keepsEmpty || set.length === 0);
    const isSingle = groupBy === null;
    const table = new GroupTable(states, isKept, this.host, { keepsTimes: this.reclaim !== null, isSingle });
    return new Grouping(null, table, states);
  }

  private moveMain(item: Item, set: number, key: GroupKey, by: 1 | -1): void {
    const group = this.main.table.obtain(set, key);
    // An aggregate inside the argument of another is read for the group the item moves in.
    this.selected = group;
    this.main.move(item, group, by, this.host.binder.env.now);
  }

  private moveLocal(item: Item, by: 1 | -1): void {
    for (const grouping of this.local) {
      if (by > 0) grouping.table.removeEmpty();
      const key = grouping.keys === null ? UNGROUPED : grouping.keys.keyOf(item);
      const group = grouping.table.obtain(0, key);
      grouping.move(item, group, by, 0);
    }
  }

  private sweep(): void {
    const before = this.reclaim?.due() ?? null;
    if (before === null) return;
    for (const key of this.main.table.removeOlder(before)) this.onReclaimed?.(key);
  }
}

/** The groups by one list of keys, with the states of the aggregates over them. */
class Grouping {
  /** Keys of `group_by`; null for the groups of the query, and where there are none. */
  readonly keys: GroupKeys | null;
  readonly table: GroupTable;
  private readonly states: readonly AggregateState[];

  constructor(keys: GroupKeys | null, table: GroupTable, states: readonly AggregateState[]) {
    this.keys = keys;
    this.table = table;
    this.states = states;
  }

  move(item: Item, group: number, by: 1 | -1, time: number): void {
    const { states } = this;
    this.table.count(group, by, time);
    if (by > 0) for (let i = 0; i < states.length; i++) (states[i] as AggregateState).enter(group, item);
    else for (let i = 0; i < states.length; i++) (states[i] as AggregateState).leave(group, item);
  }
}

function localGrouping(
  keys: readonly Expr[],
  states: readonly AggregateState[],
  host: AggregateHost,
): Grouping {
  const table = new GroupTable(states, [keys.length === 0], host, { isSingle: keys.length === 0 });
  const groupKeys = keys.length === 0 ? null : new GroupKeys(keys, host.binder);
  return new Grouping(groupKeys, table, states);
}

/**
 * Whether aggregates begin anew with each update: those of a unidirectional join. With `output` Esper does so only for
 * some kinds of rows (recorded for each).
 */
function startsAfresh({ join, shape, output, groupBy }: AggregatedQuery): boolean {
  if (join?.unidirectional.includes(true) !== true) return false;
  if (output === null || output === undefined || output.rate.kind === 'none') return true;
  const { kind, isDeferred } = output;
  const isWhole = kind === 'all' || kind === 'last';
  switch (shape) {
    case 'aggregateAll':
      return true;
    case 'grouped':
      return groupBy?.sets === null && (isWhole ? isDeferred : kind !== 'first');
    case 'aggregateGrouped':
      return kind === 'default' || (kind === 'all' && isDeferred);
    default:
      return !isWhole || isDeferred;
  }
}

/** The same text for the same keys in any order. */
function setText(keys: readonly Expr[]): string {
  if (keys.length === 0) return '';
  return [...new Set(keys.map((key) => JSON.stringify(key)))].sort().join();
}

const NO_ARGS: readonly Value[] = [];
