#!/usr/bin/env node
// Starts the command with the Node version it needs: an older Node hands over to the one the package brings.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) {
  const { main } = await import(join(root, 'adapters', 'cli', 'main.ts'));
  await main(process.argv.slice(2));
} else {
  const newer = join(root, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(newer)) {
    console.error(`cepheid: needs Node.js 24 or later, this is ${process.version}; run npm ci to get it`);
    process.exit(2);
  }
  const result = spawnSync(newer, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(result.status ?? 1);
}
