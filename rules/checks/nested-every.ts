import type { Pattern } from '../language/ast.ts';
import { type Check, childrenOf } from './check.ts';

/** An `every` inside an `every` is started again and again while the old ones live: matches multiply. */
export const checkNestedEvery: Check = (root, report) => {
  visit(root, false);
  function visit(pattern: Pattern, isInside: boolean): void {
    const isEvery = pattern.kind === 'every' || pattern.kind === 'everyDistinct';
    if (isEvery && isInside) {
      const title = '`every` inside `every`: each match starts one more, and matches repeat';
      report.warning('W0605', title, pattern.span, [
        'one `every` is enough: write it on the outside or on the inside',
      ]);
      return;
    }
    for (const child of childrenOf(pattern)) visit(child, isInside || isEvery);
  }
};
