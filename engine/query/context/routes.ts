import type { EventRecord } from '../../event/record.ts';
import { eachBranch, type LevelNode, type Route } from './level.ts';
import { Partition } from './partition.ts';

/** How an event of a filter's type finds its way from the outermost level to the partitions; null: to all of a level. */
export type RoutePlan = readonly (Route | null)[];

/** An event on its way. */
interface Routed {
  readonly routes: RoutePlan;
  readonly event: EventRecord;
}

/** Calls `visit` for the nodes of a level that an event reaches from a node at `depth`. */
export function visitNodes(
  node: LevelNode,
  depth: number,
  to: Routed & { readonly level: number },
  visit: (node: LevelNode) => void,
): void {
  if (depth === to.level) {
    visit(node);
    return;
  }
  eachBranch(node, to.routes[depth] ?? null, to.event, ({ below }) => {
    if (below !== null && !(below instanceof Partition)) visitNodes(below, depth + 1, to, visit);
  });
}

/** Calls `visit` for the partitions that an event reaches from a node at `depth`. */
export function visitPartitions(
  node: LevelNode,
  depth: number,
  to: Routed,
  visit: (partition: Partition) => void,
): void {
  eachBranch(node, to.routes[depth] ?? null, to.event, ({ below }) => {
    if (below instanceof Partition) visit(below);
    else if (below !== null) visitPartitions(below, depth + 1, to, visit);
  });
}
