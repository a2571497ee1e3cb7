import type { Statement } from './ast.ts';

const known = new WeakMap<Statement, ReadonlySet<string>>();

/** Whether a name stands anywhere in a statement: in an expression, too, where tables are read. */
export function mentions(statement: Statement, name: string): boolean {
  let names = known.get(statement);
  if (names === undefined) {
    const found = new Set<string>();
    collect(statement, found);
    names = found;
    known.set(statement, names);
  }
  return names.has(name);
}

/** Names are the nodes with a text and nothing but a place besides. */
function collect(node: unknown, into: Set<string>): void {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const one of node) collect(one, into);
    return;
  }
  const { text } = node as { readonly text?: unknown };
  if (typeof text === 'string') into.add(text);
  for (const child of Object.values(node)) collect(child, into);
}
