import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { AggregateHost } from './aggregator.ts';
import { grown } from './columns.ts';
import { unshared, ValueAggregator } from './value-aggregator.ts';

/** `nth(x, n)`: the value n before the last. */
export const makeNth = unshared((plan, host) => new Nth(plan, host));

/**
 * A ring of the last n + 1 values. As in Esper a leaving value is taken for the oldest that is in: its place in the ring
 * is emptied once fewer are left than the ring holds.
 */
class Nth extends ValueAggregator {
  private readonly length: number;
  private readonly rings: (Value[] | undefined)[] = [];
  private places = new Int32Array(0);
  private counts = new Float64Array(0);

  constructor(plan: AggregatePlan, host: AggregateHost) {
    super(plan, host);
    const index = plan.args[1]?.expr;
    this.length = (index?.op === 'literal' ? (index.value as number) : 0) + 1;
  }

  reserve(groups: number): void {
    this.places = grown(this.places, groups);
    this.counts = grown(this.counts, groups);
  }

  value(group: number): Value {
    return this.rings[group]?.[this.places[group] as number] ?? null;
  }

  protected add(group: number, value: Value): void {
    let ring = this.rings[group];
    if (ring === undefined) {
      ring = new Array<Value>(this.length).fill(null);
      this.rings[group] = ring;
    }
    const place = this.places[group] as number;
    ring[place] = value;
    this.places[group] = (place + 1) % this.length;
    (this.counts[group] as number)++;
  }

  protected remove(group: number): void {
    const count = (this.counts[group] as number) - 1;
    this.counts[group] = count;
    const ring = this.rings[group];
    if (ring === undefined || this.length <= count) return;
    const place = ((this.places[group] as number) + this.length - count - 1) % this.length;
    ring[place] = null;
  }

  protected reset(group: number): void {
    this.rings[group] = undefined;
    this.places[group] = 0;
    this.counts[group] = 0;
  }

  protected write(group: number, writer: EventWriter): unknown {
    const ring = this.rings[group]?.map((value) => writeValue(value, writer)) ?? null;
    return [ring, this.places[group], this.counts[group]];
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    const [ring, place, count] = state as [unknown[] | null, number, number];
    this.rings[group] = ring?.map((value) => readValue(value, reader));
    this.places[group] = place;
    this.counts[group] = count;
  }
}
