import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ComparablePattern, comparable, difference } from './support/pattern-differential.ts';
import { histories, patterns } from './support/random-pattern.ts';
import { enumerateMatches, type Pattern } from './support/reference/pattern-enumerator.ts';

const WAYS = [
  { backend: 'codegen', restore: false },
  { backend: 'interpreter', restore: false },
  { backend: 'codegen', restore: true },
] as const;

test.each(WAYS)('linear = tree = enumeration, $backend, restore $restore', (ways) => {
  let compared = 0;
  const property = fc.property(
    patterns(),
    fc.array(histories(), { minLength: 3, maxLength: 3 }),
    (pattern, all) => {
      const one = comparable(pattern);
      if (one === null) return;
      for (const history of all) {
        compared++;
        expect(difference(one, history, ways)).toBeNull();
      }
    },
  );
  fc.assert(property, { numRuns: 150 });
  // Most patterns must be for the linear matcher, or nothing is compared.
  expect(compared).toBeGreaterThan(150);
});

const FOLLOW: Pattern = {
  op: 'then',
  children: [
    { op: 'every', child: { op: 'filter', type: 'A', tag: 't0', conditions: [] } },
    {
      op: 'filter',
      type: 'B',
      tag: 't1',
      conditions: [{ field: 'k', operator: '=', right: { tag: 't0', field: 'k', plus: 0 } }],
    },
  ],
};
const HISTORY = [
  { type: 'A', time: 1, k: 1, v: 0, s: null },
  { type: 'B', time: 2, k: 1, v: 0, s: null },
] as const;

test('the enumeration lists the matches of a chain', () => {
  expect(enumerateMatches(FOLLOW, HISTORY, 10)).toEqual([{ time: 2, event: 1, tags: { t0: 0, t1: 1 } }]);
});

test('a difference is noticed', () => {
  const one = comparable(FOLLOW) as ComparablePattern;
  const [ways] = WAYS;
  expect(difference(one, HISTORY, ways)).toBeNull();
  expect(difference({ ...one, pattern: { op: 'interval', sec: 1 } }, HISTORY, ways)).toContain('enumeration');
});
