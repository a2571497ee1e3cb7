import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sameRows, sameValue } from './compare.ts';
import { type RandomCase, type RunOptions, runRandomCase } from './random-case.ts';

/** Numbers reached so far: no fewer may pass, no more may fail. */
const FAMILIES = [
  { family: 'pattern', passed: 589, failed: 0 },
  { family: 'window', passed: 591, failed: 0 },
  { family: 'expr', passed: 469, failed: 0 },
  { family: 'query', passed: 600, failed: 0 },
  { family: 'recognize', passed: 486, failed: 0 },
] as const;

function load(family: string): RandomCase[] {
  const text = gunzipSync(readFileSync(join(import.meta.dirname, 'random', `${family}.jsonl.gz`))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RandomCase);
}

describe.each(FAMILIES)('recorded cases of $family', ({ family, passed, failed }) => {
  const cases = load(family);
  const ways: RunOptions[] = [
    { backend: 'codegen', restore: false },
    { backend: 'interpreter', restore: false },
    { backend: 'codegen', restore: true },
  ];
  // By default patterns run on the linear matcher where it is exact; all of them run on the tree matcher too.
  if (family === 'pattern') {
    ways.push({ backend: 'codegen', restore: false, matcher: 'tree' });
    ways.push({ backend: 'codegen', restore: true, matcher: 'tree' });
  }
  test.each(ways)('$backend, restore $restore, matcher $matcher', (options) => {
    const results = cases.map((one) => runRandomCase(one, options).result);
    expect(results.filter((one) => one === 'failed').length).toBeLessThanOrEqual(failed);
    expect(results.filter((one) => one === 'passed').length).toBeGreaterThanOrEqual(passed);
  });
});

describe('recorded cases by a clock of microseconds, all their times times 1000', () => {
  test.each(FAMILIES)('every third of $family', ({ family }) => {
    const cases = load(family).filter((_, i) => i % 3 === 0);
    const results = cases.map((one) =>
      runRandomCase(one, { backend: 'codegen', timeUnit: 'microseconds', restore: family === 'pattern' }),
    );
    expect(results.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(results.length).toBeGreaterThan(150);
  });
});

// The floors count the cases whose statements all have a key.
describe('recorded cases spread over three shards by their keys', () => {
  test.each([
    ['pattern', 93],
    ['window', 62],
    ['expr', 455],
    ['recognize', 131],
    ['query', 170],
  ] as const)('%s', (family, floor) => {
    const results = load(family).map((one) => runRandomCase(one, { backend: 'codegen', shards: 3 }));
    expect(results.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(results.filter(({ result }) => result === 'passed').length).toBeGreaterThanOrEqual(floor);
  });
});

describe('the comparison notices', () => {
  const rows = [
    { a: 1, b: { c: 'x' } },
    { a: 2, b: null },
  ];
  test('nothing when only the order differs', () => {
    expect(sameRows(rows, [...rows].reverse())).toBe(true);
    expect(sameValue(1, 1 + 1e-12)).toBe(true);
    expect(sameValue(Number.POSITIVE_INFINITY, 1)).toBe(false);
  });
  test.each([
    ['a missing row', [rows[0]]],
    ['an extra row', [...rows, rows[0]]],
    ['a row twice instead of another', [rows[0], rows[0]]],
    ['a changed value', [{ a: 1, b: { c: 'y' } }, rows[1]]],
    ['a missing column', [{ a: 1 }, rows[1]]],
    ['null instead of a value', [{ a: null, b: { c: 'x' } }, rows[1]]],
  ])('%s', (_, other) => {
    expect(sameRows(rows, other)).toBe(false);
  });

  test('a wrong expectation fails a case', () => {
    const one = load('pattern').find(
      (candidate) =>
        candidate.out.length > 0 && runRandomCase(candidate, { backend: 'codegen' }).result === 'passed',
    );
    expect(one).toBeDefined();
    const changed = { ...(one as RandomCase), out: (one as RandomCase).out.slice(1) };
    expect(runRandomCase(changed, { backend: 'codegen' }).result).toBe('failed');
  });
});
