import { type Diagnostic, makeDiagnostic } from './diagnostics.ts';
import { nearest } from './hints.ts';
import type { LexicalProblem, Token } from './lexer.ts';
import { TERMINALS as T } from './terminals.ts';
import { WORDS } from './words.ts';

/** Messages for text that is no EPL: what was found, what could stand there, and the likely slip. */

/**
 * The token at `at` does not fit; `expected` are the terminals that would have, `expectedBefore` those that could have
 * stood in place of the token before it: a misspelt word is often taken for a name.
 */
export function unexpectedToken(
  file: string,
  tokens: readonly Token[],
  at: number,
  expected: readonly unknown[],
  expectedBefore: () => readonly unknown[],
): Diagnostic {
  const found = tokens[at] as Token;
  const previous = tokens[at - 1];
  if (previous !== undefined && swallows(previous)) return openString(file, previous);
  const hint = misspelt(found, expected);
  if (hint !== '') return notExpected(file, found, hint, []);
  if (previous?.type === 'name') {
    const earlier = misspelt(previous, [...expected, ...expectedBefore()]);
    if (earlier !== '') return notExpected(file, previous, earlier, []);
  }
  const made = notExpected(file, found, '', [...expectedNote(expected), ...slipNotes(tokens, at, expected)]);
  const open = unclosed(tokens.slice(0, at));
  const isLost = CLOSING.has(found.type) || unclosed(tokens) !== null;
  const couldClose = expected.some((one) => CLOSING.has(typeOf(one) ?? ''));
  return open !== null && isLost && couldClose ? withOpen(made, open) : made;
}

const CLOSING: ReadonlySet<string> = new Set([')', ']', '}']);

/** Words of the language that are names unless this follows. */
const FOLLOWERS: ReadonlyMap<string, string> = new Map([
  ['order', 'by'],
  ['group', 'by'],
  ['pattern', '['],
  ['match_recognize', '('],
  ['grouping', 'sets'],
]);

/** What a name was meant to be; empty when it is near no expected word. */
function misspelt(token: Token, expected: readonly unknown[]): string {
  if (token.type !== 'name' || token.text.length < 3) return '';
  const meant = nearest(token.text, wordsOf(expected));
  if (meant === null) return '';
  if (meant !== token.text.toLowerCase()) return `did you mean \`${meant}\`?`;
  const follower = FOLLOWERS.get(meant);
  return follower === undefined ? '' : `expected \`${follower}\` after it`;
}

function notExpected(file: string, token: Token, label: string, notes: readonly string[]): Diagnostic {
  return makeDiagnostic('E0101', file, `did not expect \`${shown(token.text)}\` here`, token, {
    label,
    notes,
  });
}

function withOpen(diagnostic: Diagnostic, open: Token): Diagnostic {
  const label = { span: { start: open.start, end: open.end }, text: `this \`${open.text}\` is not closed` };
  return { ...diagnostic, labels: [...diagnostic.labels, label] };
}

/** The statement is not complete. */
export function unexpectedEnd(
  file: string,
  tokens: readonly Token[],
  expected: readonly unknown[],
): Diagnostic {
  const last = tokens[tokens.length - 1];
  if (last === undefined) return makeDiagnostic('E0102', file, 'there is nothing here', { start: 0, end: 0 });
  if (swallows(last)) return openString(file, last);
  const label = misspelt(last, expected);
  const title = `the statement ends too early, after \`${shown(last.text)}\``;
  const notes = label === '' ? expectedNote(expected) : [];
  const made = makeDiagnostic('E0102', file, title, last, { label, notes });
  const open = unclosed(tokens);
  return open === null ? made : withOpen(made, open);
}

const LEXICAL: Readonly<Record<LexicalProblem, (sign: string) => string>> = {
  string: (sign) => `the string that begins here has no closing ${sign}`,
  comment: () => 'the comment that begins here has no closing */',
  backtick: () => 'the name that begins here has no closing `',
  'class text': () => 'the class that begins here has no closing """',
  script: () => 'the script that begins here has no closing ]',
  character: (sign) => `the character \`${sign}\` has no meaning in EPL`,
};

/** A piece of text that is no token. */
export function lexicalMistake(
  file: string,
  text: string,
  tokens: readonly Token[],
  wrong: Token,
): Diagnostic {
  const problem = wrong.problem as LexicalProblem;
  const swallowing = problem === 'string' ? tokens.find(swallows) : undefined;
  if (swallowing !== undefined) return openString(file, swallowing);
  const sign = String.fromCodePoint(text.codePointAt(wrong.start) ?? 0);
  const title = LEXICAL[problem](shown(sign));
  const isCharacter = problem === 'character';
  const span = {
    start: wrong.start,
    end: Math.min(text.length, wrong.start + (isCharacter ? sign.length : 1)),
  };
  const notes = isCharacter ? characterNotes(sign) : [];
  return makeDiagnostic(isCharacter ? 'E0105' : 'E0103', file, title, span, { notes });
}

function characterNotes(sign: string): string[] {
  if ('“”„‘’‚'.includes(sign)) return ['a string stands between \' or "'];
  if (sign === '!') return ['write `not`, or `!=` between two values'];
  if ('–—'.includes(sign)) return ['this is a dash; the minus is `-`'];
  return [];
}

/** A string that goes over a statement's end was most likely meant to be closed before. */
function swallows(token: Token): boolean {
  return token.type === 'string' && /;[^\S\n]*\n/.test(token.text);
}

