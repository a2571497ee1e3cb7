import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { MatcherChoice } from '../engine/pattern/planner.ts';
import { runFile } from './file.ts';
import { measureOpenRuns, SHAPES } from './open-runs.ts';
import { measurePartitions, PARTITIONED } from './partitions.ts';
import { runStd, STD_RUNS } from './std.ts';
import { measureEvent, measureSliding, measureWindow, WINDOWS } from './windows.ts';
import { keysOf, runWorkload, WORKLOADS } from './workloads.ts';

const HELP = `Times the engine on the workloads for comparing speed; fails when the rows are not the golden ones.

  npm run -s bench -- --workload follow --events 400000 --keys 10000 --json
  npm run -s bench -- --workload std               growth of keys and windows
  npm run -s bench -- --workload open-runs         memory and time with 10,000, 100,000 and 1,000,000 open runs
  npm run -s bench -- --workload partitions --partitions 100000     memory and time of partitions of contexts
  npm run -s bench -- --workload windows --rows 10000000    memory and time of windows that hold so many rows
  npm run -s bench -- --workload sliding --keys 1000000     the same of an hour's min, max, sum and avg of so many keys
  npm run -s bench -- --workload seq4 --matcher tree
  npm run -s bench -- --workload file --events 1000000 --workers 2    JSON lines, beside a bare loop of JSON.parse
  npm run -s bench -- --workload file --format csv     the same of CSV, beside a bare loop of split
  npm run -s bench -- --workload micro             decoding and compiling, step by step

  --workload NAME     ${Object.keys(WORKLOADS).join(', ')}, std, open-runs, partitions, windows, sliding, file, micro; default: all of the first kind
  --events N, --keys N, --repetitions N
  --window NAME       only this one of the windows: ${Object.keys(WINDOWS).join(', ')}
  --format csv        of the workload file
  --workers N         processes of the workload file
  --matcher tree      runs all patterns on the tree matcher
  --shape NAME        one of the statements of the workload partitions
  --json              one JSON object a line`;

