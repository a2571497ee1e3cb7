import { formatDuration } from '../time/duration.ts';
import type { TimeBase } from '../time/time-base.ts';
import { outcomesOf } from './linear/layout.ts';
import type { LinearProgram, LinearState, Target } from './linear/program.ts';

/**
 * How much a pattern can hold at once. `one`: a single run. `window`: no run older than `ms`, so at most the runs opened
 * in that time; `ms` null: the time differs from run to run. `unbounded`: runs wait in `states` without a deadline.
 * `unknown`: the tree matcher runs it.
 */
export type StateBound =
  | { readonly kind: 'one' }
  | { readonly kind: 'window'; readonly ms: number | null }
  | { readonly kind: 'unbounded'; readonly states: readonly number[] }
  | { readonly kind: 'unknown' };

/** The bound of the runs of a program. */
export function boundOf(program: LinearProgram, { ticksPerMs }: TimeBase): StateBound {
  const opened = openedStates(program);
  if (opened.size === 0) return { kind: 'one' };
  const endless = [...opened].filter((id) => (program.states[id] as LinearState).deadlines.length === 0);
  if (endless.length > 0) return { kind: 'unbounded', states: endless };
  const clocks = new Set(
    [...opened].flatMap((id) => program.states[id]?.deadlines.map(({ clock }) => clock) ?? []),
  );
  const lengths = [...clocks].map((clock) => program.clocks[clock]?.durationTicks ?? null);
  if (lengths.includes(null)) return { kind: 'window', ms: null };
  const ticks = lengths.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  return { kind: 'window', ms: ticks / ticksPerMs };
}

/** The bound in words. */
export function boundText(bound: StateBound): string {
  switch (bound.kind) {
    case 'one':
      return 'one run at a time';
    case 'window':
      if (bound.ms === null) return 'every run has a deadline, whose length its events tell';
      return `the runs opened within ${formatDuration(bound.ms)}; none waits longer`;
    case 'unbounded':
      return `not bounded: runs wait in ${bound.states.map((id) => `state ${id}`).join(', ')} without a deadline`;
    case 'unknown':
      return 'not computed for the tree matcher';
  }
}

/** States that copies of a run enter, and those reached from them. */
function openedStates(program: LinearProgram): ReadonlySet<number> {
  const opened = new Set<number>();
  const open = (target: Target | null) => {
    if (target === null || target.kind === 'match' || target.kind === 'end' || opened.has(target.state))
      return;
    opened.add(target.state);
    for (const { copy, move } of outcomesOf(program.states[target.state] as LinearState)) {
      open(copy);
      open(move);
    }
  };
  for (const state of program.states) for (const { copy } of outcomesOf(state)) open(copy);
  return opened;
}
