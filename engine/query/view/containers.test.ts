import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventRecord } from '../../event/record.ts';
import type { Item } from '../item.ts';
import { ItemDeque } from './item-deque.ts';
import { SortedItems } from './sorted-items.ts';
import { TimedItems } from './timed-items.ts';

const item = (id: number): Item => new EventRecord(0, id, 0, id);
const idsOf = (items: Iterable<Item>) => Array.from(items, (one) => one.offset);
const writer = { event: (one: Item) => one.offset };

describe('a deque of items does what an array does', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 1, max: 6000 }) }),
      fc.record({ kind: fc.constant('shift' as const), count: fc.integer({ min: 1, max: 6000 }) }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(1_000_000) }),
      fc.record({ kind: fc.constant('compact' as const) }),
    ),
    { maxLength: 30 },
  );

  test('for random steps', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const deque = new ItemDeque();
        let model: Item[] = [];
        let next = 0;
        for (const step of list) {
          if (step.kind === 'push') {
            for (let i = 0; i < step.count; i++) {
              const one = item(next++);
              deque.push(one);
              model.push(one);
            }
          } else if (step.kind === 'shift') {
            for (let i = 0; i < step.count; i++) expect(deque.shift()).toBe(model[i] ?? null);
            model = model.slice(step.count);
          } else if (step.kind === 'remove') {
            const one = model[step.at % Math.max(1, model.length)];
            if (one === undefined) continue;
            expect(deque.remove(one)).toBe(true);
            expect(deque.remove(one)).toBe(false);
            model = model.filter((other) => other !== one);
          } else deque.compact();
          expect(deque.size).toBe(model.length);
          expect(deque.first()).toBe(model[0] ?? null);
          expect(deque.last()).toBe(model.at(-1) ?? null);
          const middle = model.length >> 1;
          expect(deque.at(middle)).toBe(model[middle] ?? null);
          expect(deque.at(model.length)).toBeNull();
        }
        expect(idsOf(deque)).toEqual(idsOf(model));
      }),
      { numRuns: 60 },
    );
  });

  test('also far beyond the first two thousand million positions', () => {
    const deque = new ItemDeque();
    deque.head = 2 ** 33 - 3;
    deque.tail = deque.head;
    const items = Array.from({ length: 10_000 }, (_, i) => item(i));
    for (const one of items) deque.push(one);
    for (let i = 0; i < 5000; i++) expect(deque.shift()).toBe(items[i]);
    expect(deque.at(0)).toBe(items[5000]);
    expect(idsOf(deque)).toEqual(idsOf(items.slice(5000)));
  });
});

test('timed items expire from the front as a list of pairs does, with removals and restores between', () => {
  const step = fc.record({
    time: fc.integer({ min: 0, max: 20 }),
    expire: fc.integer({ min: 0, max: 20 }),
    remove: fc.option(fc.nat(100)),
    restore: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (list) => {
      let timed = new TimedItems();
      let model: { time: number; one: Item }[] = [];
      const all = new Map<number, Item>();
      for (const [i, { time, expire, remove, restore }] of list.entries()) {
        const one = item(i);
        all.set(i, one);
        timed.add(time, one);
        model.push({ time, one });
        const victim = remove === null ? undefined : model[remove % model.length];
        if (victim !== undefined) {
          timed.remove(victim.one);
          model = model.filter((other) => other !== victim);
        }
        const end = model.findIndex((pair) => pair.time >= expire);
        const gone = model.slice(0, end < 0 ? model.length : end);
        model = model.slice(gone.length);
        expect(idsOf(timed.expireBefore(expire))).toEqual(gone.map((pair) => pair.one.offset));
        if (restore) {
          const state = JSON.parse(JSON.stringify(timed.snapshot(writer)));
          timed = new TimedItems();
          timed.restore(state, { event: (id) => all.get(id) as Item });
        }
        expect(timed.size).toBe(model.length);
        expect(timed.oldestTime).toBe(model[0]?.time ?? Number.NaN);
        expect(timed.newestTime).toBe(model.at(-1)?.time ?? Number.NaN);
      }
      expect(idsOf(timed.items)).toEqual(model.map((pair) => pair.one.offset));
    }),
  );
});

describe('sorted items', () => {
  const values = fc.array(
    fc.tuple(fc.option(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 0, max: 3 })),
    {
      maxLength: 3000,
    },
  );

  test.each([true, false])('stand as a stable sort puts them, newest first %s', (newestFirst) => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 5 }), (list, every) => {
        const sorted = new SortedItems([false, true], newestFirst);
        const entries = list.map((keys, i) => sorted.insert(keys, item(i)));
        const kept = entries.filter((_, i) => i % every !== 0);
        for (const [i, entry] of entries.entries()) if (i % every === 0) sorted.remove(entry);
        const rank = (value: number | null) => value ?? -1;
        const ordered = kept.toSorted((a, b) => {
          const [left, right] = [a.keys as number[], b.keys as number[]];
          const byKeys =
            rank(left[0] ?? null) - rank(right[0] ?? null) || (right[1] as number) - (left[1] as number);
          return byKeys || (newestFirst ? b.item.offset - a.item.offset : a.item.offset - b.item.offset);
        });
        expect(idsOf(sorted)).toEqual(ordered.map((entry) => entry.item.offset));
        expect(sorted.size).toBe(kept.length);
        expect(sorted.first()).toBe(ordered[0] ?? null);
        expect(sorted.last()).toBe(ordered.at(-1) ?? null);
        const last = ordered.at(-1);
        const firstOfLast = ordered.find(
          (entry) => last !== undefined && sorted.compareTo(entry.keys, last) === 0,
        );
        expect(sorted.firstOfLast()).toBe(firstOfLast ?? null);
        for (const entry of kept) expect(sorted.entryOf(entry.item)).toBe(entry);
        expect(sorted.entryOf(item(-1))).toBeNull();
        expect(sorted.at(kept.length >> 1)).toBe(ordered[kept.length >> 1]?.item ?? null);
        expect(sorted.pop()).toBe(ordered.at(-1) ?? null);
        expect(sorted.size).toBe(Math.max(0, kept.length - 1));
      }),
      { numRuns: 40 },
    );
  });
});
