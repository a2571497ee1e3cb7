import type { Value } from '../../event/record.ts';
import { dependsOnlyOnItem } from '../../expr/analyze.ts';
import { isNumeric } from '../../expr/type-rules.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import type { AggregatePlan, ViewArg } from '../../plan/query-plan.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import type { AggregateHost, Aggregator } from './aggregator.ts';
import { grown } from './columns.ts';
import { compareValues } from './compare.ts';
import { EMPTY, NumberTree } from './number-tree.ts';
import { SlidingExtremes } from './sliding-extremes.ts';
import { unshared, ValueAggregator } from './value-aggregator.ts';

/** `max(x)` of what is in now. */
export const makeMax = unshared((plan, host) => makeExtreme(plan, host, 1));

/** `min(x)` of what is in now. */
export const makeMin = unshared((plan, host) => makeExtreme(plan, host, -1));

/**
 * Where items leave in the order they entered, and the values are computed from the item alone (so that what leaves is
 * what entered), a queue of candidates is enough; else all values are kept in order.
 */
function makeExtreme(plan: AggregatePlan, host: AggregateHost, sign: 1 | -1): Aggregator {
  const { expr } = plan.args[0] as ViewArg;
  const isNumber = isNumeric(expr.type) || expr.type.kind === 'date';
  if (!isNumber) return new OrderedExtreme(plan, host, sign);
  const isSteady = dependsOnlyOnItem(expr) && (plan.filter === null || dependsOnlyOnItem(plan.filter));
  const isQueue = host.leavesInOrder === true && isSteady && !plan.distinct;
  return isQueue ? new SlidingExtreme(plan, host, sign) : new NumberExtreme(plan, host, sign);
}

/** Numbers that leave in any order. */
class NumberExtreme extends ValueAggregator {
  private readonly sign: 1 | -1;
  private readonly tree = new NumberTree();
  private roots = new Int32Array(0);

  constructor(plan: AggregatePlan, host: AggregateHost, sign: 1 | -1) {
    super(plan, host);
    this.sign = sign;
  }

  reserve(groups: number): void {
    this.roots = grown(this.roots, groups);
  }

  value(group: number): Value {
    const root = this.roots[group] as number;
    if (root === EMPTY) return null;
    return this.sign > 0 ? this.tree.greatest(root) : this.tree.least(root);
  }

  protected add(group: number, value: Value): void {
    this.roots[group] = this.tree.add(this.roots[group] as number, value as number);
  }

  protected remove(group: number, value: Value): void {
    this.roots[group] = this.tree.remove(this.roots[group] as number, value as number);
  }

  protected reset(group: number): void {
    this.tree.clear(this.roots[group] as number);
    this.roots[group] = EMPTY;
  }

  protected write(group: number, writer: EventWriter): unknown {
    const entries = this.tree.entries(this.roots[group] as number);
    return entries.map(([value, times]) => [writeValue(value, writer), times]);
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    for (const [written, times] of state as [unknown, number][]) {
      for (let i = 0; i < times; i++) this.add(group, readValue(written, reader));
    }
  }
}

/** Numbers that leave in the order they came. */
class SlidingExtreme extends ValueAggregator {
  private readonly queues: SlidingExtremes;

  constructor(plan: AggregatePlan, host: AggregateHost, sign: 1 | -1) {
    super(plan, host);
    this.queues = new SlidingExtremes(sign);
  }

  reserve(groups: number): void {
    this.queues.reserve(groups);
  }

  value(group: number): Value {
    return this.queues.isEmpty(group) ? null : this.queues.extreme(group);
  }

  protected add(group: number, value: Value): void {
    this.queues.add(group, value as number);
  }

  protected remove(group: number): void {
    this.queues.removeOldest(group);
  }

  protected reset(group: number): void {
    this.queues.clear(group);
  }

  protected write(group: number, writer: EventWriter): unknown {
    const { entered, left, candidates } = this.queues.snapshot(group);
    return [entered, left, candidates.map(([number, value]) => [number, writeValue(value, writer)])];
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    const [entered, left, candidates] = state as [number, number, [number, unknown][]];
    this.queues.restore(group, {
      entered,
      left,
      candidates: candidates.map(([number, value]) => [number, readValue(value, reader) as number]),
    });
  }
}

/** Text and other values: the different ones of a group in ascending order. */
class OrderedExtreme extends ValueAggregator {
  private readonly sign: 1 | -1;
  private readonly groups: (OrderedCount[] | undefined)[] = [];

  constructor(plan: AggregatePlan, host: AggregateHost, sign: 1 | -1) {
    super(plan, host);
    this.sign = sign;
  }

  reserve(): void {}

  value(group: number): Value {
    return this.groups[group]?.at(this.sign > 0 ? -1 : 0)?.value ?? null;
  }

  protected add(group: number, value: Value): void {
    const counts = this.groups[group] ?? [];
    this.groups[group] = counts;
    const at = placeOf(counts, value);
    const found = counts[at];
    if (found !== undefined && compareValues(found.value, value) === 0) found.times++;
    else counts.splice(at, 0, { value, times: 1 });
  }

  protected remove(group: number, value: Value): void {
    const counts = this.groups[group] ?? [];
    const at = placeOf(counts, value);
    const found = counts[at];
    if (found === undefined || compareValues(found.value, value) !== 0) return;
    if (--found.times === 0) counts.splice(at, 1);
  }

  protected reset(group: number): void {
    this.groups[group] = undefined;
  }

  protected write(group: number, writer: EventWriter): unknown {
    return (this.groups[group] ?? []).map(({ value, times }) => [writeValue(value, writer), times]);
  }

  protected read(group: number, state: unknown, reader: EventReader): void {
    const entries = state as [unknown, number][];
    this.groups[group] = entries.map(([value, times]) => ({ value: readValue(value, reader), times }));
  }
}

interface OrderedCount {
  readonly value: Value;
  times: number;
}

/** Where a value is or would be. */
function placeOf(counts: readonly OrderedCount[], value: Value): number {
  let low = 0;
  let high = counts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareValues((counts[middle] as OrderedCount).value, value) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
