import { tokenize } from './lexer.ts';

const CREATED: ReadonlySet<string> = new Set([
  'schema',
  'window',
  'table',
  'variable',
  'context',
  'expression',
  'index',
]);

/**
 * Names that the statements of a text mean to declare (types, streams, windows, tables, variables, …), found by the
 * words before them. For texts that do not parse as a whole: uses of these names are not mistakes of their own.
 */
export function declaredNames(text: string): readonly string[] {
  const words = tokenize(text).map((token) => token.text);
  const names: string[] = [];
  words.forEach((word, i) => {
    const lower = word.toLowerCase();
    if (lower === 'into') names.push(words[i + 1] ?? '');
    if (CREATED.has(lower) && isCreate(words, i)) {
      // `create variable int x`, `create expression string js:f(…)`: the name comes after a type.
      names.push(...words.slice(i + 1, i + (lower === 'variable' || lower === 'expression' ? 4 : 2)));
    }
  });
  return names;
}

function isCreate(words: readonly string[], at: number): boolean {
  return words.slice(Math.max(0, at - 3), at).some((word) => word.toLowerCase() === 'create');
}
