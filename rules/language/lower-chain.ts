import { type EventType, type Field, TYPE_LONG, TYPE_OBJECT, typeName } from '../../engine/event/types.ts';
import { findFunction, functionNames } from '../../engine/expr/functions.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { commonType } from '../../engine/expr/type-rules.ts';
import { aggregateNames } from './aggregate-rules.ts';
import type { ChainLink, Expression } from './ast.ts';
import { checkVariableInContext } from './context-rules.ts';
import type { Span } from './diagnostics.ts';
import { FOREIGN_FUNCTIONS } from './foreign-functions.ts';
import { LATER_FUNCTIONS } from './later-names.ts';
import { lowerAggregate } from './lower-aggregate.ts';
import { lowerContextProperty } from './lower-context-property.ts';
import { lowerDeclared } from './lower-declared.ts';
import { indexed } from './lower-index.ts';
import { lowerMethod } from './lower-method.ts';
import { lowerPrevious } from './lower-previous.ts';
import { lowerRowFunction } from './lower-row-function.ts';
import { lowerSpecial } from './lower-special.ts';
import { isLibrary, lowerStatic } from './lower-static.ts';
import { lowerRowMethod, lowerTableAccess } from './lower-table-access.ts';
import { lowerValueMethod } from './lower-value-method.ts';
import { lowerWindowRows } from './lower-window-rows.ts';
import type { Reporter } from './reporter.ts';
import {
  fieldExpr,
  findEntry,
  findNamed,
  findParam,
  findParamOfType,
  findRowField,
  findUnqualified,
  mayBeBroken,
  memberExpr,
  namesInScope,
  type Scope,
  wholeExpr,
} from './scope.ts';
import { subqueryMember } from './subquery-rows.ts';
import { variableExpr } from './variable-expr.ts';
import { widen, widenTogether } from './widen.ts';

/** A lowered expression; null stands for one with a reported mistake, about which nothing more is said. */
export type Lowered = Expr | null;

/** What dotted chains need from the lowering of expressions they contain. */
export interface ChainContext {
  readonly scope: Scope;
  readonly report: Reporter;
  lower(ast: Expression): Lowered;
  /** As `lower`, with other names in scope: the body of a lambda. */
  lowerIn(ast: Expression, scope: Scope): Lowered;
  /** Does work with other names in scope. */
  within<T>(scope: Scope, work: () => T): T;
  /** As `lowerIn`, with mistakes apart: the body of a declared expression, whose text is elsewhere. */
  lowerAside(ast: Expression, scope: Scope): { readonly lowered: Lowered; readonly report: Reporter };
  /** Places of `Env.params` taken, and declared expressions used, by the expression so far. */
  readonly counts: { places: number; expansions: number };
  /** All operands, or null when one has a mistake; every one is looked at. */
  all(asts: readonly Expression[]): Expr[] | null;
  wrong(code: string, title: string, span: Span, notes?: string[]): null;
  later(what: string, span: Span): null;
}

