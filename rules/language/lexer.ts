import moo from 'moo';
import type { PeriodUnit } from '../../engine/expr/ir.ts';

/** Words that cannot be names unless written in backticks. Their token type is the word in lower case. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'select from where as pattern every not and or in is null between like regexp escape case when then else end ' +
    'true false insert into create schema inherits starttimestamp endtimestamp istream rstream irstream distinct ' +
    'until while cast map objectarray json variant copyfrom'
  ).split(' '),
);

/** Unit words of time periods; they are names everywhere else. */
export const UNITS: ReadonlyMap<string, PeriodUnit> = new Map<string, PeriodUnit>([
  ['year', 'year'],
  ['years', 'year'],
  ['month', 'month'],
  ['months', 'month'],
  ['week', 'week'],
  ['weeks', 'week'],
  ['day', 'day'],
  ['days', 'day'],
  ['hour', 'hour'],
  ['hours', 'hour'],
  ['minute', 'minute'],
  ['minutes', 'minute'],
  ['min', 'minute'],
  ['second', 'second'],
  ['seconds', 'second'],
  ['sec', 'second'],
  ['millisecond', 'millisecond'],
  ['milliseconds', 'millisecond'],
  ['msec', 'millisecond'],
  ['microsecond', 'microsecond'],
  ['microseconds', 'microsecond'],
  ['usec', 'microsecond'],
]);

/** Reserved words that are only words of a clause and may be names too. */
const SOFT: ReadonlySet<string> = new Set([
  'map',
  'objectarray',
  'json',
  'variant',
  'cast',
  'schema',
  'until',
  'escape',
]);

function wordType(text: string): string {
  const word = text.toLowerCase();
  if (RESERVED.has(word)) return SOFT.has(word) ? `soft_${word}` : word;
  return UNITS.has(word) ? 'unit' : 'name';
}

const RULES: moo.Rules = {
  space: { match: /[ \t\r\n\f\u00a0]+/, lineBreaks: true },
  lineComment: /\/\/[^\n]*/,
  blockComment: { match: /\/\*[\s\S]*?\*\//, lineBreaks: true },
  string: [
    { match: /'(?:\\[\s\S]|[^'\\])*'/, lineBreaks: true },
    { match: /"(?:\\[\s\S]|[^"\\])*"/, lineBreaks: true },
  ],
  hex: /0[xX][0-9a-fA-F]+/,
  decimal: /(?:\d+\.\d*|\.\d+|\d+)[eE][+-]?\d+[dDfF]?|(?:\d+\.\d+|\.\d+)[dDfF]?|\d+[dDfF](?![A-Za-z0-9_$])/,
  integer: /\d+[lL]?/,
  quoted: /`[^`\n]+`/,
  everyDistinct: /[eE][vV][eE][rR][yY]-[dD][iI][sS][tT][iI][nN][cC][tT]/,
  word: { match: /[A-Za-z_$\u00c0-\uffff][A-Za-z0-9_$\u00c0-\uffff]*/, type: wordType },
  arrow: '->',
  limitArrow: '-[',
  lambda: '=>',
  operator: ['!=', '<>', '<=', '>=', '||', '=', '<', '>', '+', '-', '*', '/', '%', '&', '|', '^'],
  punctuation: ['(', ')', '[', ']', '{', '}', ',', ';', ':', '.', '@', '?', '#'],
  wrong: moo.error,
};

/** Token types whose words stand for themselves in the grammar. */
const SIGNS: ReadonlySet<string> = new Set(['operator', 'punctuation', 'arrow', 'limitArrow', 'lambda']);

/** A token with its place in the text. */
export interface Token {
  readonly type: string;
  readonly text: string;
  readonly offset: number;
}

/** All tokens but spaces and comments; a text that is no token comes last, with type `wrong`. */
export function tokenize(text: string): Token[] {
  const lexer = moo.compile(RULES);
  lexer.reset(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    const type = token.type ?? '';
    if (type === 'space' || type === 'lineComment' || type === 'blockComment') continue;
    const literal = SIGNS.has(type);
    // After a dot every word is a name: `x.between(…)`, `a.where(…)`.
    const isMember = tokens[tokens.length - 1]?.type === '.' && /^[A-Za-z_$]/.test(token.text);
    if (isMember) tokens.push({ type: 'name', text: token.text, offset: token.offset });
    else tokens.push({ type: literal ? token.text : type, text: token.text, offset: token.offset });
    if (type === 'wrong') break;
  }
  return tokens;
}

/** Content of a string token, with its escapes resolved. */
export function stringContent(text: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
  return text.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, escaped: string) => {
    if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return escapes[escaped] ?? escaped;
  });
}
