import { LIMITS } from '../core/limits.ts';
import { countsOf } from './path.ts';
import type { RowProgram } from './program.ts';
import { beginAt, pathAt, putRun, RUN, type RunList, stateAt } from './run.ts';

/**
 * Of runs that begin with one row, wait in one state and took as many rows in each greedy state, keeps the first. Where no
 * condition reads what a run holds, they go on alike and the first is preferred to the others. Patterns such as
 * `(A* A*)*` have a run for each way to take the rows, twice as many with each row; merged, their number grows with the
 * counts. Only done where runs of one beginning are many: it costs more than it saves where they are few.
 */
export function mergeAlike(runs: RunList, program: RowProgram): void {
  let kept = 0;
  const keep = (at: number) => {
    putRun(runs, kept, stateAt(runs, at), beginAt(runs, at), pathAt(runs, at));
    kept += RUN;
  };
  for (let from = 0; from < runs.length; ) {
    const begin = beginAt(runs, from);
    let to = from + RUN;
    while (to < runs.length && beginAt(runs, to) === begin) to += RUN;
    const isMany = to - from > LIMITS.rowRunsMergedAt * RUN;
    const seen = new Set<string>();
    for (let at = from; at < to; at += RUN) {
      if (isMany) {
        const key = `${stateAt(runs, at)}:${countsOf(pathAt(runs, at), program).join()}`;
        if (seen.has(key)) continue;
        seen.add(key);
      }
      keep(at);
    }
    from = to;
  }
  runs.length = kept;
}
