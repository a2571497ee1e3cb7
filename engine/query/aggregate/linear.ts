import type { EventRecord, Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan, ViewArg } from '../../plan/query-plan.ts';
import type { Item } from '../item.ts';
import type { AggregateHost, AggregateReader, AggregateState, MakeAggregate } from './aggregator.ts';
import { EventCounts, type HeldOf, isOfJoin, makeHeldEvaluator, makeHeldOf } from './held-events.ts';

/** `first(x [, index])`. */
export const makeFirst = linear((state, of) => ({
  value: (group, [index = 0]) => of(state.at(group, index as number | null)),
}));

/** `last(x [, index])`, counted from the last. */
export const makeLast = linear((state, of) => ({
  value: (group, [index = 0]) => of(index === null ? null : state.at(group, -1 - (index as number))),
}));

/** `window(x)`: all values, oldest first; null when there are none. */
export const makeWindow = linear((state, of) => ({
  value: (group) => {
    const events = state.events(group);
    return events.length === 0 ? null : events.map(of);
  },
}));

/** `window(*).listReference()` */
export const makeListReference = linear((state) => ({ value: (group) => state.events(group) }));

/** `window(*).countEvents()` */
export const makeWindowCount = linear((state) => ({ value: (group) => state.size(group) }));

type MakeReader = (state: LinearState, of: (event: EventRecord | null) => Value) => AggregateReader;

function linear(makeReader: MakeReader): MakeAggregate {
  return (plan, host, share) => {
    const key = `linear ${plan.slot} ${JSON.stringify(plan.filter)}`;
    const state = share(key, () => new LinearState(plan, host));
    const evaluate = makeHeldEvaluator((plan.args[0] as ViewArg).expr, plan, host);
    return { state, reader: makeReader(state, (event) => (event === null ? null : evaluate(event))) };
  };
}

/** Events oldest first; those before `start` are gone. */
interface Held {
  list: EventRecord[];
  start: number;
  readonly counts: EventCounts | null;
}

/** The events of each group in the order they came. */
class LinearState implements AggregateState {
  private readonly heldOf: HeldOf;
  private readonly isCounted: boolean;
  private readonly groups: (Held | undefined)[] = [];

  constructor(plan: AggregatePlan, host: AggregateHost) {
    this.heldOf = makeHeldOf(plan, host);
    this.isCounted = isOfJoin(plan);
  }

  reserve(): void {}

  enter(group: number, item: Item): void {
    const event = this.heldOf(item);
    if (event === null) return;
    const held = this.groups[group] ?? this.create();
    this.groups[group] = held;
    if (held.counts === null || held.counts.add(event)) held.list.push(event);
  }

  leave(group: number, item: Item): void {
    const event = this.heldOf(item);
    const held = this.groups[group];
    if (event === null || held === undefined) return;
    if (held.counts !== null && !held.counts.remove(event)) return;
    removeEvent(held, event);
  }

  size(group: number): number {
    const held = this.groups[group];
    return held === undefined ? 0 : held.list.length - held.start;
  }

  /** All events, in a list that does not change later. */
  events(group: number): readonly EventRecord[] {
    const held = this.groups[group];
    return held === undefined ? [] : held.list.slice(held.start);
  }

  /** The event at a place from the first, or below zero from the last (−1); null outside. */
  at(group: number, place: number | null): EventRecord | null {
    const held = this.groups[group];
    if (held === undefined || place === null) return null;
    const index = place < 0 ? held.list.length + place : held.start + place;
    return index < held.start ? null : (held.list[index] ?? null);
  }

  clear(group: number): void {
    this.groups[group] = undefined;
  }

  snapshot(group: number, writer: EventWriter): unknown {
    const { counts } = this.groups[group] ?? { counts: null };
    const events = this.events(group).map((event) => writer.event(event));
    const counted = [...(counts?.entries() ?? [])].map(([event, count]) => [writer.event(event), count]);
    return [events, counted];
  }

  restore(group: number, state: unknown, reader: EventReader): void {
    const [events, counted] = state as [number[], [number, number][]];
    if (events.length === 0) return;
    const held = this.create();
    for (const id of events) held.list.push(reader.event(id));
    for (const [id, count] of counted) held.counts?.put(reader.event(id), count);
    this.groups[group] = held;
  }

  private create(): Held {
    return { list: [], start: 0, counts: this.isCounted ? new EventCounts() : null };
  }
}

/** The oldest leaves at once; another is looked for from the oldest. */
function removeEvent(held: Held, event: EventRecord): void {
  const { list, start } = held;
  if (list[start] === event) held.start++;
  else {
    const at = list.indexOf(event, start);
    if (at >= 0) list.splice(at, 1);
  }
  if (held.start > 32 && held.start * 2 > list.length) {
    held.list = list.slice(held.start);
    held.start = 0;
  }
}
