import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { ViewPlan } from '../../plan/query-plan.ts';
import { variablesIn } from '../../plan/variables.ts';
import type { Item } from '../item.ts';
import { type BatchSnapshot, BatchWindow } from './batch.ts';
import { WindowCondition } from './expression.ts';
import { TimedWindow } from './time.ts';
import type { TimedItemsSnapshot } from './timed-items.ts';
import { NO_ITEMS } from './view.ts';
import { ViewTimer, type ViewTimerSnapshot, type WindowHost } from './window.ts';

interface ExpressionSnapshot {
  readonly held: TimedItemsSnapshot;
  readonly condition: unknown;
  readonly timer: ViewTimerSnapshot;
}

/**
 * `expr(condition)`: the oldest items leave while the condition is not true for the oldest. When a variable that it
 * reads is set, it is looked at as the clock moves on.
 */
export class ExpressionWindow extends TimedWindow {
  private readonly condition: WindowCondition;
  private readonly timer: ViewTimer;
  private readonly unwatch: () => void;

  constructor(host: WindowHost, plan: ViewPlan) {
    super(host);
    this.condition = new WindowCondition(plan, host);
    this.timer = new ViewTimer(host, () => this.onVariable());
    this.unwatch = watchVariables(plan, host, this.timer);
  }

  override get isMovedByItems(): boolean {
    return true;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { held, now, condition } = this;
    for (const item of added) {
      held.add(now, item);
      condition.enter(item);
    }
    this.checkRows(held.size);
    for (const item of removed) held.remove(item);
    condition.takeOut(removed);
    const out: Item[] = [...removed];
    this.expire(out);
    this.emit(added, out);
  }

  override stop(): void {
    this.unwatch();
    this.timer.cancel();
  }

  snapshot(writer: EventWriter): ExpressionSnapshot {
    const { held, condition, timer } = this;
    return { held: held.snapshot(writer), condition: condition.snapshot(writer), timer: timer.snapshot() };
  }

  restore(state: unknown, reader: EventReader): void {
    const { held, condition, timer } = state as ExpressionSnapshot;
    this.held.restore(held, reader);
    this.condition.restore(condition, reader);
    this.timer.restore(timer);
  }

  private onVariable(): void {
    const out: Item[] = [];
    this.expire(out);
    // As in Esper also when nothing leaves: aggregates alone make a row of it.
    this.emit(NO_ITEMS, out);
  }

  private expire(out: Item[]): void {
    const { held, condition } = this;
    const { locals } = condition;
    locals.newest_event = held.items.last();
    locals.newest_timestamp = held.newestTime;
    locals.expired_count = 0;
    for (let first = held.items.first(); first !== null; first = held.items.first()) {
      locals.current_count = held.size;
      locals.oldest_event = first;
      locals.oldest_timestamp = held.oldestTime;
      if (condition.holds(first)) return;
      held.shift();
      condition.leave(first);
      out.push(first);
      locals.expired_count++;
    }
    if (locals.expired_count > 0) condition.clear();
  }
}

/** Sets the timer to the present time when a variable of the window's condition is set; gives what ends it. */
function watchVariables(plan: ViewPlan, { binder }: WindowHost, timer: ViewTimer): () => void {
  const { env } = binder;
  return env.watch.watch(variablesIn(plan), () => {
    if (!timer.isSet) timer.set(env.now);
  });
}

interface ExpressionBatchSnapshot extends BatchSnapshot {
  readonly timer: ViewTimerSnapshot;
  readonly condition: unknown;
  readonly oldest: number | null;
  readonly newest: number | null;
}

/** `expr_batch(condition)`: released when the condition becomes true with an item; that item is in the batch, or not. */
export class ExpressionBatchWindow extends BatchWindow {
  private readonly condition: WindowCondition;
  /** Whether the item that releases a batch belongs to it. */
  private readonly including: boolean;
  private oldest: number | null = null;
  private newest: number | null = null;
  private readonly timer: ViewTimer;
  private readonly unwatch: () => void;

  constructor(host: WindowHost, plan: ViewPlan, including: boolean) {
    super(host);
    this.condition = new WindowCondition(plan, host);
    this.including = including;
    this.timer = new ViewTimer(host, () => this.onVariable());
    this.unwatch = watchVariables(plan, host, this.timer);
  }

  override get isMovedByItems(): boolean {
    return true;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { current, condition } = this;
    let size = -1;
    if (removed.length > 0) {
      for (const item of removed) current.remove(item);
      condition.takeOut(removed);
      // As in Esper the condition is asked again, with no event at hand.
      if (this.isDue(null)) size = Number.POSITIVE_INFINITY;
    }
    for (const item of added) {
      if (current.size === 0) this.oldest = this.now;
      current.push(item);
      this.newest = this.now;
      condition.enter(item);
      if (size < 0 && this.isDue(item)) size = this.including ? Number.POSITIVE_INFINITY : current.size - 1;
    }
    this.checkRows(current.size + this.last.length);
    if (size >= 0) this.releaseFirst(size);
  }

  override stop(): void {
    this.unwatch();
    this.timer.cancel();
  }

  override snapshot(writer: EventWriter): ExpressionBatchSnapshot {
    const { oldest, newest, timer } = this;
    const condition = this.condition.snapshot(writer);
    return { ...super.snapshot(writer), condition, oldest, newest, timer: timer.snapshot() };
  }

  override restore(state: unknown, reader: EventReader): void {
    super.restore(state, reader);
    const { condition, oldest, newest, timer } = state as ExpressionBatchSnapshot;
    this.timer.restore(timer);
    this.condition.restore(condition, reader);
    this.oldest = oldest;
    this.newest = newest;
  }

  /** A variable of the condition was set: no item is new. As in Esper a batch is released even when it is empty. */
  private onVariable(): void {
    if (!this.isDue(this.current.last())) return;
    this.condition.clear();
    this.releaseCurrent(true);
  }

  private isDue(item: Item | null): boolean {
    const { condition, current } = this;
    Object.assign(condition.locals, {
      current_count: current.size,
      expired_count: 0,
      newest_event: item,
      oldest_event: current.first(),
      newest_timestamp: this.newest,
      oldest_timestamp: this.oldest,
    });
    return condition.holds(item);
  }

  private releaseFirst(size: number): void {
    const { current, condition } = this;
    if (size >= current.size) {
      condition.clear();
      this.releaseCurrent();
      return;
    }
    const batch: Item[] = [];
    while (batch.length < size) batch.push(current.shift() as Item);
    condition.takeOut(batch);
    this.release(batch, true);
  }
}
