import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyFilter } from './key-filter.ts';
import { KeyIds } from './key-ids.ts';

const key = fc.oneof(fc.string({ maxLength: 80 }), fc.double(), fc.integer(), fc.boolean());

describe('key filter', () => {
  test('never denies a value that was noted', () => {
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 64 }), (keys) => {
        const filter = new KeyFilter(64);
        for (const one of keys) filter.add(one);
        for (const one of keys) expect(filter.mayHave(one)).toBe(true);
      }),
    );
    const filter = new KeyFilter(64);
    filter.add(0);
    expect(filter.mayHave(-0)).toBe(true);
  });

  test('denies most values that were not', () => {
    const filter = new KeyFilter(1024);
    for (let i = 0; i < 1024; i++) filter.add(`k${i}`);
    let passed = 0;
    for (let i = 1024; i < 11_024; i++) if (filter.mayHave(`k${i}`)) passed++;
    expect(passed).toBeLessThan(500);
  });
});

test('numbers of many keys are those of a map, also after keys were given up', () => {
  const ids = new KeyIds();
  const model = new Map<string, number>();
  for (let i = 0; i < 60_000; i++) {
    const id = ids.assign(`c${i}`);
    ids.hold(id);
    model.set(`c${i}`, id);
  }
  for (let i = 0; i < 60_000; i += 3) {
    ids.leave(model.get(`c${i}`) as number);
    model.delete(`c${i}`);
    ids.sweep();
  }
  for (let i = 60_000; i < 90_000; i++) {
    const id = ids.assign(`c${i}`);
    ids.hold(id);
    model.set(`c${i}`, id);
  }
  for (const [value, id] of model) expect(ids.find(value)).toBe(id);
  for (let i = 0; i < 1000; i++) expect(ids.find(`d${i}`)).toBe(-1);
  expect(new Set(model.values()).size).toBe(model.size);
});