/** A dotted chain: a field, a stream or tag and what follows, a function, or `Math.x(…)`. */
export function lowerChain(links: readonly ChainLink[], context: ChainContext): Lowered {
  const { scope } = context;
  const first = links[0] as ChainLink;
  const second = links[1];
  const name = first.name.text;
  if (name.toLowerCase() === 'current_timestamp' && (isPlain(first) || first.args?.length === 0)) {
    return followChain({ op: 'now', type: TYPE_LONG }, links.slice(1), context);
  }
  const property = findEntry(scope, name) === undefined ? lowerContextProperty(links, context) : undefined;
  if (property !== undefined)
    return followChain(indexed(property.expr, property.last, context), links.slice(property.links), context);
  const declared = scope.catalog.declared.expression(name);
  if (declared !== undefined && findParam(scope, name) === undefined) {
    const used = indexed(lowerDeclared(declared, first, context), first, context);
    return followChain(used, links.slice(1), context);
  }
  const rows = lowerWindowRows(first, second, context);
  if (rows !== undefined) return followChain(rows, links.slice(1), context);
  if (first.args !== null) return call(name, first, links.slice(1), context);
  const param = findParam(scope, name);
  if (param !== undefined) {
    return followChain(indexed(param.expr, first, context), links.slice(1), context);
  }
  const ofTable = lowerTableAccess(links, context);
  if (ofTable !== undefined) return followChain(ofTable.expr, links.slice(ofTable.links), context);
  if (first.dynamic)
    return followChain(indexed(dynamicStart(first, context), first, context), links.slice(1), context, true);
  if (second !== undefined && isPlain(first)) {
    if (name === scope.alias && findEntry(scope, name) === undefined)
      return lowerChain(links.slice(1), context);
    const entry = findEntry(scope, name);
    if (entry !== undefined) {
      if (entry.type === null) return null;
      return followChain(wholeExpr(entry, entry.type), links.slice(1), context);
    }
    const ofType = findParamOfType(scope, name);
    if (ofType !== undefined) return followChain(ofType.expr, links.slice(1), context);
  }
  const repeated = first.indexes.length > 0 && !first.dynamic ? findEntry(scope, name) : undefined;
  if (repeated?.isRepeated === true && repeated.type !== null) {
    return followChain(indexed(wholeExpr(repeated, repeated.type), first, context), links.slice(1), context);
  }
  const variable = scope.catalog.declared.variable(name);
  if (variable !== undefined) {
    checkVariableInContext(variable, first.name.span, { catalog: scope.catalog, report: context.report });
    return followChain(indexed(variableExpr(variable), first, context), links.slice(1), context);
  }
  const [found, other] = findUnqualified(scope, name);
  if (other !== undefined) {
    const owners = [found, other].map((one) => `\`${one?.entry.name}\``).join(' and ');
    return context.wrong('E0210', `\`${name}\` is a field of ${owners}: say which`, first.name.span);
  }
  if (found !== undefined) {
    const field = fieldExpr(found.entry, found.index, found.field);
    return followChain(indexed(field, first, context), links.slice(1), context);
  }
  const inRow = findRowField(scope, name);
  if (inRow !== undefined) return followChain(indexed(inRow, first, context), links.slice(1), context);
  const entry = findNamed(scope, name);
  if (entry !== undefined) {
    const whole = entry.type === null ? null : wholeExpr(entry, entry.type);
    return followChain(indexed(whole, first, context), links.slice(1), context);
  }
  if (isPlain(first) && name === 'java' && links.length > 3) return lowerChain(links.slice(2), context);
  if (second !== undefined && isPlain(first) && isLibrary(name)) {
    const found = lowerStatic(name, second, context);
    if (found !== undefined) return followChain(found, links.slice(2), context);
    if (second.args !== null) return call(`${name}.${second.name.text}`, second, links.slice(2), context);
  }
  const variant = scope.entries.find(({ type, isImplicit }) => isImplicit && type?.variant?.any === true);
  if (variant !== undefined) {
    const target = wholeExpr(variant, variant.type as EventType);
    const property = indexed({ op: 'dynamic', type: TYPE_OBJECT, target, name }, first, context);
    return followChain(property, links.slice(1), context, true);
  }
  if (!mayBeBroken(scope) && !scope.catalog.isExpected(name))
    unknownName(first, second !== undefined, context);
  return null;
}

/** The links after an expression: fields, elements, methods. */
export function followChain(
  start: Lowered,
  links: readonly ChainLink[],
  context: ChainContext,
  isDynamic = false,
): Lowered {
  let expr = start;
  let isOpen = isDynamic;
  for (const link of links) {
    if (expr === null) return null;
    // After a dynamic property all that follow are; and so is what a map holds.
    isOpen ||= link.dynamic || isLoose(expr);
    const read = lowerRowMethod(expr, link, context);
    if (read !== undefined) {
      expr = indexed(read, link, context);
      continue;
    }
    expr =
      link.args === null
        ? member(expr, link, context, isOpen)
        : indexed(method(expr, link, context, isOpen), link, context);
  }
  return expr;
}

/** Whether it is a part of a map, whose properties are found by name. */
function isLoose(expr: Expr): boolean {
  if (expr.type.kind !== 'object') return false;
  return expr.op === 'key' || (expr.op === 'at' && isLoose(expr.target));
}

function isPlain(link: ChainLink): boolean {
  return link.args === null && link.indexes.length === 0 && !link.dynamic;
}

