import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { SAMPLES } from './generator/samples.ts';

const HELP = `Makes event streams with known incidents.

  node samples/generate.ts fraud --events 20000 --seed 7 --out /tmp/fraud

  ${[...SAMPLES.keys()].join(', ')}
  --events N   about so many events; default: as recorded in samples/
  --seed N     another seed is another world; default: as recorded
  --jsonl      JSON Lines also for the domain that is CSV otherwise (traffic)
  --out DIR    gets the event files and truth.jsonl, the list of incidents`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string' },
    seed: { type: 'string' },
    jsonl: { type: 'boolean' },
    out: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const domain = SAMPLES.get(positionals[0] ?? '');
const events = Number(values.events ?? domain?.recorded.events);
const seed = Number(values.seed ?? domain?.recorded.seed);
if (values.help === true) {
  console.log(HELP);
} else if (domain === undefined || values.out === undefined || !(events > 0) || !Number.isInteger(seed)) {
  console.error(HELP);
  process.exitCode = 2;
} else {
  const sample = domain.generate({ events, seed, ...(values.jsonl === true ? { format: 'jsonl' } : {}) });
  mkdirSync(values.out, { recursive: true });
  for (const { name, text } of sample.files) {
    const bytes = name.endsWith('.gz') ? gzipSync(text, { level: 9 }) : Buffer.from(text);
    writeFileSync(join(values.out, name), bytes);
    console.log(`${join(values.out, name)}: ${text.split('\n').length - 1} lines, ${bytes.length} bytes`);
  }
  const truth = sample.truth.map((incident) => `${JSON.stringify(incident)}\n`).join('');
  writeFileSync(join(values.out, 'truth.jsonl'), truth);
  console.log(`${join(values.out, 'truth.jsonl')}: ${sample.truth.length} incidents`);
}
