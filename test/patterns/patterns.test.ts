import { describe, expect, test } from 'vitest';
import { CASES, MARKED_CASES } from './cases.ts';
import { type PatternCase, runCase } from './run-case.ts';

const WAYS = [
  { backend: 'codegen', matcher: 'auto', restoring: false },
  { backend: 'interpreter', matcher: 'auto', restoring: false },
  { backend: 'codegen', matcher: 'auto', restoring: true },
  { backend: 'codegen', matcher: 'tree', restoring: false },
  { backend: 'interpreter', matcher: 'tree', restoring: true },
] as const;

describe.each(Object.entries({ ...CASES, annotations: MARKED_CASES }))('%s', (_, cases) => {
  test.each(cases)('$pattern over $timeline', (one) => {
    for (const way of WAYS) {
      // Matches of one time come in no order that counts.
      expect(runCase(one, way).sort(), JSON.stringify(way)).toEqual([...one.matches].sort());
    }
  });
});

test('a case that expects something else fails', () => {
  const [one] = CASES.every as [PatternCase];
  const matches = runCase(
    { ...one, timeline: 'A1' },
    { backend: 'codegen', matcher: 'tree', restoring: false },
  );
  expect(matches).not.toEqual(one.matches);
});
