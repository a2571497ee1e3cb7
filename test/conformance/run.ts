import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { type Outcome, type RandomCase, type RunOptions, runRandomCase } from './random-case.ts';
import { ReasonCounts } from './reason-counts.ts';
import type { Trace } from './trace-case.ts';
import { missingParts } from './trace-compile.ts';
import { runTrace } from './trace-runner.ts';

const HELP = `Runs recorded cases and compares the rows with Esper's.

  node test/conformance/run.ts test/conformance/random/pattern.jsonl.gz
  node test/conformance/run.ts --list failed FILE…
  node test/conformance/run.ts --verbose pattern-101-0 FILE…

  --list passed|failed|unsupported   names the cases, with the reason
  --verbose ID                       shows one case: rules, events, difference
  --summary-unsupported              counts what unsupported cases need, most frequent first: the cases that need it,
                                     and those that need nothing else
  --interpreter                      runs expressions without generated code
  --matcher tree                     runs all patterns on the tree matcher
  --restore                          takes a snapshot after every event or step and goes on in a fresh shard
  --microseconds                     runs cases of random/ by a clock of microseconds, all their times times 1000`;

const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'string' },
    verbose: { type: 'string' },
    'summary-unsupported': { type: 'boolean', default: false },
    interpreter: { type: 'boolean', default: false },
    matcher: { type: 'string', default: 'auto' },
    restore: { type: 'boolean', default: false },
    microseconds: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (files.length === 0 || options.help) {
  console.log(HELP);
  process.exit(options.help ? 0 : 2);
}
if (options.matcher !== 'auto' && options.matcher !== 'tree') {
  console.error(`conformance: --matcher is auto or tree, not ${options.matcher}`);
  process.exit(2);
}
const runOptions: RunOptions = {
  backend: options.interpreter ? 'interpreter' : 'codegen',
  matcher: options.matcher,
  restore: options.restore,
  timeUnit: options.microseconds ? 'microseconds' : 'milliseconds',
};
const reasons = new ReasonCounts();
const totals = { passed: 0, failed: 0, unsupported: 0 };
for (const file of files) runFile(file);
if (files.length > 1) console.log(`total: ${shown(totals)}`);
if (options['summary-unsupported']) console.log(reasons.toString());
process.exitCode = totals.failed === 0 ? 0 : 1;

function runFile(file: string): void {
  const counts = { passed: 0, failed: 0, unsupported: 0 };
  for (const line of gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')) {
    const one = JSON.parse(line) as RandomCase | Trace;
    const outcome = runCase(one);
    counts[outcome.result]++;
    totals[outcome.result]++;
    if (options.list === outcome.result) console.log(`${one.id}: ${outcome.detail}`);
    if (options.verbose === one.id) show(one, outcome);
    if (outcome.result !== 'unsupported' || !options['summary-unsupported']) continue;
    reasons.add([...outcome.detail.split('; '), ...('steps' in one ? missingParts(one) : [])]);
  }
  console.log(`${basename(file)}: ${shown(counts)}`);
}

function runCase(one: RandomCase | Trace): Outcome {
  if (!('steps' in one)) return runRandomCase(one, runOptions);
  return runTrace(one, runOptions, options.verbose === one.id ? console.log : undefined);
}

function show(one: RandomCase | Trace, { result, detail }: Outcome): void {
  if ('epl' in one) {
    console.log(`${one.epl}\n`);
    for (const [i, event] of one.events.entries())
      console.log(i, event.t, event.type, JSON.stringify(event.props));
  }
  console.log(`\n${result} ${detail}`);
}

function shown({ passed, failed, unsupported }: typeof totals): string {
  return `${passed} passed, ${failed} failed, ${unsupported} unsupported`;
}
