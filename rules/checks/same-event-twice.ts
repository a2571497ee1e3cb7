import type { Pattern } from '../language/ast.ts';
import { columnName } from '../language/column-name.ts';
import { type Check, walk } from './check.ts';

/** `A and A` is true with a single A: both sides take the same event. */
export const checkSameEventTwice: Check = (root, report) => {
  walk(root, (pattern) => {
    if (pattern.kind !== 'and') return;
    const seen = new Set<string>();
    for (const child of pattern.children) {
      const filter = filterText(child);
      if (filter === null) continue;
      if (seen.has(filter)) {
        report.warning('W0607', 'one event satisfies both sides of this `and`', child.span, [
          'for two events write: a=A -> b=A',
        ]);
      }
      seen.add(filter);
    }
  });
};

/** Type and conditions of a filter in one text; null for anything else. */
function filterText(pattern: Pattern): string | null {
  if (pattern.kind === 'every') return filterText(pattern.child);
  if (pattern.kind !== 'filter') return null;
  const { type, conditions } = pattern.filter;
  return `${type.text}(${conditions.map(columnName).sort().join(', ')})`;
}
