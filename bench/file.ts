import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
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
  /** Reading the file, cutting it into lines and `JSON.parse` (CSV: `split`) on each, and nothing else. */
  readonly parseSeconds: readonly number[];
}

/**
 * Replays the stream from a file of JSON lines, or of CSV, through the rules of `follow`, and reads the same file with a bare
 * loop of `JSON.parse`, or of `split`, in turn. The file is temporary.
 */
export async function runFile(options: {
  readonly events: number;
  readonly keys: number;
  readonly repetitions: number;
  readonly workers: number;
  readonly format: 'jsonl' | 'csv';
}): Promise<FileRun> {
  const { events, format } = options;
  const folder = mkdtempSync(join(tmpdir(), 'cepheid-bench-'));
  try {
    const path = join(folder, `stream.${format}`);
    writeStream(path, events, options.keys, format);
    const seconds: number[] = [];
    const parseSeconds: number[] = [];
    let rows = 0;
    for (let i = 0; i < options.repetitions; i++) {
      parseSeconds.push(await timed(() => parseLoop(path, events, format)));
      seconds.push(
        await timed(async () => {
          rows = await replayFile(path, events, options.workers, format);
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

function writeStream(path: string, events: number, keys: number, format: 'jsonl' | 'csv'): void {
  const file = openSync(path, 'w');
  let text = format === 'csv' ? `${CSV_HEADER}\n` : '';
  for (const txn of drawTxns(events, keys)) {
    const [ts, card, device, amount, kind, ok] = txn;
    text +=
      format === 'csv'
        ? `${txn.join(',')}\n`
        : `{"type":"Txn","ts":${ts},"card":"${card}","device":"${device}","amount":${amount},"kind":"${kind}","ok":${ok}}\n`;
    if (text.length < 1 << 20) continue;
    writeSync(file, text);
    text = '';
  }
  writeSync(file, text);
  closeSync(file);
}

const CSV_HEADER = 'ts,card,device,amount,kind,ok';

async function parseLoop(path: string, events: number, format: 'jsonl' | 'csv'): Promise<void> {
  // The header is a line too.
  let count = format === 'csv' ? -1 : 0;
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (format === 'csv') for (const line of lines) count += line.split(',').length === 6 ? 1 : 0;
    else for (const line of lines) if (JSON.parse(line).type === 'Txn') count++;
  }
  if (count !== events) throw new Error(`the loop read ${count} lines of ${events}`);
}

async function replayFile(
  path: string,
  events: number,
  workers: number,
  format: 'jsonl' | 'csv',
): Promise<number> {
  const text = `${TXN}\n${WORKLOADS.follow?.epl}`;
  const { plan } = compileRules([{ file: 'bench.epl', text }]);
  if (plan === null) throw new Error('the rules do not compile');
  const split: Split = { index: 0, name: basename(path), path, format, type: null };
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
