import type { Pattern } from '../language/ast.ts';
import { type Check, walk } from './check.ts';

/**
 * A step after an `every` step opens one partial match for each event before it. Their number only grows, unless each
 * ends by time, or by a `not` of the type that begins: then the next beginning replaces the one before.
 */
export const checkUnboundedState: Check = (root, report) => {
  walk(root, (pattern) => {
    if (pattern.kind !== 'followedBy') return;
    const first = pattern.children.findIndex(isRepeating);
    if (first < 0) return;
    const begins = new Set<string>();
    walk(pattern.children[first] as Pattern, (one) => {
      if (one.kind === 'filter') begins.add(one.filter.type.text);
    });
    const open = pattern.children.slice(first + 1).find((step) => !ends(step, begins));
    if (open === undefined) return;
    const title = 'nothing ends the partial matches that wait here: each event before adds one';
    report.warning('W0608', title, open.span, ['bound the wait: … where timer:within(10 min)']);
  });
};

/** Whether a step can be true more than once. */
function isRepeating(step: Pattern): boolean {
  switch (step.kind) {
    case 'every':
    case 'everyDistinct':
      return true;
    case 'and':
    case 'or':
      return step.children.some(isRepeating);
    case 'followedBy':
      return step.children.some(isRepeating);
    case 'while':
      return isRepeating(step.child);
    default:
      return false;
  }
}

/** Whether a step is over after some time or with the next event of a type in `begins`. */
function ends(step: Pattern, begins: ReadonlySet<string>): boolean {
  const child = (one: Pattern) => ends(one, begins);
  switch (step.kind) {
    case 'guard':
    case 'observer':
    case 'not':
      return true;
    case 'and':
      return step.children.every(child) || step.children.some((one) => isNotOf(one, begins));
    case 'followedBy':
      return step.children.every(child);
    case 'or':
      return step.children.some(child);
    case 'repeat':
      return step.until !== null && child(step.until);
    default:
      return false;
  }
}

function isNotOf(step: Pattern, types: ReadonlySet<string>): boolean {
  return step.kind === 'not' && step.child.kind === 'filter' && types.has(step.child.filter.type.text);
}
