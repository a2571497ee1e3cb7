import type { ContextProperty } from '../../engine/plan/context-plan.ts';
import type { ChainLink } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';

/** A property and the last of the links that name it. */
export interface FoundProperty {
  readonly expr: Lowered;
  readonly last: ChainLink;
  readonly links: number;
}

/** `context.id`, `context.Level.key1`, without what follows; undefined when the chain does not begin with `context`. */
export function lowerContextProperty(
  links: readonly ChainLink[],
  context: ChainContext,
): FoundProperty | undefined {
  const [first, second, third] = links;
  const { catalog } = context.scope;
  if (first?.name.text !== 'context' || second === undefined || second.args !== null) return undefined;
  if (first.indexes.length > 0 || first.dynamic) return undefined;
  const { current } = catalog.contexts;
  if (catalog.contexts.isMissing) return { expr: null, last: second, links: links.length };
  if (current === null) return undefined;
  const all = catalog.contexts.properties(catalog);
  const isNested = current.plan.levels.length > 1;
  const own = all.filter(({ level }) => level === '' || !isNested);
  const direct = own.find((one) => one.name === second.name.text);
  if (direct !== undefined) return { expr: read(direct, direct.name), last: second, links: 2 };
  const level = second.name.text;
  const inner = isNested ? all.filter((one) => one.level === level && level !== '') : [];
  if (inner.length === 0) {
    const levels = isNested ? current.plan.levels.map(({ name }) => name) : [];
    return {
      expr: unknown(second, [...own.map(({ name }) => name), ...levels], context),
      last: second,
      links: 2,
    };
  }
  if (third === undefined) {
    const title = `\`context.${level}\` is a part of a nested context: name one of its values`;
    return { expr: context.wrong('E0202', title, second.span), last: second, links: 2 };
  }
  const found = inner.find((one) => one.name === third.name.text);
  if (found !== undefined) return { expr: read(found, `${level}.${found.name}`), last: third, links: 3 };
  const names = inner.map(({ name }) => name);
  return { expr: unknown(third, names, context), last: third, links: 3 };
}

function read({ type, index, text }: ContextProperty, name: string): Lowered {
  if (index < 0) return { op: 'literal', type, value: text ?? null };
  return { op: 'context', type, index, name };
}

function unknown({ name }: ChainLink, names: readonly string[], { report }: ChainContext): null {
  report.unknown('E0202', 'context property', name.text, name.span, names);
  return null;
}
