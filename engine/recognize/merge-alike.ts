import { LIMITS } from '../core/limits.ts';
import { countsOf } from './path.ts';
import type { RowProgram } from './program.ts';
import type { RowRun } from './run.ts';

/**
 * Of runs that begin with one row, wait in one state and took as many rows in each greedy state, keeps the first. Where no
 * condition reads what a run holds, they go on alike and the first is preferred to the others. Patterns such as
 * `(A* A*)*` have a run for each way to take the rows, twice as many with each row; merged, their number grows with the
 * counts. Only done where runs of one beginning are many: it costs more than it saves where they are few.
 */
export function mergeAlike(runs: RowRun[], program: RowProgram): void {
  let kept = 0;
  for (let from = 0; from < runs.length; ) {
    const { begin } = runs[from] as RowRun;
    let to = from + 1;
    while (to < runs.length && (runs[to] as RowRun).begin === begin) to++;
    if (to - from <= LIMITS.rowRunsMergedAt) for (let i = from; i < to; i++) runs[kept++] = runs[i] as RowRun;
    else {
      const seen = new Set<string>();
      for (let i = from; i < to; i++) {
        const run = runs[i] as RowRun;
        const key = `${run.state}:${countsOf(run.path, program).join()}`;
        if (seen.has(key)) continue;
        seen.add(key);
        runs[kept++] = run;
      }
    }
    from = to;
  }
  runs.length = kept;
}
