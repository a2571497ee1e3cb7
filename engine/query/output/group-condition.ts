import { LIMITS, LimitError } from '../../core/limits.ts';
import type { Period, Value } from '../../event/record.ts';
import type { Env } from '../../expr/evaluate.ts';
import { addPeriod, periodOf } from '../../time/duration.ts';
import type { GroupKey } from '../aggregate/group-key.ts';
import { OutputCounts, type WhenProgram } from './when-condition.ts';

/** Whether a group may put out a row now: the condition of `output first` for one group. */
export interface GroupCondition {
  passes(added: number, removed: number): boolean;
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** The conditions of all groups. */
export interface GroupConditions {
  passes(level: number, key: GroupKey, isInsert: boolean): boolean;
  /** Forgets a group that the reclaim hint removed. */
  forget(key: GroupKey): void;
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** A condition for each group, made when it is first seen. */
export class ConditionOfEach implements GroupConditions {
  private readonly make: () => GroupCondition;
  private readonly statementName: string;
  private readonly levels: Map<GroupKey, GroupCondition>[] = [];

  constructor(make: () => GroupCondition, statementName: string) {
    this.make = make;
    this.statementName = statementName;
  }

  passes(level: number, key: GroupKey, isInsert: boolean): boolean {
    const condition = this.obtain(level, key);
    return isInsert ? condition.passes(1, 0) : condition.passes(0, 1);
  }

  forget(key: GroupKey): void {
    for (const groups of this.levels) groups.delete(key);
  }

  snapshot(): unknown {
    return this.levels.map((groups) => Array.from(groups, ([key, one]) => [key, one.snapshot()]));
  }

  restore(state: unknown): void {
    this.levels.length = 0;
    for (const [level, groups] of (state as [GroupKey, unknown][][]).entries()) {
      for (const [key, one] of groups) this.obtain(level, key).restore(one);
    }
  }

  private obtain(level: number, key: GroupKey): GroupCondition {
    const groups = levelOf(this.levels, level);
    let condition = groups.get(key);
    if (condition === undefined) {
      condition = this.make();
      groups.set(key, condition);
      checkGroups(groups.size, this.statementName);
    }
    return condition;
  }
}

/**
 * `every` period of constant length: a group may put out a row when its last one is that long ago. A group whose last
 * row is older is as one never seen, so once a period those are dropped.
 */
export class QuietGroups implements GroupConditions {
  private readonly env: Env;
  private readonly period: Period;
  private readonly statementName: string;
  private readonly levels: Map<GroupKey, number>[] = [];
  private sweepAt = Number.NEGATIVE_INFINITY;

  constructor(env: Env, period: Period, statementName: string) {
    this.env = env;
    this.period = period;
    this.statementName = statementName;
  }

  passes(level: number, key: GroupKey): boolean {
    const groups = levelOf(this.levels, level);
    const { now, timeBase } = this.env;
    // The length of the period is that from now on, as in Esper; it matters for months only.
    const length = addPeriod(now, this.period, timeBase) - now;
    const last = groups.get(key);
    if (last !== undefined && now - last < length) return false;
    if (now >= this.sweepAt) this.sweep(now, length);
    groups.set(key, now);
    checkGroups(groups.size, this.statementName);
    return true;
  }

  forget(key: GroupKey): void {
    for (const groups of this.levels) groups.delete(key);
  }

  snapshot(): unknown {
    return this.levels.map((groups) => [...groups]);
  }

  restore(state: unknown): void {
    this.levels.length = 0;
    for (const groups of state as [GroupKey, number][][]) this.levels.push(new Map(groups));
  }

  private sweep(now: number, length: number): void {
    this.sweepAt = now + length;
    for (const groups of this.levels) {
      for (const [key, last] of groups) if (now - last >= length) groups.delete(key);
    }
  }
}

function levelOf<T>(levels: Map<GroupKey, T>[], level: number): Map<GroupKey, T> {
  for (let i = levels.length; i <= level; i++) levels.push(new Map());
  return levels[level] as Map<GroupKey, T>;
}

/** Stops the run when `group by` makes groups without end. */
export function checkGroups(size: number, statementName: string): void {
  if (size <= LIMITS.groupsMax) return;
  throw new LimitError(
    `\`${statementName}\`: \`output\` remembers more than ${LIMITS.groupsMax} groups; group by less, or let ` +
      "@Hint('reclaim_group_aged=…') forget those that are idle",
  );
}

/** `every n events`: the first, and then each time n more items of the group entered or left. */
export class GroupCount implements GroupCondition {
  private readonly rate: () => Value;
  private known = Number.POSITIVE_INFINITY;
  private added = 0;
  private removed = 0;
  private isFirst = true;

  constructor(rate: () => Value) {
    this.rate = rate;
  }

  passes(added: number, removed: number): boolean {
    const rate = this.rate();
    if (typeof rate === 'number') this.known = Math.trunc(rate);
    this.added += added;
    this.removed += removed;
    const isDue = this.added >= this.known || this.removed >= this.known;
    if (!isDue && !this.isFirst) return false;
    this.added = 0;
    this.removed = 0;
    this.isFirst = false;
    return true;
  }

  snapshot(): unknown {
    return [this.added, this.removed, this.isFirst];
  }

  restore(state: unknown): void {
    [this.added, this.removed, this.isFirst] = state as [number, number, boolean];
  }
}

/** `every` period that may change: when the last row of the group is that long ago; not while it is null. */
export class GroupTime implements GroupCondition {
  private readonly env: Env;
  private readonly period: () => Value;
  private last: number | null = null;

  constructor(env: Env, period: () => Value) {
    this.env = env;
    this.period = period;
  }

  passes(): boolean {
    const { now, timeBase } = this.env;
    const value = this.period();
    if (value === null) return false;
    const period = periodOf(value);
    // The length of the period is that from now on, as in Esper; it matters for months only.
    const length = addPeriod(now, period, timeBase) - now;
    if (this.last !== null && now - this.last < length) return false;
    this.last = now;
    return true;
  }

  snapshot(): unknown {
    return this.last;
  }

  restore(state: unknown): void {
    this.last = state as number | null;
  }
}

/** `at (crontab)`: the first, and then the first after each time it names. */
export class GroupCrontab implements GroupCondition {
  private readonly env: Env;
  private readonly next: (now: number) => number | null;
  private isFirst = true;
  private due: number | null = null;

  constructor(env: Env, next: (now: number) => number | null) {
    this.env = env;
    this.next = next;
  }

  passes(): boolean {
    const { now } = this.env;
    const isDue = this.isFirst || (this.due !== null && this.due <= now);
    if (isDue) this.due = this.next(now);
    this.isFirst = false;
    return isDue;
  }

  snapshot(): unknown {
    return [this.isFirst, this.due];
  }

  restore(state: unknown): void {
    [this.isFirst, this.due] = state as [boolean, number | null];
  }
}

/** `when condition`: on the counts of the group. */
export class GroupWhen implements GroupCondition {
  private readonly program: WhenProgram;
  private readonly counts: OutputCounts;

  constructor(env: Env, program: WhenProgram) {
    this.program = program;
    this.counts = new OutputCounts(env);
  }

  passes(added: number, removed: number): boolean {
    this.counts.count(added, removed);
    if (!this.program.test(this.counts)) return false;
    this.program.assign(this.counts);
    this.counts.reset();
    return true;
  }

  snapshot(): unknown {
    return this.counts.snapshot();
  }

  restore(state: unknown): void {
    this.counts.restore(state);
  }
}
