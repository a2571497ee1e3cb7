import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { ViewPlan } from '../../plan/query-plan.ts';
import type { Item } from '../item.ts';
import { type BatchSnapshot, BatchWindow } from './batch.ts';
import { WindowCondition } from './expression.ts';
import { TimedWindow } from './time.ts';
import type { TimedItemsSnapshot } from './timed-items.ts';
import type { ViewHost } from './view.ts';

interface ExpressionSnapshot {
  readonly held: TimedItemsSnapshot;
  readonly condition: unknown;
}

/** `expr(condition)`: the oldest items leave while the condition is not true for the oldest. */
export class ExpressionWindow extends TimedWindow {
  private readonly condition: WindowCondition;

  constructor(host: ViewHost, plan: ViewPlan) {
    super(host);
    this.condition = new WindowCondition(plan, host);
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { held, now, condition } = this;
    for (const item of added) {
      held.add(now, item);
      condition.enter(item);
    }
    this.checkRows(held.size);
    for (const item of removed) if (held.remove(item)) condition.leave(item);
    const out: Item[] = [...removed];
    this.expire(out);
    this.emit(added, out);
  }

  snapshot(writer: EventWriter): ExpressionSnapshot {
    return { held: this.held.snapshot(writer), condition: this.condition.snapshot(writer) };
  }

  restore(state: unknown, reader: EventReader): void {
    const { held, condition } = state as ExpressionSnapshot;
    this.held.restore(held, reader);
    this.condition.restore(condition, reader);
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
    condition.clear();
  }
}

interface ExpressionBatchSnapshot extends BatchSnapshot {
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

  constructor(host: ViewHost, plan: ViewPlan, including: boolean) {
    super(host);
    this.condition = new WindowCondition(plan, host);
    this.including = including;
  }

  update(added: readonly Item[], removed: readonly Item[]): void {
    const { current, condition } = this;
    for (const item of removed) if (current.remove(item)) condition.leave(item);
    let size = -1;
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

  override snapshot(writer: EventWriter): ExpressionBatchSnapshot {
    const { oldest, newest } = this;
    return { ...super.snapshot(writer), condition: this.condition.snapshot(writer), oldest, newest };
  }

  override restore(state: unknown, reader: EventReader): void {
    super.restore(state, reader);
    const { condition, oldest, newest } = state as ExpressionBatchSnapshot;
    this.condition.restore(condition, reader);
    this.oldest = oldest;
    this.newest = newest;
  }

  private isDue(item: Item): boolean {
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
      this.release(this.takeCurrent());
      return;
    }
    const batch: Item[] = [];
    while (batch.length < size) {
      const item = current.shift() as Item;
      condition.leave(item);
      batch.push(item);
    }
    this.oldest = this.newest;
    this.release(batch, true);
  }
}
