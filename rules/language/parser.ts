import { assert } from '../../engine/core/assert.ts';
import { LIMITS } from '../../engine/core/limits.ts';
import type { Expression, Module, Statement } from './ast.ts';
import { type Diagnostic, makeDiagnostic } from './diagnostics.ts';
import { createEarley, type Earley } from './earley.ts';
import { finish } from './finish.ts';
import { START } from './grammar.generated.ts';
import { type Token, tokenize } from './lexer.ts';
import { lexicalMistake, unexpectedEnd, unexpectedToken } from './syntax-errors.ts';

const statementGrammar = createEarley(START);

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
  expressionGrammar ??= createEarley('expression');
  const tokens = tokenize(text);
  const parsed = parse<Expression>('expression', text, tokens, expressionGrammar);
  if ('tree' in parsed) return { expression: parsed.tree, diagnostics: [] };
  return { expression: null, diagnostics: parsed.mistakes };
}

let expressionGrammar: Earley | undefined;

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
  grammar: Earley,
): Parsed<T> {
  const wrong = tokens.find((token) => token.problem !== undefined);
  if (wrong !== undefined) return { mistakes: [lexicalMistake(file, text, tokens, wrong)] };
  const limit = overLimit(file, tokens);
  if (limit !== null) return { mistakes: [limit] };
  const read = grammar.read(tokens);
  if ('wrongAt' in read) {
    const at = read.wrongAt;
    const before = () => grammar.expectedAfter(tokens.slice(0, Math.max(0, at - 1)));
    const expected = grammar.expectedAfter(tokens.slice(0, at));
    return { mistakes: [unexpectedToken(file, tokens, at, expected, before)] };
  }
  const results = read.trees as readonly T[];
  if (results.length === 0) return { mistakes: [unexpectedEnd(file, tokens, grammar.expectedAfter(tokens))] };
  assert(
    results.length === 1,
    `the grammar reads a statement in ${results.length} ways: ${tokens.map((one) => one.text).join(' ')}`,
  );
  const tree = results[0] as T;
  const mistakes = finish(file, tree, tokens);
  return mistakes.length > 0 ? { mistakes } : { tree };
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
