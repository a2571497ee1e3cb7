import type { Value } from '../../event/record.ts';
import type { QueryFrame } from '../../expr/evaluate.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { ViewPlan } from '../../plan/query-plan.ts';
import { UNGROUPED } from '../aggregate/group-key.ts';
import { AggregationService } from '../aggregate/service.ts';
import { type Item, type ItemPredicate, MatchRecord } from '../item.ts';
import type { ViewHost } from './view.ts';

/** What the condition of `expr` and `expr_batch` reads by name. */
export interface ExpressionLocals {
  current_count: number;
  expired_count: number;
  newest_timestamp: number | null;
  oldest_timestamp: number | null;
  newest_event: Item | null;
  oldest_event: Item | null;
}

/** What stands for the window itself: there, and nothing to read in it. */
const VIEW_REFERENCE: Value = Object.freeze({});

/** The condition of an expression window: over an item, the named values of the window, and aggregates of its items. */
export class WindowCondition implements QueryFrame {
  readonly locals: ExpressionLocals = {
    current_count: 0,
    expired_count: 0,
    newest_timestamp: null,
    oldest_timestamp: null,
    newest_event: null,
    oldest_event: null,
  };
  private readonly aggregates: AggregationService | null;
  private readonly test: ItemPredicate;
  private readonly noItem = new MatchRecord([], 0);

  constructor(plan: ViewPlan, host: ViewHost) {
    const binder = host.binder.withFrame(this);
    const isAggregated = plan.aggregates.length > 0;
    this.aggregates = isAggregated
      ? new AggregationService(
          { aggregates: plan.aggregates, groupBy: null },
          { statementName: host.rule, binder },
        )
      : null;
    this.test = binder.predicate(plan.args[0]?.expr ?? null);
  }

  /** Whether the condition is true for an item, or for none, with `locals` as they are. */
  holds(item: Item | null): boolean {
    this.aggregates?.select(UNGROUPED);
    return this.test(item ?? this.noItem);
  }

  enter(item: Item): void {
    this.aggregates?.enter(item, UNGROUPED);
  }

  leave(item: Item): void {
    this.aggregates?.leave(item, UNGROUPED);
  }

  /**
   * Items were taken out of the window from outside, or released without the newest. As in Esper the aggregates let go of
   * the first of them alone, and of that one whether or not the window had it.
   */
  takeOut([first]: readonly Item[]): void {
    if (first !== undefined) this.leave(first);
  }

  clear(): void {
    this.aggregates?.clear();
  }

  snapshot(writer: EventWriter): unknown {
    return this.aggregates?.snapshot(writer) ?? null;
  }

  restore(state: unknown, reader: EventReader): void {
    this.aggregates?.restore(state, reader);
  }

  aggregate(index: number, args?: readonly Value[]): Value {
    return this.aggregates?.value(index, args) ?? null;
  }

  previous(): Value {
    return null;
  }

  isSummedOver(): boolean {
    return false;
  }

  local(name: string): Value {
    if (name === 'view_reference') return VIEW_REFERENCE;
    return (this.locals as unknown as Record<string, Value>)[name] ?? null;
  }
}
