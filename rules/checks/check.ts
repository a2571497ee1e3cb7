import type { Pattern } from '../language/ast.ts';
import type { Reporter } from '../language/reporter.ts';

/** Advice about one pattern: what is legal EPL and seldom what its author means. */
export type Check = (root: Pattern, report: Reporter) => void;

/** Patterns directly inside a pattern, in the order of the text. */
export function childrenOf(pattern: Pattern): readonly Pattern[] {
  switch (pattern.kind) {
    case 'filter':
    case 'observer':
      return [];
    case 'and':
    case 'or':
    case 'followedBy':
      return pattern.children;
    case 'repeat':
      return pattern.until === null ? [pattern.child] : [pattern.child, pattern.until];
    default:
      return [pattern.child];
  }
}

/** Calls `visit` for a pattern and everything inside it, in the order of the text. */
export function walk(pattern: Pattern, visit: (one: Pattern) => void): void {
  visit(pattern);
  for (const child of childrenOf(pattern)) walk(child, visit);
}
