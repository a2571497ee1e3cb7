import { type Diagnostic, makeDiagnostic, type Span } from './diagnostics.ts';
import { nearest } from './hints.ts';
import type { LexicalProblem, Token } from './lexer.ts';
import { TERMINALS as T } from './terminals.ts';
import { WORDS } from './words.ts';

/** Messages for text that is no EPL: what was found, what could stand there, and the likely slip. */

/** The token at `at` does not fit; `expected` are the terminals that would have. */
export function unexpectedToken(
  file: string,
  tokens: readonly Token[],
  at: number,
  expected: readonly unknown[],
): Diagnostic {
  const found = tokens[at] as Token;
  const previous = tokens[at - 1];
  if (previous !== undefined && swallows(previous)) return openString(file, previous);
  const words = wordsOf(expected);
  const meant = found.type === 'name' ? nearest(found.text, words) : null;
  if (meant !== null) return notExpected(file, found, `did you mean \`${meant}\`?`, expected);
  const before = previous?.type === 'name' ? nearest(previous.text, words) : null;
  if (previous !== undefined && before !== null)
    return notExpected(file, previous, `did you mean \`${before}\`?`, []);
  return notExpected(file, found, '', expected, slipNotes(tokens, at, expected));
}

function notExpected(
  file: string,
  token: Token,
  label: string,
  expected: readonly unknown[],
  notes: readonly string[] = [],
): Diagnostic {
  const title = `did not expect \`${shown(token.text)}\` here`;
  return makeDiagnostic('E0101', file, title, token, { label, notes: [...expectedNote(expected), ...notes] });
}

/** The statement is not complete. `end` is the offset of its `;` or the end of the text. */
export function unexpectedEnd(
  file: string,
  tokens: readonly Token[],
  end: number,
  expected: readonly unknown[],
): Diagnostic {
  const last = tokens[tokens.length - 1];
  if (last === undefined) return makeDiagnostic('E0102', file, 'there is nothing here', { start: 0, end: 0 });
  if (swallows(last)) return openString(file, last);
  const title = `the statement ends too early, after \`${shown(last.text)}\``;
  const words = wordsOf(expected);
  const meant = last.type === 'name' ? nearest(last.text, words) : null;
  const label = meant === null ? '' : `did you mean \`${meant}\`?`;
  const made = makeDiagnostic('E0102', file, title, label === '' ? endSpan(last, end) : last, {
    label,
    notes: expectedNote(expected),
  });
  const open = unclosed(tokens);
  if (open === null) return made;
  const place = { span: { start: open.start, end: open.end }, text: `this \`${open.text}\` is not closed` };
  return { ...made, labels: [...made.labels, place] };
}

/** The last token, so that the caret stands under text also when the `;` is lines away. */
function endSpan(last: Token, end: number): Span {
  return end > last.end ? { start: last.start, end: last.end } : last;
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

/** What often is behind an unexpected token. */
function slipNotes(tokens: readonly Token[], at: number, expected: readonly unknown[]): string[] {
  const found = tokens[at] as Token;
  const previous = tokens[at - 1]?.text;
  if (found.text === '=' && previous === '=') return ['equality is a single `=`'];
  if (found.text === '&' && previous === '&') return ['write `and`'];
  const wantsName = expected.some((one) => one === T.NAME || one === T.TYPE || one === T.IDENT);
  if (wantsName && found.type !== 'name' && /^[a-z_-]+$/.test(found.type) && isWord(found)) {
    return [`\`${found.text}\` is a word of the language; as a name write it in backticks`];
  }
  if (at > 0 && STATEMENT_WORDS.has(found.type)) return ['is a `;` missing before it?'];
  return [];
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

/** `expected …`: a short list for people. */
function expectedNote(expected: readonly unknown[]): string[] {
  let open = expected.map((one) => typeOf(one) ?? one);
  const names: string[] = [];
  const replace = (set: ReadonlySet<unknown>, name: string) => {
    names.push(name);
    open = open.filter((one) => !set.has(one));
  };
  const has = (one: unknown) => open.includes(one);
  if (has('every') && has('every-distinct')) replace(PATTERN_STARTS, 'a pattern');
  if (has(T.CONSTANT) && has('case')) replace(EXPRESSION_STARTS, 'an expression');
  if (has(T.COMPARE) && has('||')) replace(OPERATORS, 'an operator');
  const rest = open.map((one) => (typeof one === 'string' ? `\`${one}\`` : (one as { label: string }).label));
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
