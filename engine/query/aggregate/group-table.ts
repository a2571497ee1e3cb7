import { LIMITS, LimitError } from '../../core/limits.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { AggregateHost, AggregateState } from './aggregator.ts';
import { type GroupKey, UNGROUPED } from './group-key.ts';

/** Number of the group whose state is always the initial one: what reading an unknown key gives. */
export const NO_GROUP = 0;

/** Group of a table: level, key, items in it, time of the last change, states. */
type GroupSnapshot = readonly [level: number, key: unknown, items: number, time: number, states: unknown[]];

/**
 * The groups of one owner: of the statement, or in a context of one partition. Their numbers are those of the table, whose
 * columns all owners share.
 */
export class GroupScope {
  /** The group of a table that has only one an owner; else, and before an item came, `NO_GROUP`. */
  only = NO_GROUP;
  /** By level, the numbers of the keys; null before the first. */
  levels: Map<GroupKey, number>[] | null = null;
  /** Groups that have become empty. */
  empty: number[] | null = null;
}

/**
 * Numbers the groups of one grouping (of each level, for `rollup`) and counts the items in them. Numbers are dense from
 * 1 and used again, so that the states lie in columns.
 *
 * A group whose last item leaves stays readable until `removeEmpty`, which runs before the next item enters: rows made
 * on its leaving still show what the `…ever` functions have seen.
 *
 * What it finds and makes are the groups of one owner at a time: see `use`.
 */
export class GroupTable {
  private readonly states: readonly AggregateState[];
  private readonly statementName: string;
  private readonly groupsMax: number;
  private readonly isKept: readonly boolean[];
  private readonly isSingle: boolean;
  private scope = new GroupScope();
  // As long as the other columns, for an array that grows by itself takes room for 17 more.
  private readonly groupKeys: GroupKey[] = [UNGROUPED, UNGROUPED];
  /** Null with one level. */
  private groupLevels: Uint16Array | null;
  private readonly free: number[] = [];
  private size = 1;
  /** The group found last: one moves an item in or out, then reads it. */
  private lastLevel = -1;
  private lastKey: GroupKey = UNGROUPED;
  private lastGroup = NO_GROUP;
  private items = new Int32Array(INITIAL_SIZE);
  private times: Float64Array | null;

  /**
   * One level for each of `isKept`, which tells whether its groups stay when empty. `keepsTimes`: of their changes;
   * `isSingle`: the only key is `UNGROUPED`.
   */
  constructor(
    states: readonly AggregateState[],
    isKept: readonly boolean[],
    { statementName, limits = LIMITS }: AggregateHost,
    { keepsTimes = false, isSingle = false } = {},
  ) {
    this.states = states;
    this.statementName = statementName;
    this.groupsMax = limits.groupsMax;
    this.isKept = isKept;
    this.isSingle = isSingle;
    this.groupLevels = isKept.length > 1 ? new Uint16Array(INITIAL_SIZE) : null;
    this.times = keepsTimes ? new Float64Array(INITIAL_SIZE) : null;
    for (const one of states) one.reserve(INITIAL_SIZE);
  }

  /** From now on the groups are those of another owner. */
  use(scope: GroupScope): void {
    this.scope = scope;
    this.lastLevel = -1;
  }

  /** The group of a key; `NO_GROUP` when there is none. */
  find(level: number, key: GroupKey): number {
    if (key === this.lastKey && level === this.lastLevel) return this.lastGroup;
    const { only, levels } = this.scope;
    if (this.isSingle) return only;
    return levels?.[level]?.get(key) ?? NO_GROUP;
  }

  /** Keys of all groups of a level, in the order they came. */
  keys(level: number): Iterable<GroupKey> {
    const { only, levels } = this.scope;
    if (this.isSingle) return only === NO_GROUP ? [] : [UNGROUPED];
    return levels?.[level]?.keys() ?? [];
  }

  /** The group of a key for an item that enters or leaves; made when there is none. */
  obtain(level: number, key: GroupKey): number {
    if (key === this.lastKey && level === this.lastLevel) return this.lastGroup;
    const known = this.find(level, key);
    if (known !== NO_GROUP) {
      this.remember(level, key, known);
      return known;
    }
    const group = this.free.pop() ?? this.size++;
    if (group > this.groupsMax) {
      throw new LimitError(
        `${this.statementName}: more than ${this.groupsMax} groups; bound them with a window or with ` +
          "@Hint('reclaim_group_aged=…')",
      );
    }
    if (group >= this.items.length) this.grow();
    this.items[group] = 0;
    this.groupKeys[group] = key;
    if (this.groupLevels !== null) this.groupLevels[group] = level;
    if (this.isSingle) this.scope.only = group;
    else (this.namesOf(level) as Map<GroupKey, number>).set(key, group);
    this.remember(level, key, group);
    return group;
  }

