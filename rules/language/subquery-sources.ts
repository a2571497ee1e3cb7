import type { ChainLink } from './ast.ts';
import type { SubqueryExpression } from './ast-subquery.ts';
import type { Catalog } from './catalog.ts';

/**
 * Names of the streams that the subqueries of a statement read, those of the declared expressions it uses among them,
 * and of what may be named windows in its expressions.
 */
export function subquerySources(part: unknown, { declared }: Catalog): readonly string[] {
  const names: string[] = [];
  const used = new Set<unknown>();
  const visit = (node: { readonly kind?: unknown }): void => {
    if (isSubquery(node))
      for (const item of node.select.from) if (item.kind === 'stream') names.push(item.filter.type.text);
    if (node.kind !== 'chain') return;
    const [first, second] = (node as unknown as { readonly links: readonly ChainLink[] }).links;
    if (first !== undefined && second !== undefined && second.args !== null) names.push(first.name.text);
    const expression = first === undefined ? undefined : declared.expression(first.name.text);
    if (expression === undefined || used.has(expression)) return;
    used.add(expression);
    visitNodes(expression.body, visit);
  };
  visitNodes(part, visit);
  return names;
}

/** The subqueries written in a part of a statement, the outer before the inner. */
export function subqueriesIn(part: unknown): readonly SubqueryExpression[] {
  const found: SubqueryExpression[] = [];
  visitNodes(part, (node) => {
    if (isSubquery(node)) found.push(node);
  });
  return found;
}

function isSubquery(node: object): node is SubqueryExpression {
  return (node as { readonly kind?: unknown }).kind === 'subquery';
}

function visitNodes(part: unknown, visit: (node: object) => void): void {
  if (part === null || typeof part !== 'object') return;
  if (!Array.isArray(part)) visit(part);
  for (const [key, child] of Object.entries(part)) if (key !== 'span') visitNodes(child, visit);
}
