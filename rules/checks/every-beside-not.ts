import { type Check, walk } from './check.ts';

/** `every a=A and not B` reads as `(every a=A) and (not B)`: the first B ends it for good. */
export const checkEveryBesideNot: Check = (root, report) => {
  walk(root, (pattern) => {
    if (pattern.kind !== 'and') return;
    const every = pattern.children.find((child) => child.kind === 'every');
    const not = pattern.children.find((child) => child.kind === 'not');
    if (every === undefined || not === undefined) return;
    const title = 'the first event of this `not` ends the `every` beside it for good';
    report.warning('W0604', title, not.span, ['to start anew each time write: every (a=A and not B)']);
  });
};