  /** Counts an item in (`by` 1) or out (`by` −1) of a group at a time. */
  count(group: number, by: 1 | -1, time: number): void {
    const left = (this.items[group] as number) + by;
    this.items[group] = left;
    if (this.times !== null) this.times[group] = time;
    if (left > 0 || this.isKept[this.levelOf(group)] === true) return;
    this.scope.empty ??= [];
    this.scope.empty.push(group);
  }

  /** Forgets the groups that have become empty. */
  removeEmpty(): void {
    const { empty } = this.scope;
    if (empty === null || empty.length === 0) return;
    for (const group of empty) this.remove(group);
    empty.length = 0;
  }

  /** Forgets the groups of the first level that have not changed since a time, and returns their keys. */
  removeOlder(time: number): GroupKey[] {
    const { times } = this;
    if (times === null) return [];
    const old = [...this.named(0)].filter(([, group]) => (times[group] as number) < time);
    for (const [, group] of old) this.remove(group);
    return old.map(([key]) => key);
  }

  /** Forgets a group of the first level. */
  forget(key: GroupKey): void {
    const group = this.find(0, key);
    if (group !== NO_GROUP) this.remove(group);
  }

  /** Forgets all groups. */
  clear(): void {
    for (let level = 0; level < this.isKept.length; level++) {
      for (const [, group] of [...this.named(level)]) this.remove(group);
    }
    this.scope.empty = null;
  }

  snapshot(writer: EventWriter): unknown {
    const groups: GroupSnapshot[] = [];
    for (let level = 0; level < this.isKept.length; level++) {
      for (const [key, group] of this.named(level)) {
        const states = this.states.map((one) => one.snapshot(group, writer));
        const items = this.items[group] as number;
        groups.push([level, writeValue(key, writer), items, this.times?.[group] ?? 0, states]);
      }
    }
    const empty = (this.scope.empty ?? []).map((group) => [
      this.levelOf(group),
      writeValue(this.groupKeys[group] ?? null, writer),
    ]);
    return { groups, empty };
  }

  restore(state: unknown, reader: EventReader): void {
    this.clear();
    const { groups, empty } = state as {
      groups: readonly GroupSnapshot[];
      empty: readonly (readonly [level: number, key: unknown])[];
    };
    for (const [level, key, items, time, states] of groups) {
      const group = this.obtain(level, readValue(key, reader) as GroupKey);
      this.items[group] = items;
      if (this.times !== null) this.times[group] = time;
      for (const [i, one] of this.states.entries()) one.restore(group, states[i], reader);
    }
    for (const [level, key] of empty) {
      const group = this.find(level, readValue(key, reader) as GroupKey);
      if (group === NO_GROUP) continue;
      this.scope.empty ??= [];
      this.scope.empty.push(group);
    }
  }

  /** Keys and groups of a level, in the order they came. */
  private *named(level: number): Iterable<readonly [GroupKey, number]> {
    const { only, levels } = this.scope;
    if (!this.isSingle) yield* levels?.[level] ?? [];
    else if (only !== NO_GROUP) yield [UNGROUPED, only];
  }

  private namesOf(level: number): Map<GroupKey, number> | undefined {
    this.scope.levels ??= this.isKept.map(() => new Map());
    return this.scope.levels[level];
  }

  private levelOf(group: number): number {
    return this.groupLevels === null ? 0 : (this.groupLevels[group] as number);
  }

  private remember(level: number, key: GroupKey, group: number): void {
    this.lastLevel = level;
    this.lastKey = key;
    this.lastGroup = group;
  }

  private remove(group: number): void {
    const { scope } = this;
    const key = this.groupKeys[group] ?? null;
    const names = scope.levels?.[this.levelOf(group)];
    // It may be gone already, and its number in use again.
    if (group !== (this.isSingle ? scope.only : names?.get(key))) return;
    if (this.isSingle) scope.only = NO_GROUP;
    else names?.delete(key);
    if (group === this.lastGroup) this.lastLevel = -1;
    this.groupKeys[group] = null;
    for (const one of this.states) one.clear(group);
    this.free.push(group);
  }

  private grow(): void {
    const length = this.items.length * 2;
    const items = new Int32Array(length);
    items.set(this.items);
    this.items = items;
    if (this.groupLevels !== null) {
      const levels = new Uint16Array(length);
      levels.set(this.groupLevels);
      this.groupLevels = levels;
    }
    if (this.times !== null) {
      const times = new Float64Array(length);
      times.set(this.times);
      this.times = times;
    }
    for (const one of this.states) one.reserve(length);
  }
}

/** Small, for a context has a table in each partition: typed arrays of up to 64 bytes need no buffer of their own. */
const INITIAL_SIZE = 2;
