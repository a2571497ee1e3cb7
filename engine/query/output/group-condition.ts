import type { Value } from '../../event/record.ts';
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

/** The conditions of all groups, made when a group is first seen. */
export class GroupConditions {
  private readonly make: () => GroupCondition;
  private readonly levels: Map<GroupKey, GroupCondition>[] = [];

  constructor(make: () => GroupCondition) {
    this.make = make;
  }

  passes(level: number, key: GroupKey, isInsert: boolean): boolean {
    const condition = this.obtain(level, key);
    return isInsert ? condition.passes(1, 0) : condition.passes(0, 1);
  }

  /** Forgets a group that the reclaim hint removed. */
  forget(key: GroupKey): void {
    for (const groups of this.levels) groups.delete(key);
  }

  snapshot(): unknown {
    return this.levels.map((groups) => Array.from(groups ?? [], ([key, one]) => [key, one.snapshot()]));
  }

  restore(state: unknown): void {
    this.levels.length = 0;
    for (const [level, groups] of (state as [GroupKey, unknown][][]).entries()) {
      for (const [key, one] of groups) this.obtain(level, key).restore(one);
    }
  }

  private obtain(level: number, key: GroupKey): GroupCondition {
    for (let i = this.levels.length; i <= level; i++) this.levels.push(new Map());
    const groups = this.levels[level] as Map<GroupKey, GroupCondition>;
    let condition = groups.get(key);
    if (condition === undefined) {
      condition = this.make();
      groups.set(key, condition);
    }
    return condition;
  }
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

/** `every` period: when the last row of the group is that long ago. */
export class GroupTime implements GroupCondition {
  private readonly env: Env;
  private readonly period: () => Value;
  private last: number | null = null;

  constructor(env: Env, period: () => Value) {
    this.env = env;
    this.period = period;
  }

  passes(): boolean {
    const { now, zone } = this.env;
    const period = periodOf(this.period());
    // The length of the period is that from now on, as in Esper; it matters for months only.
    const length = addPeriod(now, period, zone) - now;
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
