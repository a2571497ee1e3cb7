import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecordClass, setField } from '../../event/record.ts';
import type { EventType } from '../../event/types.ts';
import { createEnv } from '../../expr/evaluate.ts';
import { type Item, ItemBinder } from '../item.ts';
import { SortedIndex } from './sorted-index.ts';

const TYPE: EventType = {
  name: 'A',
  fields: [{ name: 'v', type: { kind: 'double' } }],
  supertypes: [],
  startField: -1,
  endField: -1,
  origin: 'schema',
};
const Row = createRecordClass(TYPE, true);

function row(value: number | null): Item {
  const made = new Row(0, 0, 0, 0);
  setField(made, 0, value);
  return made;
}

const value = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(null), fc.constant(Number.NaN));
const end = fc.option(fc.integer({ min: -1, max: 41 }));

test('finds what a scan finds, in order, whatever came and went', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, fc.boolean()), { maxLength: 1500 }),
      fc.array(fc.tuple(end, fc.boolean(), end, fc.boolean()), { maxLength: 8 }),
      (steps, ranges) => {
        const binder = new ItemBinder('event', createEnv(0, 'UTC'), 'interpreter');
        const index = new SortedIndex({ op: 'field', type: { kind: 'double' }, slot: -1, field: 0 }, binder);
        const present: { item: Item; value: number | null }[] = [];
        for (const [one, leaves] of steps) {
          if (leaves && present.length > 0) index.remove(present.splice(present.length >> 1, 1)[0]!.item);
          const item = row(one);
          present.push({ item, value: one });
          index.add(item);
        }
        for (const [low, includeLow, high, includeHigh] of ranges) {
          const inside = present.filter(({ value: own }) => {
            if (own === null || Number.isNaN(own)) return false;
            if (low !== null && !(own > low || (includeLow && own === low))) return false;
            return high === null || own < high || (includeHigh && own === high);
          });
          inside.sort((x, y) => (x.value as number) - (y.value as number));
          const found = index.find({ low, includeLow, high, includeHigh }) ?? [];
          expect(found.map((item) => inside.findIndex((one) => one.item === item))).toEqual([
            ...inside.keys(),
          ]);
        }
        expect([...index.all()]).toEqual(present.map(({ item }) => item));
      },
    ),
    { numRuns: 60 },
  );
});
