import type { EventType } from '../event/types.ts';
import { conjuncts } from '../expr/analyze.ts';
import type { Expr } from '../expr/ir.ts';
import { accessOf } from '../plan/index-access.ts';
import { waitsForAll } from '../query/context/filter-order.ts';
import type { RunningStatement } from '../query/statement.ts';
import { FilterTree } from './filter-tree.ts';

/** One filter of a statement: its number among the atoms. */
export interface FilterPlace {
  readonly statement: RunningStatement;
  readonly at: number;
}

/**
 * The filters on events of some types in the order in which an event that passes them goes through their statements. As in
 * Esper: of one rank the statements with conditions before those without (`FilterTree`), and last, in the order of the
 * plan, those that take the event only after all filters.
 *
 * `ranked`: statements in order of their ranks; `seenAs`: indexes of the types.
 */
export function inOrderOfFilters(
  ranked: readonly RunningStatement[],
  types: readonly EventType[],
  seenAs: readonly number[],
): readonly FilterPlace[] {
  const ordered: FilterPlace[] = [];
  let tree = new FilterTree<FilterPlace>();
  let late: FilterPlace[] = [];
  let rank: number | null = null;
  const close = () => {
    ordered.push(...tree.inOrder(), ...late);
    tree = new FilterTree();
    late = [];
  };
  for (const statement of ranked) {
    const { plan, atoms } = statement;
    const places = [...atoms.keys()].filter((at) => seenAs.includes((atoms[at] as { type: number }).type));
    if (places.length === 0) continue;
    if (plan.priority !== rank) close();
    rank = plan.priority;
    const [first, second] = places as [number, number | undefined];
    const own = atoms[first]?.own ?? null;
    if (plan.query.createsContext !== null) {
      ordered.push(...places.map((at) => ({ statement, at })));
    } else if (second !== undefined || isSpread(own) || waitsForAll(plan, types)) {
      late.push(...places.map((at) => ({ statement, at })));
    } else tree.add(own, { statement, at: first });
  }
  close();
  return ordered;
}

/** Whether a condition is an `or` each of whose sides has a place of its own in the index. */
function isSpread(own: Expr | null): boolean {
  if (own?.op !== 'or') return false;
  return own.operands.every((side) => conjuncts(side).some((part) => accessOf(part) !== null));
}
