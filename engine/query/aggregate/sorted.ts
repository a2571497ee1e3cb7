import type { EventRecord, Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { Item } from '../item.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { AggregateHost, AggregateReader, AggregateState, MakeAggregate } from './aggregator.ts';
import { EventCounts, type HeldOf, isOfJoin, makeHeldEvaluator, makeHeldOf } from './held-events.ts';
import { type Side, type SortedEntry, SortedEvents } from './sorted-events.ts';

/** `sorted(criteria)`: all events in order; null when there are none. */
export const makeSorted = sorted((of) => ({ value: (group) => of(group)?.events() ?? null }));

/** `maxby(criteria)`: the first event of the last key. */
export const makeMaxBy = sorted((of) => ({ value: (group) => firstOf(of(group)?.last()) }));

/** `minby(criteria)`: the first event of the first key. */
export const makeMinBy = sorted((of) => ({ value: (group) => firstOf(of(group)?.first()) }));

/** `maxbyever(criteria)`: the first of the events that had the greatest key so far. */
export const makeMaxByEver: MakeAggregate = (plan, host) => byEver(plan, host, 1);

/** `minbyever(criteria)`: the first of the events that had the least key so far. */
export const makeMinByEver: MakeAggregate = (plan, host) => byEver(plan, host, -1);

/** The methods on `sorted(…)`, by their names in plans. */
export function sortedMethods(): [name: string, make: MakeAggregate][] {
  const methods: [string, MakeAggregate][] = [];
  const add = (name: string, makeReader: MakeReader) => methods.push([`sorted.${name}`, sorted(makeReader)]);
  for (const [part, pick] of PARTS) {
    add(`first${part}`, (of, single) => ({ value: (group) => pick(of(group)?.first(), single) }));
    add(`last${part}`, (of, single) => ({ value: (group) => pick(of(group)?.last(), single) }));
    for (const side of SIDES) {
      if (side === 'get' && part === 'key') continue;
      add(`${side}${part}`, (of, single) => ({
        value: (group, [key]) => pick(near(of(group), key ?? null, side, single), single),
      }));
    }
  }
  add('containskey', (of, single) => ({
    value: (group, [key]) => near(of(group), key ?? null, 'get', single) !== null,
  }));
  add('countevents', (of) => ({ value: (group) => of(group)?.size ?? 0 }));
  add('countkeys', (of) => ({ value: (group) => of(group)?.keyCount ?? 0 }));
  add('listreference', (of) => ({ value: (group) => of(group)?.events() ?? [] }));
  add('eventsbetween', (of, single) => ({
    value: (group, args) => [...between(of(group), args, single)].flatMap((entry) => [...entry.events]),
  }));
  add('submap', (of, single) => ({
    value: (group, args) => toPairs(between(of(group), args, single), single),
  }));
  add('navigablemapreference', (of, single) => ({
    value: (group) => toPairs(of(group)?.entries() ?? [], single),
  }));
  return methods;
}

type SortedOf = (group: number) => SortedEvents | null;
/** `single`: whether there is one criterion, so that a key is its value and not a list. */
type MakeReader = (of: SortedOf, single: boolean) => AggregateReader;
type Pick = (entry: SortedEntry | null | undefined, single: boolean) => Value;

const SIDES: readonly Side[] = ['lower', 'floor', 'ceiling', 'higher', 'get'];
const PARTS: readonly (readonly [part: string, pick: Pick])[] = [
  ['event', firstOf],
  ['events', (entry) => (entry ? [...entry.events] : null)],
  ['key', (entry, single) => (entry ? keyOf(entry, single) : null)],
];

function firstOf(entry: SortedEntry | null | undefined): Value {
  return entry?.events[0] ?? null;
}

function keyOf({ key }: SortedEntry, single: boolean): Value {
  return single ? (key[0] ?? null) : [...key];
}

function toKey(value: Value, single: boolean): readonly Value[] {
  return single || !Array.isArray(value) ? [value] : value;
}

function near(events: SortedEvents | null, key: Value, side: Side, single: boolean): SortedEntry | null {
  return events?.near(toKey(key, single), side) ?? null;
}

function between(
  events: SortedEvents | null,
  [from = null, includeFrom, to = null, includeTo]: readonly Value[],
  single: boolean,
): Iterable<SortedEntry> {
  if (events === null) return [];
  return events.between(toKey(from, single), includeFrom === true, toKey(to, single), includeTo === true);
}

function toPairs(entries: Iterable<SortedEntry>, single: boolean): Value {
  return [...entries].map((entry) => [keyOf(entry, single), [...entry.events]]);
}

function sorted(makeReader: MakeReader): MakeAggregate {
  return (plan, host, share) => {
    const key = `sorted ${plan.slot} ${JSON.stringify([plan.args, plan.filter])}`;
    const state = share(key, () => new SortedState(plan, host));
    return { state, reader: makeReader((group) => state.of(group), plan.args.length === 1) };
  };
}

/** Computes the key of an event. */
function makeKeyOf(plan: AggregatePlan, host: AggregateHost): (event: EventRecord) => Value[] {
  const criteria = plan.args.map(({ expr }) => makeHeldEvaluator(expr, plan, host));
  return (event) => criteria.map((evaluate) => evaluate(event));
}

/** The events of each group by key. */
class SortedState implements AggregateState {
  private readonly heldOf: HeldOf;
  private readonly keyOf: (event: EventRecord) => Value[];
  private readonly descending: readonly boolean[];
  private readonly isCounted: boolean;
  private readonly groups: ({ readonly sorted: SortedEvents; readonly counts: EventCounts } | undefined)[] =
    [];

  constructor(plan: AggregatePlan, host: AggregateHost) {
    this.heldOf = makeHeldOf(plan, host);
    this.keyOf = makeKeyOf(plan, host);
    this.descending = plan.args.map((arg) => arg.descending);
    this.isCounted = isOfJoin(plan);
  }

  /** Null when nothing is in. */
  of(group: number): SortedEvents | null {
    const { sorted: events } = this.groups[group] ?? {};
    return events === undefined || events.size === 0 ? null : events;
  }

  reserve(): void {}

  enter(group: number, item: Item): void {
    const event = this.heldOf(item);
    if (event === null) return;
    const { sorted: events, counts } = this.groups[group] ?? this.create(group);
    if (!this.isCounted || counts.add(event)) events.add(this.keyOf(event), event);
  }

  leave(group: number, item: Item): void {
    const event = this.heldOf(item);
    const own = this.groups[group];
    if (event === null || own === undefined) return;
    if (!this.isCounted || own.counts.remove(event)) own.sorted.remove(this.keyOf(event), event);
  }

  clear(group: number): void {
    this.groups[group] = undefined;
  }

  snapshot(group: number, writer: EventWriter): unknown {
    const own = this.groups[group];
    if (own === undefined) return null;
    const entries = [...own.sorted.entries()].map(({ key, events }) => [
      key.map((value) => writeValue(value, writer)),
      events.map((event) => writer.event(event)),
    ]);
    return [entries, [...own.counts.entries()].map(([event, count]) => [writer.event(event), count])];
  }

  restore(group: number, state: unknown, reader: EventReader): void {
    if (state === null) return;
    const [entries, counted] = state as [[unknown[], number[]][], [number, number][]];
    const { sorted: events, counts } = this.create(group);
    for (const [key, ids] of entries) {
      const values = key.map((value) => readValue(value, reader));
      for (const id of ids) events.add(values, reader.event(id));
    }
    for (const [id, count] of counted) counts.put(reader.event(id), count);
  }

  private create(group: number) {
    const own = { sorted: new SortedEvents(this.descending), counts: new EventCounts() };
    this.groups[group] = own;
    return own;
  }
}

function byEver(plan: AggregatePlan, host: AggregateHost, sign: 1 | -1) {
  const state = new ByEver(plan, host, sign);
  return { state, reader: state };
}

/** Keeps one event for each group. */
class ByEver implements AggregateState, AggregateReader {
  private readonly heldOf: HeldOf;
  private readonly keyOf: (event: EventRecord) => Value[];
  private readonly order: SortedEvents;
  private readonly sign: 1 | -1;
  private readonly groups: (SortedEntry | undefined)[] = [];

  constructor(plan: AggregatePlan, host: AggregateHost, sign: 1 | -1) {
    this.heldOf = makeHeldOf(plan, host);
    this.keyOf = makeKeyOf(plan, host);
    this.order = new SortedEvents(plan.args.map((arg) => arg.descending));
    this.sign = sign;
  }

  reserve(): void {}

  enter(group: number, item: Item): void {
    const event = this.heldOf(item);
    if (event === null) return;
    const key = this.keyOf(event);
    const best = this.groups[group];
    // As in Esper an only criterion that is null gives way to whatever comes.
    const hasNone = best === undefined || (key.length === 1 && best.key[0] === null);
    if (hasNone || this.order.compare(key, best.key) * this.sign > 0) {
      this.groups[group] = { key, events: [event] };
    }
  }

  leave(): void {}

  value(group: number): Value {
    return firstOf(this.groups[group]);
  }

  clear(group: number): void {
    this.groups[group] = undefined;
  }

  snapshot(group: number, writer: EventWriter): unknown {
    const best = this.groups[group];
    if (best === undefined) return null;
    return [
      best.key.map((value) => writeValue(value, writer)),
      best.events.map((event) => writer.event(event)),
    ];
  }

  restore(group: number, state: unknown, reader: EventReader): void {
    if (state === null) return;
    const [key, ids] = state as [unknown[], number[]];
    const events = ids.map((id) => reader.event(id));
    this.groups[group] = { key: key.map((value) => readValue(value, reader)), events };
  }
}
