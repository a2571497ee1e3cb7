import nearley from 'nearley';
import { assert } from '../../engine/core/assert.ts';
import { LIMITS } from '../../engine/core/limits.ts';
import type { Expression, Module, Statement } from './ast.ts';
import { type Diagnostic, makeDiagnostic } from './diagnostics.ts';
import { finish } from './finish.ts';
import { RULES, START } from './grammar.generated.ts';
import { type Token, tokenize } from './lexer.ts';
import { lexicalMistake, unexpectedEnd, unexpectedToken } from './syntax-errors.ts';

const compile = (start: string) =>
  nearley.Grammar.fromCompiled({ Lexer: undefined, ParserRules: RULES, ParserStart: start } as never);
const statementGrammar = compile(START);

/**
 * Parses an EPL module. Never throws on text. Statements end at `;` and each is parsed by itself: Earley is slow on long
 * texts, and so a broken statement gives its own diagnostic while the others still count.
 */
export function parseModule(file: string, text: string): { module: Module; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const statements: Statement[] = [];
  if (text.length > LIMITS.ruleFileCharsMax) {
    const span = { start: LIMITS.ruleFileCharsMax, end: LIMITS.ruleFileCharsMax };
    const title = `a rule file has at most ${LIMITS.ruleFileCharsMax} characters, this one has ${text.length}`;
    diagnostics.push(makeDiagnostic('E0104', file, title, span, { notes: ['split it into several files'] }));
    return { module: { file, text, statements }, diagnostics };
  }
  for (const tokens of splitStatements(tokenize(text))) {
    const parsed = parse<Statement>(file, text, tokens, statementGrammar);
    if ('tree' in parsed) statements.push(parsed.tree);
    else diagnostics.push(...parsed.mistakes);
  }
  return { module: { file, text, statements }, diagnostics };
}

/** Parses one expression; its mistakes name the file `expression`. */
export function parseExpressionText(text: string): {
  expression: Expression | null;
  diagnostics: Diagnostic[];
} {
  expressionGrammar ??= compile('expression');
  const tokens = tokenize(text);
  const parsed = parse<Expression>('expression', text, tokens, expressionGrammar);
  if ('tree' in parsed) return { expression: parsed.tree, diagnostics: [] };
  return { expression: null, diagnostics: parsed.mistakes };
}

let expressionGrammar: nearley.Grammar | undefined;

/** A `;` ends a statement also inside brackets: one that is never closed must not swallow the rest of the file. */
function splitStatements(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === ';') statements.push([]);
    else statements[statements.length - 1]?.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

type Parsed<T> = { readonly tree: T } | { readonly mistakes: Diagnostic[] };

function parse<T extends object>(
  file: string,
  text: string,
  tokens: readonly Token[],
  grammar: nearley.Grammar,
): Parsed<T> {
  const wrong = tokens.find((token) => token.problem !== undefined);
  if (wrong !== undefined) return { mistakes: [lexicalMistake(file, text, tokens, wrong)] };
  const limit = overLimit(file, tokens);
  if (limit !== null) return { mistakes: [limit] };
  const parser = new nearley.Parser(grammar, { lexer: new TokenLexer() as never });
  quiet(parser);
  try {
    parser.feed(tokens as never);
  } catch (error) {
    if (!(error instanceof Error) || !('offset' in error)) throw error;
    const at = error.offset as number;
    const before = () => expectedAfter(tokens.slice(0, Math.max(0, at - 1)), grammar);
    return { mistakes: [unexpectedToken(file, tokens, at, expectedBy(parser), before)] };
  }
  const results = parser.results as T[];
  if (results.length === 0) return { mistakes: [unexpectedEnd(file, tokens, expectedBy(parser))] };
  assert(
    results.length === 1,
    `the grammar reads a statement in ${results.length} ways: ${tokens.map((one) => one.text).join(' ')}`,
  );
  const tree = results[0] as T;
  const mistakes = finish(file, tree, tokens);
  return mistakes.length > 0 ? { mistakes } : { tree };
}

/** Hands over tokens that are already there. */
class TokenLexer {
  private tokens: readonly Token[] = [];
  private at = 0;

  reset(tokens: readonly Token[]): void {
    this.tokens = tokens;
    this.at = 0;
  }

  next(): Token | undefined {
    return this.tokens[this.at++];
  }

  save(): undefined {
    return undefined;
  }

  formatError(): string {
    return '';
  }
}

interface ParserInside {
  reportError: () => string;
  current: number;
  table: { scannable: { rule: { symbols: unknown[] }; dot: number }[] }[];
}

/** nearley's own message expands the grammar, at a cost that can explode, and is never shown. */
function quiet(parser: nearley.Parser): void {
  (parser as unknown as ParserInside).reportError = () => '';
}

/** The terminals that could have come after the tokens read so far. */
function expectedBy(parser: nearley.Parser): unknown[] {
  const { table, current } = parser as unknown as ParserInside;
  return [...new Set((table[current]?.scannable ?? []).map(({ rule, dot }) => rule.symbols[dot]))];
}

/** The terminals that could come after tokens that do fit. */
function expectedAfter(tokens: readonly Token[], grammar: nearley.Grammar): unknown[] {
  const parser = new nearley.Parser(grammar, { lexer: new TokenLexer() as never });
  parser.feed(tokens as never);
  return expectedBy(parser);
}

/** Depth and length of a statement are bounded, so that no text can exhaust the stack or the time of the compiler. */
function overLimit(file: string, tokens: readonly Token[]): Diagnostic | null {
  const over = tokens[LIMITS.statementTokensMax];
  if (over !== undefined) {
    const title = `a statement has at most ${LIMITS.statementTokensMax} words and signs, this one has ${tokens.length}`;
    return makeDiagnostic('E0104', file, title, over, { notes: ['is a `;` missing?'] });
  }
  let depth = 0;
  for (const token of tokens) {
    if ('([{'.includes(token.type)) depth++;
    else if (')]}'.includes(token.type)) depth--;
    if (depth > LIMITS.nestingMax) {
      const title = `brackets are nested deeper than ${LIMITS.nestingMax}`;
      return makeDiagnostic('E0104', file, title, token);
    }
  }
  return null;
}
