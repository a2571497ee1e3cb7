import type { RowSkip } from '../plan/recognize-plan.ts';
import { countsOf } from './path.ts';
import type { RowProgram } from './program.ts';
import type { RowKey, RowMatch } from './run.ts';

/** How the matches found together are chosen from. */
export interface RankRules {
  readonly program: RowProgram;
  readonly allMatches: boolean;
  readonly skip: RowSkip;
}

/**
 * Chooses from matches found together: of those of one partition that begin with one row the preferred one, unless all
 * are wanted; and of those that begin later only what `after match skip` leaves of them.
 */
export function rankMatches(matches: RowMatch[], rules: RankRules): RowMatch[] {
  if (matches.length <= 1) return matches;
  const byPartition = new Map<RowKey, RowMatch[]>();
  for (const match of matches) {
    const known = byPartition.get(match.partition.key);
    if (known === undefined) byPartition.set(match.partition.key, [match]);
    else known.push(match);
  }
  if (byPartition.size === 1) return rankPartition(matches, rules);
  return [...byPartition.values()].flatMap((own) => rankPartition(own, rules));
}

function rankPartition(matches: RowMatch[], rules: RankRules): RowMatch[] {
  if (matches.length === 1) return matches;
  const byBegin = new Map<number, RowMatch[]>();
  for (const match of matches) {
    const known = byBegin.get(match.begin);
    if (known === undefined) byBegin.set(match.begin, [match]);
    else known.push(match);
  }
  if (byBegin.size === 1) return rules.allMatches ? matches : [preferred(matches, rules.program)];
  const chosen: RowMatch[] = [];
  let skipTo = Number.NEGATIVE_INFINITY;
  for (const begin of [...byBegin.keys()].sort((a, b) => a - b)) {
    if (begin <= skipTo) continue;
    const own = byBegin.get(begin) as RowMatch[];
    const best = preferred(own, rules.program);
    if (rules.allMatches) chosen.push(...own);
    else chosen.push(best);
    if (rules.skip === 'past-last') skipTo = best.end;
  }
  return chosen;
}

/**
 * The preferred of matches that begin with one row. As in Esper they are gone through from the one that ends last, and
 * each takes the place of the one so far when any greedy element took more rows in it. That is no order: which one is
 * left can depend on the way. Puts the list in that order, in which all of them are given when all are wanted.
 */
function preferred(matches: RowMatch[], program: RowProgram): RowMatch {
  if (matches.length > 1) matches.sort((a, b) => b.end - a.end);
  let best = matches[0] as RowMatch;
  for (let i = 1; i < matches.length; i++) {
    const match = matches[i] as RowMatch;
    if (hasMore(countsOf(match.path, program), countsOf(best.path, program))) best = match;
  }
  return best;
}

function hasMore(counts: readonly number[], than: readonly number[]): boolean {
  for (let i = 0; i < counts.length; i++) if ((counts[i] as number) > (than[i] as number)) return true;
  return false;
}
