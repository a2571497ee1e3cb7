import { TYPE_BOOLEAN, TYPE_INT, type ValueType } from '../../engine/event/types.ts';
import { CURRENT, type Expr, type LambdaExpr } from '../../engine/expr/ir.ts';
import type { ArrayMethod, MethodParam } from '../../engine/expr/methods/definition.ts';
import { findMethod } from '../../engine/expr/methods.ts';
import { isBig } from '../../engine/expr/type-rules.ts';
import type { ChainLink, Expression } from './ast.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { lowerTimeMethod } from './lower-time-method.ts';
import type { Scope, ScopeParam } from './scope.ts';
import { asRows } from './subquery-rows.ts';

/** A method on arrays, events or times; undefined when it is none of these. */
export function lowerMethod(target: Expr, link: ChainLink, context: ChainContext): Lowered | undefined {
  const { kind } = target.type;
  const method = findMethod(link.name.text);
  if (method !== undefined && target.op === 'array')
    return arrayMethod(method, withoutNulls(target, context), link, context);
  if (method !== undefined) {
    const rows = asRows(target);
    if (rows !== target) return arrayMethod(method, rows, link, context);
    if (kind === 'array' || kind === 'event' || target.op === 'previous' || target.op === 'aggregate')
      return arrayMethod(method, target, link, context);
    if (isBig(target.type)) return undefined;
    if (kind !== 'object' && kind !== 'map' && kind !== 'null') {
      const title = `\`${method.name}\` is a method of arrays, not of ${kind}`;
      return context.wrong('E0302', title, link.span);
    }
  }
  if (['object', 'map', 'row', 'string', 'array'].includes(kind)) return undefined;
  return lowerTimeMethod(target, link, context);
}

/** An event stands for an array of one, and so does what `prev` and its kin give. */
function arrayMethod(method: ArrayMethod, target: Expr, link: ChainLink, context: ChainContext): Lowered {
  const element = target.type.kind === 'array' ? target.type.element : target.type;
  const asts = link.args ?? [];
  const form = method.forms.find((one) => one.length === asts.length);
  if (form === undefined) {
    const counts = method.forms.map((one) => one.length).join(' or ');
    const title = `\`${method.name}\` takes ${counts} argument${counts === '1' ? '' : 's'}, not ${asts.length}`;
    return context.wrong('E0302', title, link.span);
  }
  const args: Expr[] = [];
  for (const [i, ast] of asts.entries()) {
    const arg = argument(form[i] as MethodParam, ast, { method, element, before: args[0], context });
    if (arg === null) return null;
    args.push(arg);
  }
  const { catalog } = context.scope;
  const isSubtype = (name: string, of: string) =>
    name === of || (catalog.get(name)?.supertypes.includes(of) ?? false);
  const checked = method.check(
    element,
    args.map((arg) => arg.type),
    { isSubtype },
  );
  if ('error' in checked) return context.wrong('E0302', `\`${method.name}\` ${checked.error}`, link.span);
  const rounding = context.scope.catalog.division.context;
  const made: Expr = { op: 'method', type: checked.type, name: method.name, target, args };
  return rounding === undefined || method.name !== 'average' ? made : { ...made, context: rounding };
}

/** As in Esper the nulls of an array that is written out, `{a, b}`, are left out by methods. */
export function withoutNulls(target: Expr, context: ChainContext): Expr {
  if (target.op !== 'array' || target.type.kind !== 'array') return target;
  const index = context.counts.places++;
  const { element } = target.type;
  const body: Expr = {
    op: 'equal',
    type: TYPE_BOOLEAN,
    negated: true,
    nullSafe: true,
    left: { op: 'param', type: element, index },
    right: { op: 'literal', type: { kind: 'null' }, value: null },
  };
  const isThere: Expr = { op: 'lambda', type: TYPE_BOOLEAN, params: [index], body };
  return { op: 'method', type: target.type, name: 'where', target, args: [isThere] };
}

/** Methods whose argument is an array itself: all rows of a subquery. */
const WITH_ARRAYS: ReadonlySet<string> = new Set(['except', 'intersect', 'union', 'sequenceEqual']);

interface Place {
  readonly method: ArrayMethod;
  readonly element: ValueType;
  /** The argument before a lambda with a leading parameter, which has its type. */
  readonly before: Expr | undefined;
  readonly context: ChainContext;
}

function argument(param: MethodParam, ast: Expression, place: Place): Lowered {
  const { method, element, before, context } = place;
  if (param.kind === 'value') {
    if (ast.kind !== 'lambda') {
      const value = context.lower(ast);
      return value === null || !WITH_ARRAYS.has(method.name) ? value : withoutNulls(asRows(value), context);
    }
    return context.wrong('E0302', `\`${method.name}\` takes a value here, not a lambda`, ast.span);
  }
  if (ast.kind !== 'lambda') {
    return context.wrong('E0302', `\`${method.name}\` takes a lambda here: \`x => …\``, ast.span);
  }
  const leading = param.leading === 1 && before !== undefined ? [before.type] : [];
  const types = [...leading, element, TYPE_INT, TYPE_INT];
  const least = leading.length + 1;
  const { parameters } = ast;
  if (parameters.length < least || parameters.length > types.length) {
    const title = `the lambda of \`${method.name}\` has ${least} to ${types.length} parameters, not ${parameters.length}`;
    return context.wrong('E0302', title, ast.span);
  }
  return lambda(ast, types, context);
}

/** As in Esper a parameter is not called as a stream, or in `define` as a variable of one row, whatever the case of the letters. */
function namesStream(text: string, { entries, rowPrevious }: Scope): boolean {
  return entries.some(({ name, slot, type, isRepeated }) => {
    if (isRepeated === true) return false;
    const isNamed = rowPrevious !== undefined || (slot === CURRENT && name !== type?.name);
    return isNamed && name.toLowerCase() === text.toLowerCase();
  });
}

/** The body of a lambda sees its parameters and everything around it. */
function lambda(
  ast: Expression & { kind: 'lambda' },
  types: readonly ValueType[],
  context: ChainContext,
): LambdaExpr | null {
  const outer = context.scope.params ?? [];
  const params: ScopeParam[] = [];
  const places: number[] = [];
  for (const [i, { text, span }] of ast.parameters.entries()) {
    if ([...outer, ...params].some((one) => one.name === text) || namesStream(text, context.scope)) {
      context.wrong('E0213', `a parameter \`${text}\` is already there`, span, ['give it another name']);
      return null;
    }
    const index = context.counts.places++;
    places.push(index);
    const type = types[i] as ValueType;
    params.push({ name: text, expr: { op: 'param', type, index }, isImplicit: true });
  }
  const scope: Scope = { ...context.scope, params: [...outer, ...params] };
  const body = context.lowerIn(ast.body, scope);
  return body === null ? null : { op: 'lambda', type: body.type, params: places, body };
}
