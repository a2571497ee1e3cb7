// Runs a task of package.json with the Node version the project pins, installing what is missing first.
// Plain JavaScript for Node 20 and later: it must work before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const pinnedNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

const TASKS = {
  demo: [
    'bin/cepheid.mjs',
    'replay',
    '--format',
    'pretty',
    '--rules',
    'rules/packs/fraud',
    'samples/fraud/events.jsonl',
  ],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  lint: [`node_modules/@biomejs/cli-${process.platform}-${process.arch}/biome`, 'ci', '--colors=off', '.'],
  typecheck: ['node_modules/typescript/bin/tsc', '-p', '.'],
  bench: ['bench/run.ts'],
  cepheid: ['bin/cepheid.mjs'],
  grammar: ['scripts/grammar.mjs'],
  conformance: ['test/conformance/run.ts'],
  differential: ['test/differential/run.ts'],
};

const [task, ...args] = process.argv.slice(2);
if (!(task in TASKS)) {
  console.error(`run: unknown task \`${task ?? ''}\`; known: ${Object.keys(TASKS).join(', ')}`);
  process.exit(2);
}
installIfNeeded();
// The linter is a program of its own; everything else runs on the pinned Node.
if (task === 'lint') run(join(root, TASKS.lint[0]), [...TASKS.lint.slice(1), ...args]);
else run(pinnedNode, [...TASKS[task], ...args]);

/** `npm ci` only when node_modules is missing or older than the lock file, or lacks the pinned Node. */
function installIfNeeded() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs && existsSync(pinnedNode))
    return;
  console.error('Installing dependencies (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) fail('npm ci failed: see its message above');
  if (!existsSync(pinnedNode)) {
    fail(
      'the npm package `node` did not bring its binary; run `npm rebuild node` with install scripts allowed',
    );
  }
}

function run(command, commandArgs) {
  const child = spawn(command, commandArgs, { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot start ${command}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? { SIGINT: 130, SIGTERM: 143 }[signal] ?? 1));
}

function fail(message) {
  console.error(`run: ${message}`);
  process.exit(1);
}
