import { LIMITS, type LimitPolicy } from '../../core/limits.ts';
import { type BudgetSetup, LimitReporter } from '../../pattern/limit-reporter.ts';
import type { Item } from '../item.ts';
import { NO_ITEMS } from './view.ts';
import type { Window } from './window.ts';

/**
 * The bounds on the rows of each data window of a rule, with `groupwin` of each key, and on those keys. With the policy
 * `fail` the window that grows beyond one ends the run. With `drop-newest` what finds no room does not enter; with
 * `drop-oldest` the oldest rows leave as if their time had come, right after what came last, and the rows of the key that
 * was used least recently, before those of another enter.
 *
 * Windows that only what comes in moves on (`ext_timed`, `expr`, `length_batch`, …) drop the oldest with either policy:
 * without what comes in they would stand still for good.
 */
export class WindowBound {
  /** Rows of a window. */
  readonly max: number;
  /** Keys of a `groupwin`. */
  readonly keysMax: number;
  readonly policy: LimitPolicy;
  private readonly reporter: LimitReporter | null;

  /** `setup`: how the rule tells of what it drops; null for the engine's own bound with `fail`. */
  constructor(setup: BudgetSetup | null) {
    this.max = setup?.limits.windowRowsMax ?? LIMITS.windowRowsMax;
    this.keysMax = setup?.limits.groupsMax ?? LIMITS.windowGroupsMax;
    this.policy = setup?.limits.onLimit ?? 'fail';
    this.reporter = setup === null ? null : new LimitReporter(setup);
  }

  /** Whether windows are to be updated by `update`; else they check the bound themselves and fail. */
  get drops(): boolean {
    return this.policy !== 'fail';
  }

  /** Gives a change to a window and keeps it within the bound. */
  update(window: Window, added: readonly Item[], removed: readonly Item[]): void {
    const isSteady = this.policy === 'drop-newest' && !window.isMovedByItems;
    window.update(isSteady ? this.fitting(window, added, removed) : added, removed);
    const over = window.size - this.max;
    if (over <= 0 || isSteady) return;
    const leaving = window.firstItems(over);
    for (const _ of leaving) this.tell();
    window.update(NO_ITEMS, leaving);
  }

  /** A further key finds no room. */
  tellKey(): void {
    this.reporter?.reach('groups', this.keysMax, []);
  }

  private fitting(window: Window, added: readonly Item[], removed: readonly Item[]): readonly Item[] {
    const room = Math.max(0, this.max - window.size + removed.length);
    for (let i = room; i < added.length; i++) this.tell();
    return added.length > room ? added.slice(0, room) : added;
  }

  private tell(): void {
    this.reporter?.reach('rows', this.max, []);
  }
}
