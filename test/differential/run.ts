import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { comparable, difference } from '../support/pattern-differential.ts';
import { histories, patterns } from '../support/random-pattern.ts';

const HELP = `Compares the linear matcher with the tree matcher and with a plain enumeration, on random patterns and histories.

  npm run -s differential -- --pairs 50000 --seed 1

  --pairs N   how many (pattern, history) pairs; default 2000
  --seed S    seed of the random patterns and histories; default 1
  --shown N   how many differences to print in full; default 3

Prints the number of pairs and of differences; exits with 1 when there is a difference.`;

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    shown: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const HISTORIES_PER_PATTERN = 5;
const pairs = Number(values.pairs);
let done = 0;
let rules = 0;
let left = 0;
let differences = 0;
for (let batch = 0; done < pairs; batch++) {
  const options = { numRuns: 200, seed: Number(values.seed) * 1_000_003 + batch };
  const drawn = fc.sample(patterns(), options);
  const streams = fc.sample(histories(), { ...options, numRuns: 200 * HISTORIES_PER_PATTERN });
  for (let i = 0; i < drawn.length && done < pairs; i++) {
    const pattern = comparable(drawn[i] as (typeof drawn)[number]);
    if (pattern === null) {
      left++;
      continue;
    }
    rules++;
    for (let k = 0; k < HISTORIES_PER_PATTERN && done < pairs; k++) {
      const history = streams[i * HISTORIES_PER_PATTERN + k] as (typeof streams)[number];
      const ways = { backend: k === 1 ? 'interpreter' : 'codegen', restore: k === 2 } as const;
      const found = difference(pattern, history, ways);
      done++;
      if (found === null) continue;
      differences++;
      if (differences <= Number(values.shown)) console.log(`${found}\n`);
    }
  }
}
console.log(
  `${done} pairs, ${rules} rules (${left} more are not for the linear matcher), ${differences} differences`,
);
process.exitCode = differences === 0 ? 0 : 1;