function unknownName(link: ChainLink, isQualifier: boolean, { scope, report }: ChainContext): void {
  const name = link.name.text;
  const span = link.name.span;
  const implicit = scope.entries.find((one) => one.isImplicit)?.type ?? null;
  if (!isQualifier && findEntry(scope, name) !== undefined) {
    const notes = [`name the stream, as in \`${name} as x\`, and write that name`];
    report.error('E0202', `\`${name}\` is a type here, not the name of a stream`, span, notes);
  } else if (isQualifier) {
    report.unknown('E0202', 'stream, tag or field', name, span, namesInScope(scope));
  } else if (implicit !== null) {
    const others = scope.entries.flatMap((one) => (one.name === '' ? [] : [one.name]));
    report.unknownField(implicit, name, span, others);
  } else {
    const owner = scope.entries.find((one) => one.type?.fields.some((field) => field.name === name));
    const notes = owner === undefined ? [] : [`a field is named with its tag: \`${owner.name}.${name}\``];
    report.unknown('E0202', 'tag', name, span, namesInScope(scope), '', notes);
  }
}

function call(name: string, link: ChainLink, rest: readonly ChainLink[], context: ChainContext): Lowered {
  const lower = name.toLowerCase();
  const args = link.args as readonly Expression[];
  const aggregate = name === link.name.text ? lowerAggregate(link, rest, context) : undefined;
  // `window(x)[0]`, `m('key')[0]`
  const element = (value: Lowered) => indexed(value, link, context);
  if (aggregate !== undefined) {
    return followChain(element(aggregate.expr), rest.slice(aggregate.links), context);
  }
  const previous = name === link.name.text ? lowerPrevious(link, context) : undefined;
  if (previous !== undefined) return followChain(element(previous), rest, context);
  const row = name === link.name.text ? lowerRowFunction(link, context) : undefined;
  if (row !== undefined) return followChain(element(row), rest, context);
  if (link.distinct || LATER_FUNCTIONS.has(lower)) return context.later(`\`${name}(…)\``, link.span);
  const special = lowerSpecial(lower, link, context);
  if (special !== undefined) return followChain(element(special), rest, context);
  const property = link.dynamic ? dynamicEntry(link, context) : mapEntry(link, context);
  if (property !== null) return followChain(element(property), rest, context, link.dynamic);
  const definition = findFunction(`${name}/${args.length}`) ?? findFunction(name) ?? findFunction(lower);
  if (definition === undefined && lower !== 'coalesce') {
    if (context.scope.catalog.isExpected(name)) return null;
    const known = [...functionNames(), ...aggregateNames(), 'coalesce', 'cast'];
    const foreign = FOREIGN_FUNCTIONS.get(lower);
    const { report } = context;
    if (foreign === undefined) report.unknown('E0203', 'function', name, link.name.span, known);
    else
      report.error('E0203', `there is no function \`${name}\``, link.name.span, [
        `in EPL it is \`${foreign}\``,
      ]);
    return null;
  }
  const lowered = context.all(args);
  if (lowered === null) return null;
  if (definition === undefined) return followChain(element(coalesce(lowered, link, context)), rest, context);
  const checked = definition.check(lowered.map((arg) => arg.type));
  if ('error' in checked) {
    return context.wrong('E0302', `\`${name}\` ${checked.error}`, link.span, [
      `it is ${definition.signature}`,
    ]);
  }
  const values = definition.widens === true ? lowered.map((arg) => widen(arg, checked.type)) : lowered;
  const made: Expr = { op: 'call', type: checked.type, name: definition.name, args: values };
  return followChain(element(made), rest, context);
}

function coalesce(operands: Expr[], link: ChainLink, context: ChainContext): Lowered {
  if (operands.length < 2) return context.wrong('E0302', '`coalesce` takes two or more values', link.span);
  const types = operands.map((operand) => operand.type);
  const type = commonType(types);
  if (type !== null) return { op: 'coalesce', type, operands: widenTogether(operands) };
  const title = `the values of \`coalesce\` have no common type: ${types.map(typeName).join(', ')}`;
  return context.wrong('E0301', title, link.span);
}

/** `m('key')` on a parameter, a variable, or a map field named without its event. */
function mapEntry(link: ChainLink, { scope }: ChainContext): Expr | null {
  const key = constantKey(link);
  const [found] = findUnqualified(scope, link.name.text);
  const variable = scope.catalog.declared.variable(link.name.text);
  const held =
    findParam(scope, link.name.text)?.expr ?? (variable === undefined ? null : variableExpr(variable));
  if (held?.type.kind === 'map' && key !== null) return { op: 'key', type: TYPE_OBJECT, target: held, key };
  if (found?.field.type.kind !== 'map' || key === null) return null;
  return {
    op: 'key',
    type: { kind: 'object' },
    target: fieldExpr(found.entry, found.index, found.field),
    key,
  };
}

