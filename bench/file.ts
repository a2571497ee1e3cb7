import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcesses } from '../adapters/process/worker-pool.ts';
import { replay } from '../adapters/replay/replay.ts';
import type { Split } from '../adapters/sources/splits.ts';
import { compileRules } from '../rules/index.ts';
import { drawTxns, TXN } from './stream.ts';
import { WORKLOADS } from './workloads.ts';

/** What the file workload measured; all times in seconds, one for each repetition. */
export interface FileRun {
  readonly rows: number;
  /** From opening the file to the last row. */
  readonly seconds: readonly number[];
  /** Reading the file, cutting it into lines and `JSON.parse` on each, and nothing else. */
  readonly parseSeconds: readonly number[];
}

/**
 * Replays the stream from a file of JSON lines through the rules of `follow`, and reads the same file with a bare loop of
 * `JSON.parse`, in turn. The file is temporary.
 */
export async function runFile(options: {
  readonly events: number;
  readonly keys: number;
  readonly repetitions: number;
  readonly workers: number;
}): Promise<FileRun> {
  const folder = mkdtempSync(join(tmpdir(), 'cepheid-bench-'));
  try {
    const path = join(folder, 'stream.jsonl');
    writeStream(path, options.events, options.keys);
    const seconds: number[] = [];
    const parseSeconds: number[] = [];
    let rows = 0;
    for (let i = 0; i < options.repetitions; i++) {
      parseSeconds.push(await timed(() => parseLoop(path, options.events)));
      seconds.push(
        await timed(async () => {
          rows = await replayFile(path, options.events, options.workers);
        }),
      );
    }
    return { rows, seconds, parseSeconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function writeStream(path: string, events: number, keys: number): void {
  const file = openSync(path, 'w');
  let text = '';
  for (const [ts, card, device, amount, kind, ok] of drawTxns(events, keys)) {
    text += `{"type":"Txn","ts":${ts},"card":"${card}","device":"${device}","amount":${amount},"kind":"${kind}","ok":${ok}}\n`;
    if (text.length < 1 << 20) continue;
    writeSync(file, text);
    text = '';
  }
  writeSync(file, text);
  closeSync(file);
}

async function parseLoop(path: string, events: number): Promise<void> {
  let count = 0;
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (JSON.parse(line).type === 'Txn') count++;
  }
  if (count !== events) throw new Error(`the loop read ${count} lines of ${events}`);
}

async function replayFile(path: string, events: number, workers: number): Promise<number> {
  const text = `${TXN}\n${WORKLOADS.follow?.epl}`;
  const { plan } = compileRules([{ file: 'bench.epl', text }]);
  if (plan === null) throw new Error('the rules do not compile');
  const split: Split = { index: 0, name: 'stream.jsonl', path, format: 'jsonl', type: null };
  let rows = 0;
  const { account } = await replay({
    plan,
    splits: [split],
    outOfOrder: 0,
    maxGap: null,
    from: Number.NEGATIVE_INFINITY,
    to: Number.POSITIVE_INFINITY,
    typeField: 'type',
    printed: [0],
    speed: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    ...(workers > 1
      ? { startWorkers: (setup, listener) => startProcesses(plan, workers, setup, listener) }
      : {}),
    onRow: () => {
      rows++;
      return true;
    },
    onLeftOut: ({ reason, line }) => {
      throw new Error(`line ${line} was left out: ${reason}`);
    },
  });
  if (account.admitted !== events) throw new Error(`${account.admitted} of ${events} events were admitted`);
  return rows;
}
