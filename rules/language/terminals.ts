import type { Token } from './lexer.ts';
import { SOFT, UNITS } from './words.ts';

/** What the grammar calls `%NAME`: a class of tokens, so that one rule serves all of them (Earley pays for every rule). */
export interface Terminal {
  test(token: Token): boolean;
  /** What a reader is told was expected. */
  readonly label: string;
  /** What the test looks at: the type alone (then its answer is kept for the type), or the text of the token too. */
  readonly reads: 'type' | 'text';
}

const CONSTANTS: ReadonlySet<string> = new Set(['number', 'string', 'true', 'false', 'null']);

const ofType = (label: string, test: (type: string) => boolean): Terminal => ({
  label,
  reads: 'type',
  test: (token) => test(token.type),
});

function oneOf(label: string, ...types: string[]): Terminal {
  const set: ReadonlySet<string> = new Set(types);
  return ofType(label, (type) => set.has(type));
}

const ofText = (label: string, test: (text: string, type: string) => boolean): Terminal => ({
  label,
  reads: 'text',
  test: (token) => test(token.text.toLowerCase(), token.type),
});

const SCHEMA_CLAUSES = ['inherits', 'copyfrom', 'starttimestamp', 'endtimestamp'];

const SCHEMA_KINDS = ['variant', 'map', 'objectarray', 'json', 'avro', 'xml'];

/** Terminals of the grammar that are more than one sign or word. */
export const TERMINALS = {
  /** Any name: fields, functions, columns. */
  NAME: ofType('a name', (type) => type === 'name' || SOFT.has(type)),
  /** A name that is no word of the language: streams without `as`, schema clauses. */
  IDENT: oneOf('a name', 'name'),
  /** Names of types. */
  TYPE: ofType('a name', (type) => type === 'name' || UNITS.has(type) || type === 'events' || type === 'at'),
  /** A column name without `as`. */
  ALIAS: ofType(
    'a name',
    (type) => type === 'name' || (SOFT.has(type) && type !== 'for' && type !== 'limit'),
  ),
  CLAUSE: ofText(
    SCHEMA_CLAUSES.map((word) => `\`${word}\``).join(', '),
    (text, type) => type === 'name' && SCHEMA_CLAUSES.includes(text),
  ),
  KIND: ofText(SCHEMA_KINDS.map((word) => `\`${word}\``).join(', '), (text) => SCHEMA_KINDS.includes(text)),
  UNIQUE: ofText('`unique`', (text) => text === 'unique'),
  FIXED: ofText('`constant`', (text) => text === 'const' || text === 'constant'),
  CONSTANT: ofType('a value', (type) => CONSTANTS.has(type)),
  STRING: oneOf('a string', 'string'),
  NUMBER: oneOf('a number', 'number'),
  SCRIPT: oneOf('a script', 'script'),
  MODULE: oneOf('`module`, `uses`, `import`', 'module', 'uses', 'import'),
  CLASS: oneOf('a class text', 'class text'),
  PARAMETER: oneOf('a parameter', 'parameter'),
  UNIT: ofType('a unit of time', (type) => UNITS.has(type)),
  EQUAL: oneOf('an operator', '=', '!=', '<>', 'is'),
  COMPARE: oneOf('an operator', '<', '<=', '>', '>='),
  PLUS: oneOf('an operator', '+', '-'),
  TIMES: oneOf('an operator', '*', '/', '%'),
  BITS: oneOf('an operator', '&', '|', '^'),
  SIGN: oneOf('a sign', '+', '-'),
  MATCH: oneOf('an operator', 'like', 'regexp'),
  QUANTIFIER: oneOf('`any`, `some`, `all`', 'any', 'some', 'all'),
  EACH: oneOf('`distinct`, `all`', 'distinct', 'all'),
  ORDER: oneOf('`asc`, `desc`', 'asc', 'desc'),
  OPEN: oneOf('`(`, `[`', '(', '['),
  CLOSE: oneOf('`)`, `]`', ')', ']'),
  STREAM: oneOf('`istream`, `rstream`, `irstream`', 'istream', 'rstream', 'irstream'),
  SIDE: oneOf('`left`, `right`, `full`', 'left', 'right', 'full'),
  RETAIN: oneOf(
    '`unidirectional`, `retain-union`, `retain-intersection`',
    'unidirectional',
    'retain-union',
    'retain-intersection',
  ),
  PART: oneOf('`all`, `first`, `last`, `snapshot`', 'all', 'first', 'last', 'snapshot'),
  REPEATS: oneOf('a quantifier', '*', '+', '?'),
} as const satisfies Readonly<Record<string, Terminal>>;
