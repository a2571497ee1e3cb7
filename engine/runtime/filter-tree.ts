import { conjuncts } from '../expr/analyze.ts';
import type { Expr } from '../expr/ir.ts';

/**
 * The order in which filters that one event passes take their turns: as in Esper, whose filters stand in a tree. A node
 * has indexes in the order in which they came to be, each on one field and operator, and below each constant of an index a
 * node for the conditions that are left. A filter goes down the first index that answers one of its conditions, or makes
 * one. What stands deeper comes first, of thresholds the lower one, else what was added first.
 */
export class FilterTree<T> {
  private readonly root: Node<T> = { indexes: new Map(), targets: [] };

  /** Adds a filter; null passes every event. */
  add(condition: Expr | null, target: T): void {
    let open = condition === null ? [] : conjuncts(condition).map(placeOf);
    let node = this.root;
    while (open.length > 0) {
      const { indexes } = node;
      const known = [...indexes.keys()].find((key) => open.some((one) => one.key === key));
      const taken = open.find((one) => one.key === known) ?? (open[0] as Place);
      open = open.filter((one) => one !== taken);
      const below = indexes.get(taken.key) ?? new Map<string | number, Node<T>>();
      indexes.set(taken.key, below);
      node = below.get(taken.constant) ?? { indexes: new Map(), targets: [] };
      below.set(taken.constant, node);
    }
    node.targets.push(target);
  }

  /** The targets, those whose filter is hit first in front. */
  inOrder(): T[] {
    const list: T[] = [];
    visit(this.root, list);
    return list;
  }
}

interface Node<T> {
  readonly indexes: Map<string, Map<string | number, Node<T>>>;
  readonly targets: T[];
}

/** Where a condition stands: the index, and the constant there. */
interface Place {
  readonly key: string;
  readonly constant: string | number;
}

function placeOf(part: Expr): Place {
  if (part.op === 'equal') {
    return {
      key: `equal ${part.negated} ${JSON.stringify(part.left)}`,
      constant: JSON.stringify(part.right),
    };
  }
  if (part.op !== 'compare') return { key: part.op, constant: JSON.stringify(part) };
  const key = `${part.operator} ${JSON.stringify(part.left)}`;
  const value = part.right.op === 'literal' ? part.right.value : null;
  return { key, constant: typeof value === 'number' ? value : JSON.stringify(part.right) };
}

/** Depth is bounded by the number of conditions of one filter. */
function visit<T>(node: Node<T>, into: T[]): void {
  for (const below of node.indexes.values()) {
    const constants = [...below.keys()];
    if (constants.every((one) => typeof one === 'number')) constants.sort((a, b) => a - b);
    for (const constant of constants) visit(below.get(constant) as Node<T>, into);
  }
  into.push(...node.targets);
}
