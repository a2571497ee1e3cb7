import moo from 'moo';
import { type Around, isReserved, wordType } from './words.ts';

/**
 * Text to tokens. Spaces and comments are dropped; words of the language get their own token type, `not in`, `not like`,
 * `not between`, `not regexp` and `is not` are one token each (so the grammar needs no second look at `not`); the text of a
 * script in brackets is one token, since it is not EPL. Tokens that cannot be read have a `problem`.
 */
export interface Token {
  /** The sign itself, the word in lower case, or `name`, `string`, `number`, `class text`, `script`, `wrong`. */
  readonly type: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** `not` is part of the token. */
  readonly negated?: true;
  readonly problem?: LexicalProblem;
}

/** Why a piece of text is no token. */
export type LexicalProblem = 'character' | 'string' | 'comment' | 'backtick' | 'script' | 'class text';

const LETTERS = 'A-Za-z_$\\u00c0-\\u1fff\\u3040-\\ud7ff';
const NAME_CHARS = `[${LETTERS}][0-9${LETTERS}]*`;

/** Longest first: moo takes the first rule that fits. */
const LEXER = moo.compile({
  space: { match: /[ \t\r\n\f\u00a0\ufeff]+/, lineBreaks: true },
  lineComment: /\/\/[^\n]*/,
  blockComment: { match: /\/\*[\s\S]*?\*\//, lineBreaks: true },
  openComment: { match: /\/\*[\s\S]*/, lineBreaks: true },
  classText: { match: /"""[\s\S]*?"""/, lineBreaks: true },
  openClassText: { match: /"""[\s\S]*/, lineBreaks: true },
  string: { match: /'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"/, lineBreaks: true },
  openString: /'[^\n;]*|"[^\n;]*/,
  quoted: /`[^`\n]+`/,
  openQuoted: /`[^`\n;]*/,
  number: new RegExp(
    [
      '0[xX][0-9a-fA-F]+[lL]?',
      '(?:\\d+\\.\\d+|\\.\\d+)(?:[eE][+-]?\\d+)?[dDfF]?',
      '\\d+[eE][+-]?\\d+[dDfF]?',
      '\\d+\\.(?![\\w$.])',
      '\\d+[dDfFlL](?![\\w$])',
      '\\d+',
    ].join('|'),
  ),
  hyphenWord:
    /(?:[eE][vV][eE][rR][yY]-[dD][iI][sS][tT][iI][nN][cC][tT]|[rR][eE][tT][aA][iI][nN]-(?:[uU][nN][iI][oO][nN]|[iI][nN][tT][eE][rR][sS][eE][cC][tT][iI][oO][nN])|[eE][vV][eE][nN][tT]-[pP][rR][eE][cC][eE][dD][eE][nN][cC][eE])(?![\w$])/,
  word: new RegExp(`${NAME_CHARS}(?:\\\\\\.(?:${NAME_CHARS})?)*`),
  parameter: new RegExp(
    `\\?:(?:${NAME_CHARS}(?:/${NAME_CHARS})*(?::${NAME_CHARS}(?:\\.${NAME_CHARS})*(?:\\[\\])*)?|:${NAME_CHARS}(?:\\.${NAME_CHARS})*(?:\\[\\])*)`,
  ),
  sign: ['->', '-[', '=>', '!=', '<>', '<=', '>=', '||', ...'=<>+-*/%&|^()[]{},;:.@?#'],
  unknown: { match: /[\s\S]/, lineBreaks: true },
});

const PROBLEMS: Readonly<Record<string, LexicalProblem>> = {
  unknown: 'character',
  openString: 'string',
  openComment: 'comment',
  openQuoted: 'backtick',
  openClassText: 'class text',
};

/** All tokens of a text, in order. Cost: linear in the text. */
export function tokenize(text: string): Token[] {
  return joinNegations(classify(scan(text)));
}

/** First pass: places and raw kinds; words are `word`, scripts are cut out. */
function scan(text: string): Token[] {
  const tokens: Token[] = [];
  const scripts = new ScriptFinder();
  LEXER.reset(text);
  let base = 0;
  for (let token = LEXER.next(); token !== undefined; token = LEXER.next()) {
    const kind = token.type ?? '';
    if (kind === 'space' || kind === 'lineComment' || kind === 'blockComment') continue;
    const start = base + token.offset;
    if (kind === 'parameter' && endsOperand(tokens)) {
      tokens.push({ type: '?', text: '?', start, end: start + 1 });
      base = start + 1;
      LEXER.reset(text.slice(base));
      continue;
    }
    const end = start + token.text.length;
    const problem = PROBLEMS[kind];
    if (problem !== undefined) tokens.push({ type: 'wrong', text: token.text, start, end, problem });
    else tokens.push({ type: rawType(kind, token.text), text: token.text, start, end });
    if (!scripts.opens(tokens)) continue;
    const close = endOfScript(text, end);
    const content = text.slice(end, close);
    if (close === text.length) {
      tokens.push({ type: 'wrong', text: content, start: end, end: close, problem: 'script' });
      break;
    }
    tokens.push({ type: 'script', text: content, start: end, end: close });
    base = close;
    LEXER.reset(text.slice(close));
  }
  return tokens;
}

/** In `in [a?:b]` the question mark belongs to the property before it. */
function endsOperand(tokens: readonly Token[]): boolean {
  const last = tokens[tokens.length - 1];
  if (last === undefined) return false;
  if (last.type === 'word') return tokens[tokens.length - 2]?.type === '.' || !isReserved(last.text);
  return [')', ']', 'name'].includes(last.type);
}

function rawType(kind: string, text: string): string {
  if (kind === 'sign') return text;
  if (kind === 'quoted') return 'name';
  if (kind === 'classText') return 'class text';
  return kind === 'hyphenWord' ? 'word' : kind;
}

/**
 * Finds the bracket that opens the text of a script: `expression [type] dialect:name(…) [ … ]`, at the begin of a
 * statement, after `create` or after another declaration.
 */
class ScriptFinder {
  private inDeclaration = false;
  private sawDialect = false;
  private depth = 0;

  /** Whether the last token is that bracket. */
  opens(tokens: readonly Token[]): boolean {
    const token = tokens[tokens.length - 1] as Token;
    if (token.type === ';') this.inDeclaration = false;
    if (token.type === 'word' && token.text.toLowerCase() === 'expression' && startsDeclaration(tokens)) {
      this.inDeclaration = true;
      this.sawDialect = false;
      this.depth = 0;
      return false;
    }
    if (!this.inDeclaration) return false;
    if (token.type === ':' && this.depth === 0) this.sawDialect = true;
    if (token.type === '{') this.inDeclaration = false;
    if (token.type === '[' && this.depth === 0 && this.sawDialect) {
      this.inDeclaration = false;
      return true;
    }
    if (token.type === '(' || token.type === '[') this.depth++;
    if (token.type === ')' || token.type === ']') this.depth--;
    return false;
  }
}

function startsDeclaration(tokens: readonly Token[]): boolean {
  const previous = tokens[tokens.length - 2];
  if (previous === undefined) return true;
  // After an annotation: its name or its `)`; after another declaration: its `]` or `}`.
  if ([';', ')', ']', '}', 'class text'].includes(previous.type)) return true;
  if (previous.type !== 'word') return false;
  return previous.text.toLowerCase() === 'create' || tokens[tokens.length - 3]?.type === '@';
}

/** Offset of the bracket that closes a script, or the length of the text. */
function endOfScript(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === '[') depth++;
    else if (char === ']' && depth-- === 0) return i;
    else if (char === '"' || char === "'") i = endOfQuote(text, i, char);
    else if (text.startsWith('//', i)) i = indexOrEnd(text, '\n', i) - 1;
    else if (text.startsWith('/*', i)) i = indexOrEnd(text, '*/', i + 2) + 1;
  }
  return text.length;
}

/** Offset of the closing quote; of the opening one when the line has none: then it was an apostrophe. */
function endOfQuote(text: string, open: number, quote: string): number {
  for (let i = open + 1; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return i;
  }
  return open;
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const at = text.indexOf(wanted, from);
  return at < 0 ? text.length : at;
}

/** Second pass: which words are words of the language here. */
function classify(raw: readonly Token[]): Token[] {
  let inContext = false;
  return raw.map((token, i) => {
    const previous = raw[i - 1];
    if (token.type === ';') inContext = false;
    if (token.type !== 'word') return token;
    const word = token.text.toLowerCase();
    if (word === 'context' && previous?.text.toLowerCase() === 'create') inContext = true;
    const around: Around = {
      previous: previous?.type ?? '',
      next: lookType(raw[i + 1]),
      afterNext: lookType(raw[i + 2]),
      inContext,
    };
    return { ...token, type: token.text.includes('\\') ? 'name' : wordType(word, around) };
  });
}

/** Type of a following token; for the words that `wordType` looks for, the word. */
function lookType(token: Token | undefined): string {
  if (token?.type !== 'word') return token?.type ?? '';
  const word = token.text.toLowerCase();
  return word === 'by' || word === 'sets' || word === 'select' ? word : 'name';
}

const NEGATABLE: ReadonlySet<string> = new Set(['in', 'like', 'between', 'regexp']);

/** Third pass: `not in` and its kind become one token. */
function joinNegations(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    const next = tokens[i + 1];
    if (next !== undefined && token.type === 'not' && NEGATABLE.has(next.type)) {
      joined.push({
        type: next.type,
        text: `not ${next.text}`,
        start: token.start,
        end: next.end,
        negated: true,
      });
      i++;
    } else if (next !== undefined && token.type === 'is' && next.type === 'not') {
      joined.push({ type: 'is', text: 'is not', start: token.start, end: next.end, negated: true });
      i++;
    } else joined.push(token);
  }
  return joined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** Content of a string token: `\uXXXX` and the usual escapes resolved, any other character stands for itself. */
export function stringContent(text: string): string {
  if (!text.includes('\\')) return text.slice(1, -1);
  return text.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, escaped: string) => {
    if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return Object.hasOwn(ESCAPES, escaped) ? (ESCAPES[escaped] as string) : escaped;
  });
}

/** The name a token stands for: without backticks, `\.` as a dot. */
export function nameContent(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text.includes('\\') ? text.replaceAll('\\.', '.') : text;
}
