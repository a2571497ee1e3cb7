import type { EventRecord, Value } from '../../event/record.ts';
import { mapChildren } from '../../expr/analyze.ts';
import { CURRENT, type Expr } from '../../expr/ir.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { Item, ItemPredicate, MatchRecord } from '../item.ts';
import type { AggregateHost } from './aggregator.ts';

/** Whether a call is about the events of one stream of a join rather than the items. */
export function isOfJoin({ slot }: AggregatePlan): boolean {
  return slot !== CURRENT;
}

/** The event an item brings to a function that holds events; null when there is none (an outer join), or it is filtered. */
export type HeldOf = (item: Item) => EventRecord | null;

/** How the items of a query become the events that a call holds. */
export function makeHeldOf({ slot, filter }: AggregatePlan, { binder }: AggregateHost): HeldOf {
  const test: ItemPredicate = binder.predicate(filter);
  if (slot === CURRENT) return filter === null ? (item) => item : (item) => (test(item) ? item : null);
  return (item) => {
    if (!test(item)) return null;
    const event = (item as MatchRecord).slots[slot] ?? null;
    return event as EventRecord | null;
  };
}

/** Evaluates an expression of the call on an event it holds, leaving the item at hand as it is. */
export function makeHeldEvaluator(expr: Expr, { slot }: AggregatePlan, { binder }: AggregateHost) {
  const evaluate = slot === CURRENT ? binder.evaluator(expr) : binder.eventEvaluator(toCurrent(expr, slot));
  return (event: EventRecord): Value => {
    const { current } = binder;
    const value = evaluate(event);
    binder.current = current;
    return value;
  };
}

/** The expression with the event of a slot as `CURRENT`. */
function toCurrent(expr: Expr, slot: number): Expr {
  if ((expr.op === 'field' || expr.op === 'slot') && expr.slot === slot) return { ...expr, slot: CURRENT };
  return mapChildren(expr, (child) => toCurrent(child, slot));
}

/** The events of a join row come with every row they are in: how often each is, by event. */
export class EventCounts {
  private readonly counts = new Map<EventRecord, number>();

  /** True when it is the first time. */
  add(event: EventRecord): boolean {
    const count = this.counts.get(event) ?? 0;
    this.counts.set(event, count + 1);
    return count === 0;
  }

  /** True when it was the last time. */
  remove(event: EventRecord): boolean {
    const count = this.counts.get(event);
    if (count === undefined) return false;
    if (count > 1) {
      this.counts.set(event, count - 1);
      return false;
    }
    return this.counts.delete(event);
  }

  entries(): Iterable<[EventRecord, number]> {
    return this.counts;
  }

  /** As a snapshot gives it back. */
  put(event: EventRecord, count: number): void {
    this.counts.set(event, count);
  }
}
