// Compiles rules/language/grammar.ne to grammar.generated.ts; prints to standard output with --print.
// nearley's own generator writes JavaScript for a global; this one writes a TypeScript module with one rule a line.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const nearley = require('nearley');
const compile = require('nearley/lib/compile.js');
const language = require('nearley/lib/nearley-language-bootstrapped.js');

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'rules', 'language');
const parser = new nearley.Parser(nearley.Grammar.fromCompiled(language));
parser.feed(`${readFileSync(join(folder, 'grammar.ne'), 'utf8')}\n`);
const { rules, start } = compile(parser.results[0], { args: [], nojs: false });

const BUILTINS = { id: 'id', nuller: '() => null', arrpush: '(d) => [...d[0], d[1]]' };
const defined = new Set(rules.map((rule) => rule.name));
for (const rule of rules) {
  for (const symbol of rule.symbols) {
    if (typeof symbol === 'string' && !defined.has(symbol))
      fail(`\`${rule.name}\` uses \`${symbol}\`, which has no rule`);
  }
}

const lines = rules.map(({ name, symbols, postprocess }) => {
  const process = postprocess === undefined ? 'null' : (BUILTINS[postprocess.builtin] ?? postprocess);
  return `  rule('${name}', [${symbols.map(printSymbol).join(', ')}], ${String(process).trim()}),`;
});

const text = `// Generated from grammar.ne by \`npm run grammar\`.
import * as b from './build.ts';
import * as q from './build-clauses.ts';
import * as x from './build-context.ts';
import * as e from './build-expression.ts';
import * as o from './build-on.ts';
import * as p from './build-pattern.ts';
import * as c from './build-schema.ts';
import * as i from './build-infra.ts';
import * as v from './build-declare.ts';
import * as r from './build-recognize.ts';
import * as f from './build-query.ts';
import * as s from './build-select.ts';
import * as y from './build-table.ts';
import { TERMINALS as T, type Terminal } from './terminals.ts';

type GrammarSymbol = string | { readonly type: string } | Terminal;

/** One production; a string is the name of another one, an object a token. */
export interface GrammarRule {
  readonly name: string;
  readonly symbols: readonly GrammarSymbol[];
  // biome-ignore lint/suspicious/noExplicitAny: parts of a production are tokens, nodes, lists of them or null.
  readonly postprocess: ((d: any[]) => unknown) | null;
}

const rule = (
  name: string,
  symbols: readonly GrammarSymbol[],
  postprocess: GrammarRule['postprocess'],
): GrammarRule => ({ name, symbols, postprocess });
const t = (type: string) => ({ type });
// biome-ignore lint/suspicious/noExplicitAny: see above.
const id = (d: any[]): unknown => d[0];

/** The production every statement is one of. */
export const START = '${start}';

/** All productions. */
export const RULES: readonly GrammarRule[] = [
${lines.join('\n')}
];
`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(folder, 'grammar.generated.ts'), text);

function printSymbol(symbol) {
  if (typeof symbol === 'string') return `'${symbol}'`;
  if (symbol.literal !== undefined) return `t('${symbol.literal}')`;
  const custom = /\? \{type: "(\w+)"\}/.exec(symbol.token)?.[1];
  if (custom === undefined) fail(`cannot write the symbol ${JSON.stringify(symbol)}`);
  return `T.${custom}`;
}

function fail(message) {
  process.stderr.write(`grammar.ne: ${message}\n`);
  process.exit(1);
}
