import { expect, test } from 'vitest';
import { runWorkload, WORKLOADS } from './workloads.ts';

test.each(Object.entries(WORKLOADS))('%s gives the golden number of rows', (name, { golden }) => {
  expect(runWorkload(name, 400_000, 10_000, 1).rows).toBe(golden);
});