function openString(file: string, token: Token): Diagnostic {
  const sign = token.text[0] as string;
  const place = { start: token.start, end: token.start + 1 };
  const notes = ['it is closed only lines later, over the end of a statement'];
  return makeDiagnostic('E0103', file, LEXICAL.string(sign), place, { notes });
}

const STATEMENT_WORDS: ReadonlySet<string> = new Set(['select', 'create', 'insert', 'on', '@', 'update']);

const EVERY_NOT: ReadonlySet<string> = new Set(['every', 'not']);

/** What often is behind an unexpected token. */
function slipNotes(tokens: readonly Token[], at: number, expected: readonly unknown[]): string[] {
  const found = tokens[at] as Token;
  const previous = tokens[at - 1]?.text;
  if (found.text === '=' && previous === '=') return ['equality is a single `=`'];
  if (found.text === '&' && previous === '&') return ['write `and`'];
  if (EVERY_NOT.has(found.text) && previous !== undefined && EVERY_NOT.has(previous))
    return [`put it in parentheses: ${previous} (${found.text} …)`];
  if (found.type === '=>' && expected.some((one) => typeOf(one) === '->'))
    return ['a sequence is written `->`'];
  const wantsName = expected.includes(T.NAME) || expected.includes(T.TYPE);
  if (wantsName && !expected.includes(T.CONSTANT) && found.type !== 'name' && isWord(found)) {
    return [`\`${found.text}\` is a word of the language; as a name write it in backticks`];
  }
  const isStart = at > 0 && STATEMENT_WORDS.has(found.type) && unclosed(tokens.slice(0, at)) === null;
  return isStart ? ['is a `;` missing before it?'] : [];
}

const isWord = (token: Token): boolean => /^[A-Za-z_]/.test(token.text);

/** Words among the terminals. */
function wordsOf(expected: readonly unknown[]): string[] {
  const words = expected.flatMap((one) => {
    const type = (one as { type?: string }).type;
    if (type !== undefined) return /^[a-z]/.test(type) ? [type] : [];
    const quoted = (one as { label: string }).label.match(/`[a-z_-]+`/g) ?? [];
    return quoted.map((word) => word.slice(1, -1));
  });
  return words.filter((word) => WORDS.includes(word) || word.length > 2);
}

const typeOf = (one: unknown): string | undefined => (one as { type?: string }).type;

/** Terminals that begin an expression, or go on with one, are said in one word. */
const EXPRESSION_STARTS: ReadonlySet<unknown> = new Set([
  ...[T.CONSTANT, T.NAME, T.SIGN, T.PARAMETER],
  ...['(', '{', '?', 'case', 'cast', 'exists', 'new', 'not'],
]);
const OPERATORS: ReadonlySet<unknown> = new Set([
  ...[T.EQUAL, T.COMPARE, T.PLUS, T.TIMES, T.BITS, T.MATCH],
  ...['||', 'and', 'or', 'in', 'between', '.', '[', '?', '('],
]);
const PATTERN_STARTS: ReadonlySet<unknown> = new Set([
  ...[T.NAME, T.TYPE],
  ...['every', 'every-distinct', 'not', '[', '('],
]);

const STATEMENT_STARTS: ReadonlySet<unknown> = new Set([
  ...[T.MODULE, '@', 'context', 'create', 'delete', 'expression', 'inlined_class'],
  ...['insert', 'into', 'on', 'select', 'update'],
]);

/** `expected …`: a short list for people. */
function expectedNote(expected: readonly unknown[]): string[] {
  let open = expected.map((one) => typeOf(one) ?? one);
  const names: string[] = [];
  const replace = (set: ReadonlySet<unknown>, name: string) => {
    names.push(name);
    open = open.filter((one) => !set.has(one));
  };
  const has = (one: unknown) => open.includes(one);
  if (has('create') && has('select')) replace(STATEMENT_STARTS, 'a statement (`select`, `create` …)');
  if (has('every') && has('every-distinct')) replace(PATTERN_STARTS, 'a pattern');
  if (has(T.CONSTANT) && has('case')) replace(EXPRESSION_STARTS, 'an expression');
  if (has(T.COMPARE) && has('||')) replace(OPERATORS, 'an operator');
  const rest = open.flatMap((one) => {
    return typeof one === 'string' ? [`\`${one}\``] : (one as { label: string }).label.split(', ');
  });
  const signsFirst = [...new Set(rest)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const all = [
    ...signsFirst.filter((one) => rank(one) < 2),
    ...names,
    ...signsFirst.filter((one) => rank(one) === 2),
  ];
  if (all.length === 0) return [];
  return [`expected ${all.length > 9 ? `${all.slice(0, 9).join(', ')} …` : all.join(', ')}`];
}

/** Names and values, then signs, then words. */
function rank(label: string): number {
  if (!label.startsWith('`')) return 0;
  return /^`[a-z]/.test(label) ? 2 : 1;
}

/** The innermost bracket that is not closed. */
function unclosed(tokens: readonly Token[]): Token | null {
  const open: Token[] = [];
  for (const token of tokens) {
    if ('([{'.includes(token.type) || token.type === '-[') open.push(token);
    else if (')]}'.includes(token.type)) open.pop();
  }
  return open[open.length - 1] ?? null;
}

/** Tokens in messages: on one line, not too long. */
function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
