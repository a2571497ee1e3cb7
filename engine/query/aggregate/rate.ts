import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan, ViewArg } from '../../plan/query-plan.ts';
import { periodOf } from '../../time/duration.ts';
import { ticksOf } from '../../time/time-base.ts';
import type { Item, ItemEvaluator, ItemPredicate } from '../item.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { AggregateHost, Aggregator } from './aggregator.ts';
import { grown } from './columns.ts';
import { unshared } from './value-aggregator.ts';

/** `rate(ts [, x])`: items (or the sum of x) per second between the last that left and the last that entered. */
export const makeRate = unshared((plan, host) => new WindowRate(plan, host));

/** `rate(seconds)`: arrivals per second in the last so many seconds; null until one has grown older than that. */
export const makeRateEver = unshared((plan, host) => new ArrivalRate(plan, host));

class WindowRate implements Aggregator {
  private readonly filter: ItemPredicate | null;
  private readonly time: ItemEvaluator;
  private readonly quantity: ItemEvaluator | null;
  /** Ticks of a second. */
  private readonly second: number;
  private totals = new Float64Array(0);
  private newest = new Float64Array(0);
  private oldest = new Float64Array(0);
  private isSet = new Uint8Array(0);

  constructor({ filter, args }: AggregatePlan, { binder }: AggregateHost) {
    this.filter = filter === null ? null : binder.predicate(filter);
    const [time, quantity] = args;
    this.second = ticksOf(1000, binder.env.timeBase);
    this.time = binder.evaluator((time as ViewArg).expr);
    this.quantity = quantity === undefined ? null : binder.evaluator(quantity.expr);
  }

  reserve(groups: number): void {
    this.totals = grown(this.totals, groups);
    this.newest = grown(this.newest, groups);
    this.oldest = grown(this.oldest, groups);
    this.isSet = grown(this.isSet, groups);
  }

  enter(group: number, item: Item): void {
    const time = this.timeOf(item);
    if (time === null) return;
    this.newest[group] = time;
    (this.totals[group] as number) += this.quantityOf(item);
  }

  leave(group: number, item: Item): void {
    const time = this.timeOf(item);
    if (time === null) return;
    this.oldest[group] = time;
    this.isSet[group] = 1;
    (this.totals[group] as number) -= this.quantityOf(item);
  }

  value(group: number): Value {
    if (this.isSet[group] === 0) return null;
    const elapsed = (this.newest[group] as number) - (this.oldest[group] as number);
    return ((this.totals[group] as number) * this.second) / elapsed;
  }

  clear(group: number): void {
    this.totals[group] = 0;
    this.newest[group] = 0;
    this.oldest[group] = 0;
    this.isSet[group] = 0;
  }

  snapshot(group: number, writer: EventWriter): unknown {
    const total = writeValue(this.totals[group] as number, writer);
    return [total, this.newest[group], this.oldest[group], this.isSet[group]];
  }

  restore(group: number, state: unknown, reader: EventReader): void {
    const [total, newest, oldest, isSet] = state as [unknown, number, number, number];
    this.totals[group] = readValue(total, reader) as number;
    this.newest[group] = newest;
    this.oldest[group] = oldest;
    this.isSet[group] = isSet;
  }

  private timeOf(item: Item): number | null {
    return this.filter === null || this.filter(item) ? (this.time(item) as number | null) : null;
  }

  private quantityOf(item: Item): number {
    return this.quantity === null ? 1 : ((this.quantity(item) as number | null) ?? 0);
  }
}

/** Times of arrival, oldest first; those before `start` are gone. */
interface Arrivals {
  times: number[];
  start: number;
  hasLeft: boolean;
}

class ArrivalRate implements Aggregator {
  private readonly filter: ItemPredicate | null;
  private readonly host: AggregateHost;
  private readonly interval: number;
  private readonly second: number;
  private readonly groups: (Arrivals | undefined)[] = [];

  constructor({ filter, args }: AggregatePlan, host: AggregateHost) {
    this.host = host;
    this.filter = filter === null ? null : host.binder.predicate(filter);
    const { timeBase } = host.binder.env;
    this.interval = ticksOf(periodOf(host.binder.constant((args[0] as ViewArg).expr)).ms, timeBase);
    this.second = ticksOf(1000, timeBase);
  }

  reserve(): void {}

  enter(group: number, item: Item): void {
    if (this.filter !== null && !this.filter(item)) return;
    const { now } = this.host.binder.env;
    const arrivals = this.groups[group] ?? { times: [], start: 0, hasLeft: false };
    this.groups[group] = arrivals;
    const { times } = arrivals;
    times.push(now);
    while (times.length - arrivals.start > 1 && now - (times[arrivals.start] as number) >= this.interval) {
      arrivals.start++;
      arrivals.hasLeft = true;
    }
    if (arrivals.start > 32 && arrivals.start * 2 > times.length) {
      arrivals.times = times.slice(arrivals.start);
      arrivals.start = 0;
    }
  }

  leave(): void {}

  value(group: number): Value {
    const arrivals = this.groups[group];
    if (arrivals?.hasLeft !== true) return null;
    return ((arrivals.times.length - arrivals.start) * this.second) / this.interval;
  }

  clear(group: number): void {
    this.groups[group] = undefined;
  }

  snapshot(group: number): unknown {
    const arrivals = this.groups[group];
    return arrivals === undefined ? null : [arrivals.times.slice(arrivals.start), arrivals.hasLeft];
  }

  restore(group: number, state: unknown): void {
    if (state === null) return;
    const [times, hasLeft] = state as [number[], boolean];
    this.groups[group] = { times: [...times], start: 0, hasLeft };
  }
}
