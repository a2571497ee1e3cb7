import { dependsOnlyOnItem } from '../../expr/analyze.ts';
import type { QueryPlan } from '../../plan/plan.ts';

/**
 * Whether what a query aggregates leaves each group in the order it entered: one data window that lets go of its oldest
 * first, and conditions and group keys that for an item always have the same value.
 */
export function leavesInOrder({
  inputs,
  where,
  groupBy,
}: Pick<QueryPlan, 'inputs' | 'where' | 'groupBy'>): boolean {
  const [input, other] = inputs;
  if (input === undefined || other !== undefined) return false;
  if (input.kind !== 'stream' && input.kind !== 'pattern') return false;
  const [view, further] = input.views;
  if (view === undefined || further !== undefined || !OLDEST_FIRST.has(view.name)) return false;
  const exprs = [...(where === null ? [] : [where]), ...(groupBy?.keys ?? [])];
  return exprs.every(dependsOnlyOnItem);
}

const OLDEST_FIRST: ReadonlySet<string> = new Set([
  'keepall',
  'length',
  'length_batch',
  'time',
  'time_batch',
  'time_length_batch',
  'time_accum',
  'ext_timed',
  'ext_timed_batch',
  'lastevent',
  'firstlength',
  'firsttime',
]);
