import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type RandomCase, runRandomCase } from './random-case.ts';
import type { Trace } from './trace-case.ts';
import { runTrace } from './trace-runner.ts';

const HELP = `Runs recorded cases and compares the rows with Esper's.

  node test/conformance/run.ts test/conformance/random/pattern.jsonl.gz
  node test/conformance/run.ts --list failed FILE…
  node test/conformance/run.ts --verbose pattern-101-0 FILE…

  --list passed|failed|unsupported   names the cases, with the reason
  --verbose ID                       shows one case: rules, events, difference
  --interpreter                      runs expressions without generated code`;

const args = process.argv.slice(2);
const option = (name: string) => (args.includes(name) ? (args[args.indexOf(name) + 1] ?? '') : null);
const list = option('--list');
const verbose = option('--verbose');
const backend = args.includes('--interpreter') ? 'interpreter' : 'codegen';
const files = args.filter(
  (arg, i) => !arg.startsWith('--') && !['--list', '--verbose'].includes(args[i - 1] ?? ''),
);
if (files.length === 0 || args.includes('--help')) {
  console.log(HELP);
  process.exit(args.includes('--help') ? 0 : 2);
}
let failures = 0;
for (const file of files) failures += runFile(file);
process.exitCode = failures === 0 ? 0 : 1;

function runFile(file: string): number {
  const counts = { passed: 0, failed: 0, unsupported: 0 };
  for (const line of gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')) {
    const one = JSON.parse(line) as RandomCase | Trace;
    const isShown = verbose === one.id;
    const { result, detail } =
      'steps' in one
        ? runTrace(one, backend, isShown ? console.log : undefined)
        : runRandomCase(one, { backend });
    counts[result]++;
    if (list === result) console.log(`${one.id}: ${detail}`);
    if (isShown && 'epl' in one) {
      console.log(`${one.epl}\n`);
      for (const [i, event] of one.events.entries())
        console.log(i, event.t, event.type, JSON.stringify(event.props));
    }
    if (isShown) console.log(`\n${result} ${detail}`);
  }
  const { passed, failed, unsupported } = counts;
  console.log(`${basename(file)}: ${passed} passed, ${failed} failed, ${unsupported} unsupported`);
  return failed;
}
