import type { Pattern } from '../language/ast.ts';
import { type Check, walk } from './check.ts';

/** `A -> not B` is true as soon as A arrives: `not` alone waits for nothing. */
export const checkNotAtOnce: Check = (root, report) => {
  walk(root, (pattern) => {
    if (pattern.kind !== 'followedBy') return;
    for (const step of pattern.children) {
      const place = trueAtOnce(step);
      if (place === null) continue;
      report.warning('W0603', '`not` alone is true at once: this step waits for nothing', place.span, [
        'absence needs a time: (timer:interval(10 sec) and not B(id = a.id))',
      ]);
    }
  });
};

/** The `not` that makes a step true when it starts; null when the step waits. */
function trueAtOnce(step: Pattern): Pattern | null {
  switch (step.kind) {
    case 'not':
      return step;
    case 'every':
    case 'guard':
      return trueAtOnce(step.child);
    case 'or':
      return step.children.map(trueAtOnce).find((one) => one !== null) ?? null;
    case 'and': {
      const places = step.children.map(trueAtOnce);
      return places.includes(null) ? null : (places[0] ?? null);
    }
    default:
      return null;
  }
}
