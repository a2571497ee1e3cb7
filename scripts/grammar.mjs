// Compiles rules/language/grammar.ne to grammar.generated.js; prints to standard output with --print.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'rules', 'language', 'grammar.ne');
const compiler = join(root, 'node_modules', 'nearley', 'bin', 'nearleyc.js');
const result = spawnSync(process.execPath, [compiler, source], { encoding: 'utf8' });
if (result.status !== 0) {
  process.stderr.write(result.stderr);
  process.exit(1);
}
// The first line names the compiler's version and the day: neither belongs in the repository.
const text = result.stdout.replace(
  /^\/\/ Generated automatically.*\n/m,
  '// Generated from grammar.ne by `npm run grammar`.\n',
);
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(root, 'rules', 'language', 'grammar.generated.js'), text);
