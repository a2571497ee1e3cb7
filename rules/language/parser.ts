import nearley from 'nearley';
import { assert } from '../../engine/core/assert.ts';
import { LIMITS } from '../../engine/core/limits.ts';
import type { Module, Statement } from './ast.ts';
import type { GrammarToken } from './build.ts';
import type { Diagnostic, Span } from './diagnostics.ts';
import grammar from './grammar.generated.js';
import { type Token, tokenize } from './lexer.ts';

const compiled = nearley.Grammar.fromCompiled(grammar);

/**
 * Parses an EPL module. Never throws on text: each statement is parsed by itself (Earley is slow on long texts), so a
 * broken one gives its own diagnostic and the others still count.
 */
export function parseModule(file: string, text: string): { module: Module; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const statements: Statement[] = [];
  for (const tokens of splitStatements(tokenize(text))) {
    const parsed = parseStatement(file, tokens);
    if ('code' in parsed) diagnostics.push(parsed);
    else statements.push(parsed);
  }
  return { module: { file, text, statements }, diagnostics };
}

/** Statements end at `;` outside all brackets; a bracket left open ends with the text. */
function splitStatements(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [];
  let current: Token[] = [];
  for (const token of tokens) {
    if (token.type === ';') {
      if (current.length > 0) statements.push(current);
      current = [];
    } else current.push(token);
  }
  if (current.length > 0) statements.push(current);
  return statements;
}

function parseStatement(file: string, tokens: readonly Token[]): Statement | Diagnostic {
  const wrong = tokens.find((token) => token.type === 'wrong');
  if (wrong !== undefined) return badToken(file, wrong);
  const deep = tooDeep(tokens);
  if (deep !== null)
    return problem(file, 'E0104', `nested deeper than ${LIMITS.nestingMax} brackets`, spanOf(deep), []);
  const later = laterForm(tokens);
  if (later !== null) return notImplemented(file, later.what, later.token);
  const parser = new nearley.Parser(compiled);
  for (let i = 0; i < tokens.length; i++) {
    if (!feed(parser, tokens[i] as Token))
      return unexpected(file, tokens[i] as Token, expectedBy(tokens.slice(0, i)));
  }
  const results = parser.results as Statement[];
  if (results.length === 0) {
    const last = tokens[tokens.length - 1] as Token;
    const title = `the statement ends too early, after \`${last.text}\``;
    return problem(file, 'E0102', title, spanOf(last), expectedBy(tokens));
  }
  assert(
    results.length === 1,
    `the grammar reads a statement in ${results.length} ways: ${tokens.map((one) => one.text).join(' ')}`,
  );
  return results[0] as Statement;
}

/** Gives one token to the parser; false when it does not fit. */
function feed(parser: nearley.Parser, token: Token): boolean {
  const given: GrammarToken = { text: token.type, source: token.text, offset: token.offset };
  parser.lexer = new OneToken(given) as unknown as nearley.Lexer;
  try {
    parser.feed('');
    return true;
  } catch (error) {
    if (error instanceof Error && 'token' in error) return false;
    throw error;
  }
}

/** nearley wants a lexer; this one hands over a single token that is already there. */
class OneToken {
  private next_: GrammarToken | undefined;

  constructor(token: GrammarToken) {
    this.next_ = token;
  }

  reset(): void {}

  save(): undefined {
    return undefined;
  }

  formatError(): string {
    return 'unexpected token';
  }

  has(): boolean {
    return false;
  }

  next(): GrammarToken | undefined {
    const token = this.next_;
    this.next_ = undefined;
    return token;
  }
}

const NAME_TYPES: ReadonlySet<string> = new Set(['name', 'quoted']);

/** A short list of the words and signs that could have stood after these tokens. */
function expectedBy(tokens: readonly Token[]): string[] {
  const parser = new nearley.Parser(compiled);
  for (const token of tokens) feed(parser, token);
  const column = (
    parser as unknown as { table: { scannable: { rule: { symbols: unknown[] }; dot: number }[] }[] }
  ).table;
  const found = new Set<string>();
  for (const state of column[column.length - 1]?.scannable ?? []) {
    const symbol = state.rule.symbols[state.dot] as { literal?: string; type?: string };
    if (symbol.literal !== undefined) found.add(`\`${symbol.literal}\``);
    else if (symbol.type !== undefined && NAME_TYPES.has(symbol.type)) found.add('a name');
    else if (symbol.type === 'string') found.add('a string');
    else if (symbol.type === 'integer') found.add('a number');
  }
  const list = [...found].sort();
  if (list.length === 0) return [];
  return [`expected ${list.length > 8 ? `${list.slice(0, 8).join(', ')} …` : list.join(', ')}`];
}

