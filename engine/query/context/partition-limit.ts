import { LIMITS, type RuleLimits } from '../../core/limits.ts';
import type { Notice } from '../../core/notice.ts';
import { type BudgetSetup, LimitReporter, type RunPool } from '../../pattern/limit-reporter.ts';
import type { ContextLevel, ContextPlan } from '../../plan/context-plan.ts';
import type { StatementPlan } from '../../plan/plan.ts';
import { formatTimestamp } from '../../time/timestamp.ts';
import type { StatementHost } from '../statement.ts';
import { type Branch, depthOf, type LevelNode } from './level.ts';
import type { Partition } from './partition.ts';

/** What the bound needs from its context. */
export interface LimitedContext {
  readonly context: ContextPlan;
  readonly outer: StatementHost;
  /** The statement `create context`. */
  readonly statement: StatementPlan;
  /** Null while the context does not run. */
  readonly root: LevelNode | null;
  /** By their ids, in the order in which they began. */
  readonly partitions: ReadonlyMap<number, Partition>;
  /** Ends a branch without a word. */
  drop(branch: Branch): void;
}

/**
 * The bound on the partitions of one context, and what happens on reaching it. It holds for the branches of each level
 * that events or timers begin, and for all partitions together. With `fail` the run of the engine stops; with
 * `drop-oldest` the oldest branch of the level is dropped, whose statements give no last rows; with `drop-newest` the new
 * one does not begin, and the next event that would begin it asks again.
 */
export class PartitionLimit implements BudgetSetup {
  readonly limits: RuleLimits;
  readonly pool: RunPool;
  readonly statement: number;
  readonly rule: string;
  private readonly of: LimitedContext;
  private readonly max: number;
  /** Branches by depth. */
  private readonly branches: number[];
  /** By depth, the partitions that are there at once below a branch; null where events begin them. */
  private readonly below: readonly (number | null)[];
  /** The branches of a depth from the oldest on; kept, for finding the first of a map anew costs those deleted before. */
  private readonly oldest: (Iterator<Branch> | null)[];

  constructor(of: LimitedContext) {
    const { context, outer, statement } = of;
    this.of = of;
    this.limits = outer.ruleLimits;
    this.pool = outer.runPool;
    this.statement = statement.index;
    this.rule = context.name;
    this.max = this.limits.contextPartitionsMax ?? LIMITS.contextPartitionsMax;
    const { levels } = context;
    this.branches = levels.map(() => 0);
    this.oldest = levels.map(() => null);
    this.below = levels.map((_, depth) =>
      levels
        .slice(depth + 1)
        .map(fixedSize)
        .reduce((all: number | null, size) => (all === null || size === null ? null : all * size), 1),
    );
  }

  keyOf(): null {
    return null;
  }

  moment(): string {
    const { env } = this.of.outer;
    return formatTimestamp(env.now, env.timeBase.unit);
  }

  notice(notice: Notice): void {
    this.of.outer.notice(notice);
  }

  /** A branch of a depth began (by 1) or ended (by −1); depths count from 0. */
  count(depth: number, by: 1 | -1): void {
    (this.branches[depth] as number) += by;
  }

  /** Asks to begin one more branch of a node. */
  mayBegin(node: LevelNode): boolean {
    const depth = node.parent === null ? 0 : depthOf(node.parent);
    const { limits } = this;
    while (this.isFull(depth)) {
      const oldest = limits.onLimit === 'drop-oldest' ? this.takeOldest(depth) : null;
      new LimitReporter(this).reach('partitions', this.sizeAt(depth), []);
      if (oldest === null) return false;
      this.of.drop(oldest);
    }
    return true;
  }

  private isFull(depth: number): boolean {
    const below = this.below[depth] ?? null;
    return this.sizeAt(depth) >= this.max || (below !== null && this.of.partitions.size + below > this.max);
  }

  private sizeAt(depth: number): number {
    const { branches, below, of } = this;
    return below[depth] === null
      ? (branches[depth] as number)
      : Math.max(branches[depth] as number, of.partitions.size);
  }

  private takeOldest(depth: number): Branch | null {
    for (let round = 0; round < 2; round++) {
      this.oldest[depth] ??= this.branchesOf(depth);
      for (let next = this.oldest[depth].next(); next.done !== true; next = this.oldest[depth].next()) {
        if (next.value.below !== null) return next.value;
      }
      this.oldest[depth] = null;
    }
    return null;
  }

  /** The branches of a depth, in the order in which they, or below the first depth their partitions, began. */
  private *branchesOf(depth: number): Generator<Branch, undefined> {
    if (depth === 0) {
      yield* this.of.root?.branches() ?? [];
      return;
    }
    for (const { branch } of this.of.partitions.values()) {
      let at = branch;
      for (let up = depthOf(branch as Branch) - 1; up > depth && at !== null; up--) at = at.node.parent;
      if (at !== null) yield at;
    }
  }
}

/** How many branches a node of the level has from its beginning on; null: events or timers begin them. */
function fixedSize(level: ContextLevel): number | null {
  switch (level.kind) {
    case 'category':
      return level.categories.length;
    case 'hash':
      return level.preallocate ? level.granularity : null;
    case 'span':
      return level.overlapping ? null : 1;
    default:
      return null;
  }
}
