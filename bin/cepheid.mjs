#!/usr/bin/env node
// Starts the command with the Node version it needs: an older Node hands over to the one the package brings.
// Plain JavaScript that old Nodes understand.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) await run();
else handOver();

async function run() {
  // Compiled modules are kept in the temporary folder of the system: without them each start costs twice as much.
  module.enableCompileCache?.();
  // The repository has the sources, a published package what was made of them.
  const source = join(root, 'adapters', 'cli', 'main.ts');
  const file = existsSync(source) ? source : join(root, 'dist', 'adapters', 'cli', 'main.js');
  const { main } = await import(pathToFileURL(file).href);
  process.exitCode = await main(process.argv.slice(2));
}

function handOver() {
  const newer = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(newer)) {
    console.error(`cepheid: needs Node.js 24 or later, this is ${process.version} (${process.execPath})`);
    process.exitCode = 2;
    return;
  }
  const child = spawn(newer, process.argv.slice(1), { stdio: 'inherit' });
  // The end of this process is that of the other. Ctrl-C reaches both, which counts as one interrupt there.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`cepheid: cannot start ${newer}: ${error.message}`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}
