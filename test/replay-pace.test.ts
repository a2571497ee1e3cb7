import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { WallClock } from '../adapters/replay/pace.ts';
import { replay } from '../adapters/replay/replay.ts';
import { openSplits } from '../adapters/sources/splits.ts';
import type { TimeUnit } from '../engine/time/time-base.ts';
import { compileRules } from '../rules/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'cepheid-pace-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A clock that jumps to what is waited for. */
class JumpingClock implements WallClock {
  private time = 0;

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const pending = setImmediate(() => {
      this.time += ms;
      callback();
    });
    return () => clearImmediate(pending);
  }
}

/** Milliseconds on the clock of the wall when each event was processed at twice real time. */
async function paced(times: readonly number[], timeUnit: TimeUnit): Promise<number[]> {
  const text = "create schema E(ts long) starttimestamp ts; @Name('out') select ts from E;";
  const { plan } = compileRules([{ file: 'pace.epl', text }], { timeUnit });
  if (plan === null) throw new Error('the rules compile');
  const path = join(folder, `${timeUnit}.jsonl`);
  writeFileSync(path, times.map((ts) => `${JSON.stringify({ type: 'E', ts })}\n`).join(''));
  const opened = openSplits([path], null);
  if ('missing' in opened) throw new Error(opened.missing.join());
  const clock = new JumpingClock();
  const seen: number[] = [];
  await replay({
    ...{ plan, splits: opened.splits, clock, speed: 2, printed: [0], queries: [], typeField: 'type' },
    ...{ outOfOrder: 0, maxGap: null, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
    signal: new AbortController().signal,
    onRow: () => {
      seen.push(clock.now());
      return true;
    },
    onLeftOut: () => {},
  });
  return seen;
}

test.each<[TimeUnit, readonly number[]]>([
  ['milliseconds', [5000, 7000, 15_000]],
  ['microseconds', [5_000_000, 7_000_000, 15_000_000]],
])('event time in %s runs by the wall', async (unit, times) => {
  const seen = await paced(times, unit);
  expect(seen.length).toBe(3);
  // Ten seconds at twice real time; the clock runs on while the process is busy.
  expect(seen[2]).toBeGreaterThanOrEqual(5000);
  expect(seen[2]).toBeLessThan(500_000);
});
