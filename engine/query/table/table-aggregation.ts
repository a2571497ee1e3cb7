import { createRecordClass, type EventRecord, setField, type Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { QueryPlan } from '../../plan/plan.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { IntoTablePlan } from '../../plan/table-plan.ts';
import type { Aggregation } from '../aggregate/aggregation.ts';
import { type GroupKey, GroupKeys, groupKeyOf } from '../aggregate/group-key.ts';
import { type HeldOf, makeHeldOf } from '../aggregate/held-events.ts';
import type { Item, ItemBinder, ItemEvaluator } from '../item.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { TableRow } from './table-rows.ts';
import type { TableStore } from './table-store.ts';

/**
 * The aggregates of an `into table` statement: columns of a table that further statements may feed, too. Its groups are
 * the rows of the table, whose primary key are the keys of `group by`; a summed-up key of `rollup` is null in the row.
 * The table is asked for when it is used, for it may come after the statement.
 */
export class TableAggregation implements Aggregation {
  private readonly columns: readonly number[];
  /** By aggregate; null where an equal one before it feeds the column. */
  private readonly feeds: readonly (Feed | null)[];
  private readonly groupKeys: GroupKeys;
  private readonly sets: readonly (readonly number[])[] | null;
  private readonly table: () => TableStore;
  /** With `rollup` and the like, for each set: the key of the row by the key of the set. */
  private readonly rowKeys: readonly Map<GroupKey, GroupKey>[];
  private selected: TableRow | null = null;

  constructor(query: QueryPlan, into: IntoTablePlan, binder: ItemBinder, table: () => TableStore) {
    this.columns = into.columns;
    this.table = table;
    this.feeds = query.aggregates.map((plan, i) =>
      into.columns.indexOf(into.columns[i] as number) < i ? null : makeFeed(plan, binder),
    );
    const { keys = [], sets = null } = query.groupBy ?? {};
    this.groupKeys = new GroupKeys(keys, binder);
    this.sets = sets;
    this.rowKeys = (sets ?? []).map(() => new Map<GroupKey, GroupKey>());
  }

  begin(): void {}

  enter(item: Item, key: GroupKey): void {
    this.move(item, this.obtain(item, key), 1);
  }

  leave(item: Item, key: GroupKey): void {
    this.move(item, this.obtain(item, key), -1);
  }

  enterSets(item: Item, keys: readonly GroupKey[]): void {
    for (let set = 0; set < keys.length; set++) this.move(item, this.obtainOfSet(item, keys, set), 1);
  }

  leaveSets(item: Item, keys: readonly GroupKey[]): void {
    for (let set = 0; set < keys.length; set++) this.move(item, this.obtainOfSet(item, keys, set), -1);
  }

  select(key: GroupKey, set = 0): void {
    const rowKey = this.sets === null ? key : this.rowKeys[set]?.get(key);
    this.selected = rowKey === undefined ? null : this.table().find(rowKey);
  }

  value(index: number): Value {
    return this.table().columnValue(this.columns[index] as number, this.selected);
  }

  keys(set = 0): Iterable<GroupKey> {
    return this.sets === null
      ? this.table().groupKeys()
      : (this.rowKeys[set] as Map<GroupKey, GroupKey>).keys();
  }

  clear(): void {}

  snapshot(writer: EventWriter): unknown {
    return this.rowKeys.map((keys) => [...keys].map((pair) => pair.map((key) => writeValue(key, writer))));
  }

  restore(state: unknown, reader: EventReader): void {
    (state as [unknown, unknown][][]).forEach((keys, set) => {
      for (const [key, rowKey] of keys) {
        this.rowKeys[set]?.set(readValue(key, reader) as GroupKey, readValue(rowKey, reader) as GroupKey);
      }
    });
    this.selected = null;
  }

  private obtain(item: Item, key: GroupKey): TableRow {
    return this.table().obtain(key, () => this.groupKeys.values(item));
  }

  private obtainOfSet(item: Item, keys: readonly GroupKey[], set: number): TableRow {
    const columns = (this.sets as readonly (readonly number[])[])[set] as readonly number[];
    const values = () => this.groupKeys.values(item).map((value, i) => (columns.includes(i) ? value : null));
    const key = keys[set] as GroupKey;
    const rowKeys = this.rowKeys[set] as Map<GroupKey, GroupKey>;
    let rowKey = rowKeys.get(key);
    if (rowKey === undefined) {
      rowKey = groupKeyOf(values());
      rowKeys.set(key, rowKey);
    }
    return this.table().obtain(rowKey, values);
  }

  private move(item: Item, row: TableRow, by: 1 | -1): void {
    const table = this.table();
    // An aggregate inside the argument of another is read for the row the item moves in.
    this.selected = row;
    for (let i = 0; i < this.feeds.length; i++) {
      const input = this.feeds[i]?.(item) ?? null;
      if (input !== null) table.move(this.columns[i] as number, row, input, by);
    }
  }
}

/** What an item brings to a column: an event with the values of the arguments, or the event it holds; null for nothing. */
type Feed = (item: Item) => EventRecord | null;

function makeFeed(plan: AggregatePlan, binder: ItemBinder): Feed {
  if (plan.star || HOLDING.has(plan.name)) return makeHeldOf(plan, { statementName: '', binder }) as HeldOf;
  const test = plan.filter === null ? null : binder.predicate(plan.filter);
  const args: readonly ItemEvaluator[] = plan.args.map(({ expr }) => binder.evaluator(expr));
  // As recorded: a count that is a column of a table leaves nothing out.
  const nothing = plan.name === 'count' || plan.name === 'countever' ? COUNTED_NULL : null;
  const input = new (inputClass(args.length))(-1, 0, -1, -1);
  return (item) => {
    if (test !== null && !test(item)) return null;
    for (let i = 0; i < args.length; i++) setField(input, i, (args[i] as ItemEvaluator)(item) ?? nothing);
    return input;
  };
}

function inputClass(size: number) {
  const fields = Array.from({ length: size }, (_, i) => ({
    name: `f${i}`,
    type: { kind: 'object' as const },
  }));
  const type = { name: '', fields, supertypes: [], startField: -1, endField: -1, origin: 'derived' as const };
  return createRecordClass(type, false);
}

/** Stands for null where it counts, told apart from every other value. */
const COUNTED_NULL = '\u0000null';

/** Functions that hold the events themselves. */
const HOLDING: ReadonlySet<string> = new Set(['window', 'sorted', 'maxbyever', 'minbyever']);
