import { type Check, walk } from './check.ts';

/** `every (A -> B) where timer:within(t)`: the clock runs from the (re)start of the group, not from A. */
export const checkClockOfGroup: Check = (root, report) => {
  walk(root, (pattern) => {
    if (pattern.kind !== 'every' || pattern.child.kind !== 'guard') return;
    const guard = pattern.child;
    if (guard.child.kind !== 'followedBy') return;
    const span = { start: guard.namespace.span.start, end: guard.span.end };
    const title = 'this time runs from the last restart of the group, not from its first event';
    report.warning('W0606', title, span, [
      'to count from the first event write: every a=A -> b=B where timer:within(10 sec)',
    ]);
  });
};
