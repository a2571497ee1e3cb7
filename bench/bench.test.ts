import { expect, test } from 'vitest';
import { runFile } from './file.ts';
import { measureOpenRuns, SHAPES } from './open-runs.ts';
import { measurePartitions, PARTITIONED } from './partitions.ts';
import { measureSliding, measureWindow, WINDOWS } from './windows.ts';
import { keysOf, runWorkload, WORKLOADS } from './workloads.ts';

test.each(Object.entries(WORKLOADS))('%s gives the golden number of rows', (name, workload) => {
  expect(runWorkload(name, 400_000, keysOf(workload), 1).rows).toBe(workload.golden);
});
test('the file workload gives the rows of the same stream in memory, on any number of processes', async () => {
  const { rows } = runWorkload('follow', 20_000, 100, 1);
  expect(rows).toBeGreaterThan(0);
  for (const [workers, format] of [
    [1, 'jsonl'],
    [2, 'jsonl'],
    [1, 'csv'],
    [2, 'csv'],
  ] as const) {
    const run = await runFile({ events: 20_000, keys: 100, repetitions: 1, workers, format });
    expect(run.rows).toBe(rows);
    expect(run.parseSeconds).toHaveLength(1);
  }
});

test.each(Object.keys(WINDOWS))('a full window of %s lets a row go for each that comes', (window) => {
  expect(measureWindow(window, 200_000).left).toBe(200_000);
});

test('each event changes the groups of two keys in a full sliding window', () => {
  expect(measureSliding(60_000, 200_000).given).toBe(400_000);
});

test.each(Object.keys(SHAPES))('with open runs of %s the other events touch none', (shape) => {
  // It throws when one of them makes a row.
  expect(measureOpenRuns(shape, 20_000, 'auto').shape).toBe(shape);
});

/** Of 2000 partitions, which get two events each; those with v > 100 are 899 of 1000. */
const PARTITION_ROWS: Readonly<Record<string, number>> = {
  filter: 3596,
  total: 4000,
  grouped: 4000,
  window: 4000,
  length: 4000,
  pattern: 1798,
  output: 0,
  span: 4000,
  overlapping: 4000,
};

test.each(Object.keys(PARTITIONED))('partitions of %s give the golden number of rows', (shape) => {
  expect(measurePartitions(shape, 2000).rows).toBe(PARTITION_ROWS[shape]);
});
