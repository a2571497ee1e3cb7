import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventRecord } from '../../event/record.ts';
import type { Item } from '../item.ts';
import { type Bounds, SortedBag, type SortValue } from './sorted-bag.ts';

/** The slow way: all pairs, sorted each time. */
class Pairs {
  readonly list: { value: SortValue | null; item: Item }[] = [];

  within({ low, includesLow, high, includesHigh }: Bounds): Item[] {
    const found = this.list.filter(({ value }) => {
      if (value === null) return false;
      if (low !== null && (includesLow ? value < low : value <= low)) return false;
      return high === null || (includesHigh ? value <= high : value < high);
    });
    return found
      .sort((a, b) => ((a.value as SortValue) < (b.value as SortValue) ? -1 : a.value === b.value ? 0 : 1))
      .map(({ item }) => item);
  }
}

const value = fc.option(fc.integer({ min: 0, max: 40 }), { nil: null, freq: 8 });
const bounds = fc.record({ low: value, includesLow: fc.boolean(), high: value, includesHigh: fc.boolean() });

test('what lies within bounds is found in order, whatever went in and out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, fc.nat(20)), { maxLength: 1500, minLength: 1 }),
      fc.array(bounds),
      (steps, asked) => {
        const [bag, pairs] = [new SortedBag(), new Pairs()];
        for (const [one, chance] of steps) {
          const gone = pairs.list[chance * 7];
          if (chance % 3 === 0 && gone !== undefined) {
            bag.remove(gone.value, gone.item);
            pairs.list.splice(pairs.list.indexOf(gone), 1);
            continue;
          }
          const item = new EventRecord(0, 0, 0, pairs.list.length);
          bag.add(one, item);
          pairs.list.push({ value: one, item });
        }
        expect(bag.size).toBe(pairs.list.length);
        expect(new Set(bag)).toEqual(new Set(pairs.list.map(({ item }) => item)));
        for (const one of asked) expect(bag.within(one)).toEqual(pairs.within(one));
      },
    ),
    { numRuns: 60 },
  );
});

test('a bag of many blocks', () => {
  const bag = new SortedBag();
  const items = Array.from({ length: 5000 }, (_, i) => new EventRecord(0, 0, 0, i));
  for (const [i, item] of items.entries()) bag.add((i * 7919) % 5000, item);
  const found = bag.within({ low: 100, includesLow: false, high: 3000, includesHigh: true });
  expect(found.map(({ offset }) => (offset * 7919) % 5000)).toEqual(
    Array.from({ length: 2900 }, (_, i) => i + 101),
  );
  for (const [i, item] of items.entries()) bag.remove((i * 7919) % 5000, item);
  expect([...bag]).toEqual([]);
});
