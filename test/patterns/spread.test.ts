import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from '../../engine/plan/plan.ts';
import { compileRules } from '../../rules/index.ts';
import { type RawEvent, runRules, runSpread } from '../support/run-rules.ts';

const SCHEMAS = ['A', 'B', 'C']
  .map((name) => `create schema ${name}(k int, n int, ts long) starttimestamp ts;`)
  .join(' ');

/** Patterns whose branches each see one key only, with the operators that stand inside a branch. */
const KEYED = [
  'every a=A -> [2] b=B(k = a.k) where timer:within(9 sec)',
  'every a=A -> (b=B(k = a.k) until c=C(k = a.k)) where timer:within(9 sec)',
  'every a=A -> ([1:2] b=B(k = a.k) until timer:interval(5 sec))',
  'every a=A -> (every-distinct(b.n) b=B(k = a.k)) where timer:within(9 sec)',
  'every a=A -> (every b=B(k = a.k)) while (b.n > 1) -> c=C(k = a.k) where timer:within(4 sec)',
  'every a=A -> (every b=B(k = a.k)) where timer:withinmax(9 sec, 2)',
  'every a=A -> (timer:at(*, *, *, *, *, */10) and not B(k = a.k))',
  'every a=A -> b=B(k = a.k)@consume(2) where timer:within(9 sec)',
];

function planOf(pattern: string): Plan {
  const text = `${SCHEMAS} @Name('out') @Alert(key='k') select a.k as k, a.n as n from pattern [${pattern}];`;
  const { plan, diagnostics } = compileRules([{ file: 'spread.epl', text }]);
  if (plan === null) throw new Error(diagnostics.map((one) => one.title).join('; '));
  return plan;
}

const steps = fc.array(
  fc.record({
    type: fc.constantFrom('A', 'B', 'C'),
    gap: fc.integer({ min: 0, max: 3000 }),
    k: fc.integer({ min: 0, max: 3 }),
    n: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 5, maxLength: 40 },
);

test.each(KEYED)('%s gives the same rows on any number of shards', (pattern) => {
  const plan = planOf(pattern);
  let rows = 0;
  fc.assert(
    fc.property(steps, (all) => {
      let time = 1000;
      const events: RawEvent[] = all.map(({ type, gap, k, n }) => {
        time += gap;
        return { type, fields: { k, n, ts: time } };
      });
      const until = time + 60_000;
      const alone = runRules(plan, events, { until });
      rows += alone.length;
      for (const width of [2, 3]) expect(runSpread(plan, events, width, until)).toEqual(alone);
    }),
    { numRuns: 250 },
  );
  expect(rows).toBeGreaterThan(0);
});

test('a bound on the open runs of all keys together keeps a rule on one shard', () => {
  expect(() => runSpread(planOf('every a=A -[3]> b=B(k = a.k)'), [], 2, 0)).toThrow(/has no key/);
});
