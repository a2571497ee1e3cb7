import type { StreamItem } from '../language/ast.ts';
import type { Reporter } from '../language/reporter.ts';
import type { Check } from './check.ts';
import { checkClockOfGroup } from './clock-of-group.ts';
import { checkEveryBesideNot } from './every-beside-not.ts';
import { checkNestedEvery } from './nested-every.ts';
import { checkNotAtOnce } from './not-at-once.ts';
import { checkSameEventTwice } from './same-event-twice.ts';
import { checkTagTwice } from './tag-twice.ts';
import {
  checkDistinctKeys,
  checkKeptSides,
  checkRepeatLength,
  checkUnboundedState,
} from './unbounded-state.ts';

const CHECKS: readonly Check[] = [
  checkNotAtOnce,
  checkEveryBesideNot,
  checkNestedEvery,
  checkClockOfGroup,
  checkSameEventTwice,
  checkUnboundedState,
  checkDistinctKeys,
  checkRepeatLength,
  checkKeptSides,
  checkTagTwice,
];

/** Runs every check on the patterns of a statement; they add warnings only. */
export function runChecks(sources: readonly StreamItem[], report: Reporter): void {
  for (const item of sources) {
    if (item.kind !== 'pattern') continue;
    for (const check of CHECKS) check(item.pattern, report);
  }
}
