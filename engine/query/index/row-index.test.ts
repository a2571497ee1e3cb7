import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventRecord } from '../../event/record.ts';
import { soughtKeyReader } from '../aggregate/group-key.ts';
import type { Item } from '../item.ts';
import { rowsIn, sizeOf } from './bucket.ts';
import { HashIndex } from './hash-index.ts';
import type { RowIndex, RowValue } from './row-index.ts';
import { SortedIndex } from './sorted-index.ts';
import { type Bounds, isWithin, type SortValue } from './sorted-rows.ts';

/** A row with values of its own: two to be equal in, one to be sorted by. */
class Row extends EventRecord {
  readonly values: readonly (SortValue | null)[];

  constructor(values: readonly (SortValue | null)[], offset: number) {
    super(0, 0, 0, offset);
    this.values = values;
  }
}

const valueAt =
  (at: number): RowValue =>
  (row) =>
    (row as Row).values[at] as SortValue | null;
const sortOf = valueAt(2) as (row: Item) => SortValue | null;

const key = fc.constantFrom<SortValue | null>(null, '', 'a', 'a1s', '1', 1, 2);
const sorted = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, Number.NaN) },
);
const steps = fc.array(fc.tuple(fc.tuple(key, key, sorted), fc.nat(20)), {
  minLength: 1,
  maxLength: 1500,
  size: 'max',
});
const end = fc.option(fc.integer({ min: -1, max: 41 }));
const bounds = fc
  .record({
    low: end,
    includesLow: fc.boolean(),
    high: end,
    includesHigh: fc.boolean(),
    negated: fc.boolean(),
  })
  .filter(({ low, high, negated }) => !negated || low === null || high === null || low <= high);

/** Lets rows come and go, some of them twice; those that are there in the end, in the order they came. */
function play(index: RowIndex, all: readonly (readonly [(SortValue | null)[], number])[]): Row[] {
  const present: Row[] = [];
  for (const [i, [values, chance]] of all.entries()) {
    const gone = present[chance * 7];
    if (chance % 3 === 0 && gone !== undefined) {
      index.remove(gone);
      index.remove(gone);
      present.splice(present.indexOf(gone), 1);
      continue;
    }
    const row = new Row(values, i);
    expect(index.has(row)).toBe(false);
    index.add(row);
    if (chance % 5 === 0) index.add(row);
    expect(index.has(row)).toBe(true);
    present.push(row);
  }
  return present;
}

const bySort = (a: Row, b: Row) => {
  const [x, y] = [a, b].map((row) => sortOf(row) ?? Number.NaN) as [number, number];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x - y;
};

describe.each([0, 1, 2])('an index by %i values', (size) => {
  const values = [valueAt(0), valueAt(1)].slice(0, size);
  const hasKey = (row: Row, wanted: readonly (SortValue | null)[]) =>
    values.every((_, i) => row.values[i] === wanted[i]);

  test('finds the rows of a key in the order they came', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.tuple(key, key)), fc.boolean(), (all, asked, matches) => {
        const index = new HashIndex(values);
        const present = play(index, all);
        const read = soughtKeyReader(
          values.map((_, i) => (wanted: readonly (SortValue | null)[]) => wanted[i] as SortValue | null),
          values.map(() => matches),
        );
        for (const wanted of asked) {
          const isNothing = !matches && wanted.slice(0, size).includes(null);
          const expected = isNothing ? [] : present.filter((row) => hasKey(row, wanted));
          const found = index.find(read(wanted));
          expect([...rowsIn(found)]).toEqual(expected);
          expect(sizeOf(found)).toBe(expected.length);
        }
        expect(new Set(index.all())).toEqual(new Set(present));
        const again = new HashIndex(values);
        for (const row of index.all()) again.add(row);
        expect([...again.all()]).toEqual([...index.all()]);
      }),
      { numRuns: 60 },
    );
  });

  test('finds the rows of a key and a range in their order', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.tuple(fc.tuple(key, key), bounds)), (all, asked) => {
        const index = new SortedIndex(values, valueAt(2));
        const present = play(index, all);
        const read = soughtKeyReader(
          values.map((_, i) => (wanted: readonly (SortValue | null)[]) => wanted[i] as SortValue | null),
          values.map(() => true),
        );
        for (const [wanted, range] of asked as [(SortValue | null)[], Bounds][]) {
          const ofKey = present.filter((row) => hasKey(row, wanted)).sort(bySort);
          const expected = ofKey.filter((row) => isWithin(sortOf(row), range));
          const found = [...rowsIn(index.find(read(wanted), () => range))];
          expect(found.filter((row) => isWithin(sortOf(row), range))).toEqual(expected);
          if (ofKey.length > 200) expect(found).toEqual(expected);
          expect(rowsIn(index.find(undefined, () => range))).toEqual([]);
        }
        const again = new SortedIndex(values, valueAt(2));
        for (const row of index.all()) again.add(row);
        expect([...again.all()]).toEqual([...index.all()]);
        for (const row of present) index.remove(row);
        expect([...index.all()]).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

test('a sorted index of many blocks', () => {
  const index = new SortedIndex([], valueAt(2));
  const rows = Array.from({ length: 5000 }, (_, i) => new Row([null, null, (i * 7919) % 5000], i));
  for (const row of rows) index.add(row);
  const range = { low: 100, includesLow: false, high: 3000, includesHigh: true, negated: false };
  expect(Array.from(rowsIn(index.find(null, () => range)), sortOf)).toEqual(
    Array.from({ length: 2900 }, (_, i) => i + 101),
  );
  for (const row of rows) index.remove(row);
  expect([...index.all()]).toEqual([]);
});
