import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FLOORS } from './esper-floors.ts';
import type { Trace } from './trace-case.ts';
import { runTrace } from './trace-runner.ts';

/** Traces of Esper's own tests lie beside the repository; they are not part of it. */
const SHARED = process.env.CEPHEID_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared');
const FOLDER = join(SHARED, 'conformance', 'esper');
const isThere = existsSync(FOLDER);
if (!isThere) console.info('skipped: no recorded traces beside the repository');

function load(area: string): Trace[] {
  const text = gunzipSync(readFileSync(join(FOLDER, `${area}.jsonl.gz`))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Trace);
}

describe.skipIf(!isThere)('traces of Esper', () => {
  test.each(FLOORS)('$area', ({ area, passed, failed }) => {
    const counts = { passed: 0, failed: 0, unsupported: 0 };
    const failures: string[] = [];
    for (const trace of load(area)) {
      const { result, detail } = runTrace(trace, CODEGEN);
      counts[result]++;
      if (result === 'failed') failures.push(`${trace.id}: ${detail.slice(0, 300)}`);
    }
    expect(counts.passed).toBeGreaterThanOrEqual(passed);
    if (failures.length > (failed ?? Number.POSITIVE_INFINITY)) expect(failures).toEqual([]);
  });
});

const CODEGEN = { backend: 'codegen' } as const;

/** A trace whose every step is right, for changing it. */
const RIGHT: Trace = {
  id: 'right',
  eventTypes: {},
  orderChecked: true,
  steps: [
    { time: 0 },
    {
      deploy:
        "@public @buseventtype create schema A(n int, d double); @name('s0') select n, d + 1 as e from A(n > 1)",
      d: 1,
      statements: ['stmt-0', 's0'],
    },
    { listen: 's0', d: 1 },
    { event: { type: 'A', props: { n: 1, d: 0.5 } }, id: 1 },
    { event: { type: 'A', props: { n: 2, d: { $num: 'Infinity' } } }, id: 2 },
    { out: { stmt: 's0', d: 1, new: [{ n: 2, e: { $num: 'Infinity' } }], old: null } },
    { iterate: 's0', d: 1, rows: [] },
    { compileError: 'select x from A' },
    { unlisten: 's0', d: 1 },
    { event: { type: 'A', props: { n: 3, d: 1 } }, id: 3 },
    { undeploy: 1 },
    {
      deploy: "create schema A(other string); @name('s1') select * from A",
      d: 2,
      statements: ['stmt-0', 's1'],
    },
    { undeployAll: true },
  ],
};

/** The trace with one step replaced, or left out. */
function changed(index: number, ...steps: Trace['steps']): Trace {
  return { ...RIGHT, steps: [...RIGHT.steps.slice(0, index), ...steps, ...RIGHT.steps.slice(index + 1)] };
}

describe('the reader of traces', () => {
  test('passes what is right', () => {
    expect(runTrace(RIGHT, CODEGEN)).toEqual({ result: 'passed', detail: '' });
  });

  const out = RIGHT.steps[5] as { out: object };
  test.each([
    ['a row that did not come', 3, [RIGHT.steps[3], out]],
    ['a missing row', 5, []],
    ['another value', 5, [{ out: { ...out.out, new: [{ n: 2, e: 3 }] } }]],
    ['a missing column', 5, [{ out: { ...out.out, new: [{ n: 2 }] } }]],
    ['a row that is pulled', 6, [{ iterate: 's0', d: 1, rows: [{ n: 2, e: 1 }] }]],
    ['a mistake that is none', 7, [{ compileError: 'select n from A' }]],
    ['a listener that is still there', 8, []],
    ['a name that is not free', 10, []],
    ['a listener on nothing', 2, [{ listen: 's9', d: 1 }]],
  ] as [string, number, Trace['steps']][])('notices %s', (_, index, steps) => {
    expect(runTrace(changed(index, ...steps), CODEGEN).result).toBe('failed');
  });

  test.each([
    ['a setting', { ...RIGHT, config: { 'compiler.scripts.defaultDialect': 'mvel' } }],
    ['a construct', changed(1, { deploy: 'create dataflow D Op {}', d: 1, statements: ['stmt-0'] })],
    ['events of a type nobody knows', changed(3, { event: { type: 'B', props: {} }, id: 1 })],
  ])('does not judge by %s that is missing', (_, trace) => {
    expect(runTrace(trace, CODEGEN).result).toBe('unsupported');
  });
});