/** `p?` without its event: a declared field, else a property of the only event there is. */
function dynamicStart(link: ChainLink, context: ChainContext): Lowered {
  const { scope } = context;
  const name = link.name.text;
  const [found] = findUnqualified(scope, name);
  if (found !== undefined) return fieldExpr(found.entry, found.index, found.field);
  const owners = scope.entries.filter((entry) => entry.isImplicit);
  const owner =
    owners.find((entry) => entry.slot === CURRENT) ?? (owners.length === 1 ? owners[0] : undefined);
  if (owner === undefined) {
    return context.wrong('E0210', `\`${name}?\` can be of several events: say which`, link.name.span);
  }
  if (owner.type === null) return null;
  return { op: 'dynamic', type: TYPE_OBJECT, target: wholeExpr(owner, owner.type), name };
}

/** `m('key')?`: the property may be declared or not. */
function dynamicEntry(link: ChainLink, context: ChainContext): Lowered {
  const key = constantKey(link);
  if (key === null) return null;
  const target = dynamicStart(link, context);
  return target === null ? null : { op: 'key', type: TYPE_OBJECT, target, key };
}

/** The key in `m('key')`; null when the link is not of this form. */
function constantKey(link: ChainLink): string | null {
  const [arg] = link.args ?? [];
  if (link.args?.length !== 1 || arg?.kind !== 'literal' || typeof arg.value !== 'string') return null;
  return arg.value;
}

function member(target: Expr, link: ChainLink, context: ChainContext, isOpen: boolean): Lowered {
  const name = link.name.text;
  const asked = subqueryMember(target, name);
  if (asked === 'several') {
    const notes = ['take one of its rows first: `(select …).firstOf().field`'];
    return context.wrong('E0204', `the rows of a subquery have no field \`${name}\``, link.name.span, notes);
  }
  if (asked !== undefined) return asked;
  if (target.type.kind === 'row') {
    const found = target.type.fields.find((one) => one.name === name);
    if (found !== undefined) {
      return indexed({ op: 'key', type: found.type, target, key: name }, link, context);
    }
  }
  if (target.type.kind === 'object' && isOpen) {
    return indexed({ op: 'dynamic', type: TYPE_OBJECT, target, name }, link, context);
  }
  if (target.type.kind === 'map') {
    return indexed({ op: 'key', type: { kind: 'object' }, target, key: name }, link, context);
  }
  if (target.type.kind !== 'event') {
    const title = `a value of type ${typeName(target.type)} has no field \`${name}\``;
    return context.wrong('E0204', title, link.name.span);
  }
  const type = context.scope.catalog.get(target.type.typeName);
  const field = type?.fields.findIndex((one) => one.name === name) ?? -1;
  if (type !== undefined && field < 0 && isOpen) {
    return indexed({ op: 'dynamic', type: TYPE_OBJECT, target, name }, link, context);
  }
  if (type?.variant?.any === true && field < 0) {
    return indexed({ op: 'dynamic', type: TYPE_OBJECT, target, name }, link, context);
  }
  if (type === undefined || field < 0) {
    if (type !== undefined) context.report.unknownField(type, name, link.name.span, []);
    return null;
  }
  return indexed(memberExpr(target, field, type.fields[field] as Field), link, context);
}

function method(target: Expr, link: ChainLink, context: ChainContext, isOpen: boolean): Lowered {
  const name = link.name.text;
  const key = constantKey(link);
  if (key !== null && isOpen && (link.dynamic || target.type.kind === 'object')) {
    const map = member(target, { ...link, args: null, indexes: [] }, context, true);
    return map === null ? null : { op: 'key', type: TYPE_OBJECT, target: map, key };
  }
  if (target.type.kind === 'event' && key !== null) {
    const type = context.scope.catalog.get(target.type.typeName);
    const field = type?.fields.findIndex((one) => one.name === name) ?? -1;
    if (type?.fields[field]?.type.kind === 'map') {
      return {
        op: 'key',
        type: { kind: 'object' },
        target: memberExpr(target, field, type.fields[field] as Field),
        key,
      };
    }
  }
  const special = lowerMethod(target, link, context);
  if (special !== undefined) return special;
  return lowerValueMethod(target, link, context);
}
