import type { Value } from '../../event/record.ts';
import type { EventReader, EventWriter } from '../../pattern/snapshot.ts';
import { readValue, writeValue } from '../value-snapshot.ts';
import { grown } from './columns.ts';
import { EMPTY, NumberTree } from './number-tree.ts';
import { unshared, ValueAggregator } from './value-aggregator.ts';

/** `median(x)`: the middle value, of two the mean. NaN does not count, as in Esper. */
export const makeMedian = unshared((plan, host) => new Median(plan, host));

class Median extends ValueAggregator {
  private readonly tree = new NumberTree();
  private roots = new Int32Array(0);

  reserve(groups: number): void {
    this.roots = grown(this.roots, groups);
  }

  value(group: number): Value {
    const root = this.roots[group] as number;
    const size = this.tree.size(root);
    if (size === 0) return null;
    const middle = size >> 1;
    const upper = this.tree.at(root, middle);
    return size % 2 === 1 ? upper : (upper + this.tree.at(root, middle - 1)) / 2;
  }

  protected add(group: number, value: Value): void {
    if (Number.isNaN(value)) return;
    this.roots[group] = this.tree.add(this.roots[group] as number, value as number);
  }

  protected remove(group: number, value: Value): void {
    if (Number.isNaN(value)) return;
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