/** First words of statements of the language that have no grammar yet. */
const LATER_STATEMENTS: ReadonlySet<string> = new Set([
  'on',
  'update',
  'context',
  'expression',
  'import',
  'module',
  'uses',
]);
/** Words that begin a clause of `select` that has no grammar yet, outside all brackets. */
const LATER_CLAUSES: ReadonlySet<string> = new Set([
  'group',
  'having',
  'output',
  'order',
  'limit',
  'match_recognize',
  'join',
  'unidirectional',
  'for',
]);
/** Words that, written as `word (` or alone, belong to expressions that have no grammar yet. */
const LATER_WORDS: ReadonlySet<string> = new Set([
  'any',
  'some',
  'all',
  'new',
  'exists',
  'instanceof',
  'typeof',
  'prev',
  'prior',
  'istream',
]);

/** A form of EPL that this version cannot read; null when there is none in sight. */
function laterForm(tokens: readonly Token[]): { what: string; token: Token } | null {
  let depth = 0;
  let begun = false;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    const next = tokens[i + 1];
    const word = token.type === 'name' ? token.text.toLowerCase() : '';
    if (token.type === '@' && !begun) {
      i = skipAnnotation(tokens, i);
      continue;
    }
    if (!begun) {
      begun = true;
      if (LATER_STATEMENTS.has(word)) return { what: `the statement \`${token.text} …\``, token };
      if (token.type === 'create' && next?.type === 'name') return { what: `\`create ${next.text}\``, token };
    }
    if ('([{'.includes(token.type)) depth++;
    if (')]}'.includes(token.type)) depth--;
    if (token.type === '#' || (token.type === '.' && depth === 0 && isWindow(tokens, i)))
      return { what: 'a data window', token };
    if (token.type === '=>') return { what: 'a lambda expression', token };
    if (token.type === 'select' && depth > 0) return { what: 'a subquery', token };
    if (
      word !== '' &&
      depth === 0 &&
      tokens[i - 1]?.type !== '.' &&
      LATER_CLAUSES.has(word) &&
      isClause(word, next)
    ) {
      return { what: `the clause \`${token.text} …\``, token };
    }
    if (LATER_WORDS.has(word) && tokens[i - 1]?.type !== '.' && (next?.type === '(' || word === 'new')) {
      return { what: `\`${token.text}\``, token };
    }
  }
  return null;
}

function isClause(word: string, next: Token | undefined): boolean {
  if (word === 'group' || word === 'order') return next?.text.toLowerCase() === 'by';
  return next !== undefined && ![',', '.', '=', ')'].includes(next.type);
}

/** `.win:time(…)`, `.std:unique(…)`: the older way to write a window. */
function isWindow(tokens: readonly Token[], dot: number): boolean {
  return (
    tokens[dot + 1]?.type === 'name' && tokens[dot + 2]?.type === ':' && tokens[dot + 3]?.type === 'name'
  );
}

/** Index of the last token of the annotation that begins at `at`. */
function skipAnnotation(tokens: readonly Token[], at: number): number {
  let i = at + 1;
  while (tokens[i + 1]?.type === '.') i += 2;
  if (tokens[i + 1]?.type !== '(') return i;
  let depth = 0;
  for (i++; i < tokens.length; i++) {
    if (tokens[i]?.type === '(') depth++;
    if (tokens[i]?.type === ')' && --depth === 0) return i;
  }
  return i;
}

function tooDeep(tokens: readonly Token[]): Token | null {
  let depth = 0;
  for (const token of tokens) {
    if ('([{'.includes(token.type)) depth++;
    else if (')]}'.includes(token.type)) depth--;
    if (depth > LIMITS.nestingMax) return token;
  }
  return null;
}

function badToken(file: string, token: Token): Diagnostic {
  const quote = token.text[0] as string;
  const place = { start: token.offset, end: token.offset + 1 };
  if (quote === "'" || quote === '"') {
    return problem(file, 'E0103', `the string that begins here has no closing ${quote}`, place, []);
  }
  return problem(file, 'E0101', `the character \`${quote}\` has no meaning here`, place, []);
}

function unexpected(file: string, token: Token, notes: string[]): Diagnostic {
  return problem(file, 'E0101', `did not expect \`${token.text}\` here`, spanOf(token), notes);
}

function notImplemented(file: string, what: string, token: Token): Diagnostic {
  const title = `${what} is not implemented yet`;
  return { ...problem(file, 'E0500', title, spanOf(token), []), kind: 'not-implemented' };
}

function problem(file: string, code: string, title: string, span: Span, notes: string[]): Diagnostic {
  return { code, severity: 'error', kind: 'syntax', title, file, labels: [{ span, text: '' }], notes };
}

function spanOf(token: Token): Span {
  return { start: token.offset, end: token.offset + token.text.length };
}
