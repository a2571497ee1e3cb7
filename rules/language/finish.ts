import { LIMITS } from '../../engine/core/limits.ts';
import { mistakesOf, piecesOf } from './build.ts';
import { type Diagnostic, makeDiagnostic, type Span } from './diagnostics.ts';
import type { Token } from './lexer.ts';

/**
 * Last look at the tree of a statement: fills in the text of unsupported nodes, collects what the grammar let through,
 * and refuses a tree that is too deep for the passes that follow, which recurse. Walks without recursion itself.
 */
export function finish(file: string, tree: object, tokens: readonly Token[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  let level: object[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > LIMITS.syntaxDepthMax) {
      const span = spanIn(level) ?? (tokens[0] as Token);
      const title = `the statement nests expressions deeper than ${LIMITS.syntaxDepthMax} levels`;
      const notes = ['a long list of `or` may be written as `in (…)`'];
      return [makeDiagnostic('E0104', file, title, span, { notes })];
    }
    const next: object[] = [];
    // `level` grows while it is walked: a chain of `or` is one level.
    for (const node of level) {
      if (Array.isArray(node)) {
        for (const child of node) if (child !== null && typeof child === 'object') next.push(child);
        continue;
      }
      for (const { code, title, span, label } of mistakesOf.get(node) ?? []) {
        diagnostics.push(makeDiagnostic(code, file, title, span, { label }));
      }
      if ('what' in node && 'text' in node) fillText(node as unknown as Unfilled, tokens);
      for (const key in node) {
        if (key === 'span') continue;
        const child = (node as Record<string, unknown>)[key];
        if (child === null || typeof child !== 'object') continue;
        (key === 'left' && goesOn(node, child) ? level : next).push(child);
      }
    }
    level = next;
  }
  return diagnostics.sort((a, b) => placeOf(a) - placeOf(b));
}

/** Chains of `and`, `or` and `||` may be long: every pass walks them without recursion. */
function goesOn(node: object, left: object): boolean {
  const { operator } = node as { operator?: string };
  return (
    (operator === 'and' || operator === 'or' || operator === '||') &&
    operator === (left as typeof node & { operator?: string }).operator
  );
}

interface Unfilled {
  text: string;
  readonly span: Span;
}

/** Tokens with a space between; a script stands between its brackets as it was. */
function fillText(node: Unfilled, tokens: readonly Token[]): void {
  let text = '';
  for (const { start, end } of piecesOf.get(node) ?? [node.span]) {
    for (let i = firstAt(tokens, start); i < tokens.length && (tokens[i] as Token).start < end; i++) {
      const isJoined = text === '' || tokens[i]?.type === 'script' || tokens[i - 1]?.type === 'script';
      text += `${isJoined ? '' : ' '}${(tokens[i] as Token).text}`;
    }
  }
  node.text = text;
}

/** Index of the first token at or after an offset. */
function firstAt(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle] as Token).start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function spanIn(level: readonly object[]): Span | null {
  for (const node of level) if ('span' in node) return (node as { span: Span }).span;
  return null;
}

const placeOf = (one: Diagnostic): number => one.labels[0]?.span.start ?? 0;
