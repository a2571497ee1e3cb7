import type { Pattern } from '../language/ast.ts';
import { type Check, childrenOf } from './check.ts';

/** A tag bound again further along `->` forgets its first event. */
export const checkTagTwice: Check = (root, report) => {
  visit(root, new Set());
  /** `before`: tags bound on the way to this part. Gives those bound after it. */
  function visit(pattern: Pattern, before: ReadonlySet<string>): ReadonlySet<string> {
    if (pattern.kind === 'filter') {
      if (pattern.tag === null) return before;
      if (before.has(pattern.tag.text)) {
        const title = `the tag \`${pattern.tag.text}\` is bound again: its first event is forgotten`;
        report.warning('W0609', title, pattern.tag.span, ['give this filter a tag of its own']);
      }
      return new Set([...before, pattern.tag.text]);
    }
    if (pattern.kind === 'followedBy') {
      return pattern.children.reduce((seen, child) => visit(child, seen), before);
    }
    return new Set(
      childrenOf(pattern)
        .flatMap((child) => [...visit(child, before)])
        .concat(...before),
    );
  }
};
