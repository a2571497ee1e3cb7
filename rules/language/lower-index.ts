import { TYPE_OBJECT, typeName } from '../../engine/event/types.ts';
import { isInteger } from '../../engine/expr/type-rules.ts';
import type { ChainLink } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';

/** Applies `[index]` of a link. */
export function indexed(target: Lowered, link: ChainLink, context: ChainContext): Lowered {
  if (target !== null && link.indexSizes !== undefined) {
    return context.wrong('E0302', `an element of \`${link.name.text}\` has one number`, link.span);
  }
  let expr = target;
  for (const ast of link.indexes) {
    const index = context.lower(ast);
    if (index === null || expr === null) return null;
    const isOpen =
      expr.type.kind === 'object' && (expr.op === 'dynamic' || expr.op === 'key' || expr.op === 'at');
    if (expr.type.kind !== 'array' && !isOpen) {
      const title = `\`${link.name.text}\` is ${typeName(expr.type)}, not an array: it has no elements by number`;
      return context.wrong('E0301', title, link.span);
    }
    if (!isInteger(index.type)) {
      return context.wrong(
        'E0301',
        `an element's number must be an integer, not ${typeName(index.type)}`,
        ast.span,
      );
    }
    const type = expr.type.kind === 'array' ? expr.type.element : TYPE_OBJECT;
    expr = { op: 'at', type, target: expr, index };
  }
  return expr;
}
