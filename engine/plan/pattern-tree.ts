import type { FilterNode, PatternNode } from './plan.ts';

/** Direct operands of a pattern operator, in the order of the text. */
export function operandsOf(node: PatternNode): readonly PatternNode[] {
  switch (node.op) {
    case 'followedBy':
    case 'and':
    case 'or':
      return node.children;
    case 'repeat':
      return node.until === null ? [node.child] : [node.child, node.until];
    case 'every':
    case 'everyDistinct':
    case 'not':
    case 'within':
    case 'withinMax':
    case 'while':
      return [node.child];
    case 'filter':
    case 'interval':
    case 'at':
    case 'schedule':
      return [];
  }
}

/** Every filter of a pattern, in the order of the text. */
export function filtersOf(node: PatternNode, into: FilterNode[] = []): readonly FilterNode[] {
  if (node.op === 'filter') into.push(node);
  for (const operand of operandsOf(node)) filtersOf(operand, into);
  return into;
}
