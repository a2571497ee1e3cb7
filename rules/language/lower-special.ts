import { TYPE_BOOLEAN, TYPE_STRING } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { ChainLink, Expression } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { classKind } from './type-names.ts';

/**
 * Functions that look at how their argument is written or typed, by their name in lower case: `exists`, `typeof`,
 * `instanceof`, `event_identity_equals`. Undefined when it is none of these.
 */
export function lowerSpecial(name: string, link: ChainLink, context: ChainContext): Lowered | undefined {
  switch (name) {
    case 'exists':
      return exists(link, context);
    case 'typeof':
      return typeOf(link, context);
    case 'instanceof':
      return instanceOf(link, context);
    case 'event_identity_equals':
      return sameEvent(link, context);
    default:
      return undefined;
  }
}

const PROPERTIES: ReadonlySet<Expr['op']> = new Set<Expr['op']>(['field', 'member', 'at', 'key', 'dynamic']);

function exists(link: ChainLink, context: ChainContext): Lowered {
  const operand = onlyArgument(link, context);
  if (operand === null) return null;
  if (!PROPERTIES.has(operand.op)) {
    return context.wrong('E0302', '`exists` takes a property, such as `exists(p?)`', link.span);
  }
  return { op: 'exists', type: TYPE_BOOLEAN, operand };
}

function typeOf(link: ChainLink, context: ChainContext): Lowered {
  const operand = onlyArgument(link, context);
  return operand === null ? null : { op: 'typeof', type: TYPE_STRING, operand };
}

function instanceOf(link: ChainLink, context: ChainContext): Lowered {
  const [first, ...rest] = link.args ?? [];
  if (first === undefined || rest.length === 0) {
    return context.wrong('E0302', '`instanceof` takes a value and the types it may have', link.span);
  }
  const operand = context.lower(first);
  const types: string[] = [];
  for (const ast of rest) {
    const name = nameOf(ast);
    const { catalog } = context.scope;
    const kind = name === null ? null : (classKind(name) ?? (catalog.get(name) === undefined ? null : name));
    if (kind !== null) types.push(kind);
    else if (name === null) return context.wrong('E0302', '`instanceof` takes names of types', ast.span);
    else {
      const known = [...catalog.scalarNames(), ...catalog.names()];
      context.report.unknown('E0205', 'type', name, ast.span, known);
      return null;
    }
  }
  return operand === null ? null : { op: 'instanceof', type: TYPE_BOOLEAN, operand, types };
}

function sameEvent(link: ChainLink, context: ChainContext): Lowered {
  const args = context.all(link.args ?? []);
  if (args === null) return null;
  const [a, b] = args;
  if (a === undefined || b === undefined || args.length > 2) {
    return context.wrong('E0302', '`event_identity_equals` takes two events', link.span);
  }
  if (a.type.kind !== 'event' || b.type.kind !== 'event' || a.type.typeName !== b.type.typeName) {
    return context.wrong('E0302', '`event_identity_equals` takes two events of one type', link.span);
  }
  return { op: 'call', type: TYPE_BOOLEAN, name: 'event_identity_equals', args };
}

function onlyArgument(link: ChainLink, context: ChainContext): Lowered {
  const [arg, second] = link.args ?? [];
  if (arg === undefined || second !== undefined) {
    return context.wrong('E0302', `\`${link.name.text}\` takes one argument`, link.span);
  }
  return context.lower(arg);
}

/** A dotted name written as an argument. */
function nameOf(ast: Expression): string | null {
  if (ast.kind === 'literal' && typeof ast.value === 'string') return ast.value;
  if (ast.kind !== 'chain' || ast.links.some((one) => one.args !== null || one.indexes.length > 0))
    return null;
  return ast.links.map((one) => one.name.text).join('.');
}
