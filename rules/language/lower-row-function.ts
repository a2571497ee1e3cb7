import { TYPE_BOOLEAN, TYPE_INT } from '../../engine/event/types.ts';
import type { ChainLink } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';

/** `istream()`, `grouping(key)`, `grouping_id(keys)`: what a row tells about itself. Undefined for any other call. */
export function lowerRowFunction(link: ChainLink, context: ChainContext): Lowered | undefined {
  const name = link.name.text.toLowerCase();
  const args = link.args ?? [];
  const { scope } = context;
  if (name === 'istream') {
    if (args.length > 0) return context.wrong('E0302', '`istream` takes no values', link.span);
    if (scope.onlyEnters === true) return { op: 'literal', type: TYPE_BOOLEAN, value: true };
    if (scope.aggregates === undefined) {
      return context.wrong('E0302', '`istream()` stands where rows are made, not in filters', link.span);
    }
    return { op: 'local', type: TYPE_BOOLEAN, name: 'istream' };
  }
  if (name !== 'grouping' && name !== 'grouping_id') return undefined;
  if (args.length === 0 || (name === 'grouping' && args.length > 1)) {
    const takes = name === 'grouping' ? 'one key' : 'keys';
    return context.wrong('E0302', `\`${name}\` takes ${takes} of \`group by\``, link.span);
  }
  const known = scope.levelKeys;
  if (known === undefined) {
    const title = `\`${name}\` stands in queries with \`rollup\`, \`cube\` or \`grouping sets\``;
    return context.wrong('E0435', title, link.span);
  }
  const lowered = context.all(args);
  if (lowered === null) return null;
  const texts = known.map((key) => JSON.stringify(key));
  const keys = lowered.map((arg) => texts.indexOf(JSON.stringify(arg)));
  const strange = args[keys.indexOf(-1)];
  if (strange === undefined) return { op: 'grouping', type: TYPE_INT, keys };
  return context.wrong('E0435', `\`${name}\` takes keys of \`group by\``, strange.span);
}