const { values } = parseArgs({
  options: {
    workload: { type: 'string' },
    events: { type: 'string', default: '400000' },
    keys: { type: 'string' },
    repetitions: { type: 'string', default: '5' },
    window: { type: 'string' },
    format: { type: 'string', default: 'jsonl' },
    rows: { type: 'string', default: '1000000' },
    partitions: { type: 'string', default: '100000' },
    shape: { type: 'string' },
    matcher: { type: 'string', default: 'auto' },
    workers: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const matcher: MatcherChoice = values.matcher === 'tree' ? 'tree' : 'auto';
const WORDS: { readonly [name: string]: string } = {
  eventsPerSecond: 'events/s',
  bytesPerRun: 'bytes a run',
  bytesPerRow: 'bytes a row',
  bytesPerKey: 'bytes a key',
  bytesPerEvent: 'bytes an event by itself',
  bytesPerPartition: 'bytes a partition',
  nsPerPartition: 'ns a partition',
  nsPerEvent: 'ns an event',
  parseLinesPerSecond: 'lines/s of a bare loop',
  ratio: 'ratio',
};

if (values.help) console.log(HELP);
else if (values.workload === 'open-runs') openRuns();
else if (values.workload === 'partitions') partitions();
else if (values.workload === 'windows') windows();
else if (values.workload === 'sliding') sliding();
else if (values.workload === 'std') std();
else if (values.workload === 'file') await file();
else if (values.workload === 'micro') await (await import('./micro.ts')).runMicro();
else compare(values.workload === undefined ? Object.keys(WORKLOADS) : [values.workload]);

function compare(names: readonly string[]): void {
  const events = Number(values.events);
  for (const workload of names) {
    const known = WORKLOADS[workload];
    if (known === undefined) {
      console.error(
        `bench: no workload \`${workload}\`; there are ${Object.keys(WORKLOADS).join(', ')}, std, open-runs, partitions, windows, sliding, file, micro`,
      );
      process.exit(2);
    }
    const keys = Number(values.keys ?? keysOf(known));
    const { rows, seconds: all } = runWorkload(workload, events, keys, Number(values.repetitions), matcher);
    const seconds = median(all);
    print(workload, { events, keys, rows, seconds, eventsPerSecond: Math.round(events / seconds) });
    if (events === 400_000 && keys === keysOf(known)) expectRows(workload, rows, known.golden);
  }
}

async function file(): Promise<void> {
  const [events, keys, repetitions, workers] = [
    values.events,
    values.keys ?? '10000',
    values.repetitions,
    values.workers,
  ].map(Number) as [number, number, number, number];
  const format = values.format === 'csv' ? 'csv' : 'jsonl';
  const { rows, seconds: all, parseSeconds } = await runFile({ events, keys, repetitions, workers, format });
  const seconds = median(all);
  const eventsPerSecond = Math.round(events / seconds);
  const parseLinesPerSecond = Math.round(events / median(parseSeconds));
  const ratio = Number((eventsPerSecond / parseLinesPerSecond).toFixed(3));
  const figures = { workers, events, keys, rows, seconds, eventsPerSecond, parseLinesPerSecond, ratio };
  print('file', figures);
  if (events === 400_000 && keys === 10_000) expectRows('file', rows, WORKLOADS.follow?.golden ?? 0);
}

function std(): void {
  for (const [name, { golden }] of Object.entries(STD_RUNS)) {
    const { rows, seconds, events } = runStd(name, matcher);
    print(name, { events, rows, seconds, eventsPerSecond: Math.round(events / seconds) });
    expectRows(name, rows, golden);
  }
}

function openRuns(): void {
  for (const shape of Object.keys(SHAPES)) {
    for (const runs of [10_000, 100_000, 1_000_000]) {
      const { bytesPerRun, nsPerEvent } = measureOpenRuns(shape, runs, matcher);
      print(`open-runs ${shape}`, { runs, bytesPerRun, nsPerEvent });
    }
  }
}

/** Each shape in a process of its own: what one leaves behind must not show in the next. */
function partitions(): void {
  const count = Number(values.partitions);
  if (values.shape !== undefined) {
    print(`partitions ${values.shape}`, { partitions: count, ...measurePartitions(values.shape, count) });
    return;
  }
  for (const shape of Object.keys(PARTITIONED)) {
    const args = [...process.execArgv, ...process.argv.slice(1), '--shape', shape];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}

function windows(): void {
  const rows = Number(values.rows);
  const bytesPerEvent = measureEvent();
  for (const window of values.window === undefined ? Object.keys(WINDOWS) : [values.window]) {
    const { bytesPerRow, nsPerEvent, left } = measureWindow(window, rows);
    print(`windows ${window}`, { rows, bytesPerRow, bytesPerEvent, nsPerEvent, left });
  }
}

function sliding(): void {
  const keys = Number(values.keys ?? '1000000');
  const bytesPerEvent = measureEvent();
  const { rows, bytesPerKey, nsPerEvent, given } = measureSliding(keys);
  print('sliding', { keys, rows, bytesPerKey, bytesPerEvent, nsPerEvent, given });
}

function print(workload: string, figures: { readonly [name: string]: number }): void {
  if (values.json) console.log(JSON.stringify({ workload, ...figures }));
  else {
    const parts = Object.entries(figures).map(([name, value]) => {
      const shown = name === 'seconds' ? value.toFixed(3) : value.toLocaleString('en-US');
      return `${shown} ${WORDS[name] ?? name}`;
    });
    console.log(`${workload.padEnd(20)} ${parts.join(', ')}`);
  }
}

function expectRows(workload: string, rows: number, golden: number): void {
  if (rows === golden) return;
  console.error(`bench: ${workload} gave ${rows} rows, expected ${golden}`);
  process.exitCode = 1;
}

function median(all: readonly number[]): number {
  return [...all].sort((a, b) => a - b)[all.length >> 1] as number;
}
