import type { ChainLink, StreamItem } from './ast.ts';
import type { Catalog } from './catalog.ts';

/**
 * Names of the streams that the subqueries of a statement read, those of the declared expressions it uses among them,
 * and of what may be named windows in its expressions.
 */
export function subquerySources(part: unknown, { declared }: Catalog): readonly string[] {
  const names: string[] = [];
  const used = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    const { kind } = node as { readonly kind?: string };
    if (kind === 'subquery') {
      for (const item of (node as { readonly select: { readonly from: readonly StreamItem[] } }).select.from)
        if (item.kind === 'stream') names.push(item.filter.type.text);
    }
    if (kind === 'chain') {
      const [first, second] = (node as { readonly links: readonly ChainLink[] }).links;
      if (first !== undefined && second !== undefined && second.args !== null) names.push(first.name.text);
      const expression = first === undefined ? undefined : declared.expression(first.name.text);
      if (expression !== undefined && !used.has(expression)) {
        used.add(expression);
        visit(expression.body);
      }
    }
    for (const [key, child] of Object.entries(node)) if (key !== 'span') visit(child);
  };
  visit(part);
  return names;
}
