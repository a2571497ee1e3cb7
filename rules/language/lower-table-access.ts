import { type EventType, sameType, TYPE_OBJECT, typeName } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import { isInteger } from '../../engine/expr/type-rules.ts';
import type { AggregatePlan } from '../../engine/plan/query-plan.ts';
import { accessMethod } from './access-methods.ts';
import type { ChainLink } from './ast.ts';
import { isInContextOf } from './context-rules.ts';
import type { ChainContext, Lowered } from './lower-chain.ts';
import { indexed } from './lower-index.ts';
import { currentEntry, eventValueType, findEntry, wholeExpr } from './scope.ts';
import type { FoundTable } from './stores.ts';

/** What a chain begins with, and how many of its links that took. */
export interface LoweredAccess {
  readonly expr: Lowered;
  readonly links: number;
}

/**
 * `T[k]`, `T[k].column`, `T.column`, `T.keys()` and methods on aggregation columns; undefined when the chain does not
 * begin with the name of a table. A stream or tag of that name wins where there are no keys.
 */
export function lowerTableAccess(
  links: readonly ChainLink[],
  context: ChainContext,
): LoweredAccess | undefined {
  const [first, second] = links as readonly [ChainLink, ChainLink?];
  const { scope } = context;
  const { text: name } = first.name;
  if (first.args !== null || first.dynamic) return undefined;
  if (first.indexes.length === 0 && scope.entries.some((one) => one.name === name)) return undefined;
  const table = scope.catalog.stores.table(name);
  if (table === undefined) return undefined;
  if (scope.catalog.stores.written === name) {
    const title = `\`into table\` feeds \`${name}\`, so the statement cannot read it`;
    return { expr: context.wrong('E0472', title, first.span), links: links.length };
  }
  const { plan } = table;
  if (!isInContextOf(plan, first.span, { catalog: scope.catalog, report: context.report }))
    return { expr: null, links: links.length };
  const isKeys = second?.args != null && second.name.text.toLowerCase() === 'keys';
  const isOfStream = plan.keys.length > 0 && findEntry(scope, name) !== undefined;
  if (first.indexes.length === 0 && isOfStream && !isKeys) return undefined;
  if (second?.args != null && plan.keys.length > 0 && first.indexes.length === 0) {
    return { expr: keysOf(table, second, context), links: 2 };
  }
  const row = rowOf(table, first, context);
  if (row === null) return { expr: null, links: links.length };
  if (second === undefined) return { expr: { op: 'rowCopy', type: row.type, operand: row }, links: 1 };
  const type = scope.catalog.types[plan.type] as EventType;
  const column = second.args === null ? type.fields.findIndex((one) => one.name === second.name.text) : -1;
  if (column < 0) {
    context.report.unknownField(type, second.name.text, second.name.span, []);
    return { expr: null, links: links.length };
  }
  const [method] = links.slice(2);
  const read = method === undefined ? undefined : lowerColumnMethod(row, table, column, method, context);
  if (method !== undefined && read !== undefined) return { expr: indexed(read, method, context), links: 3 };
  const field = type.fields[column] as EventType['fields'][number];
  return {
    expr: indexed({ op: 'member', type: field.type, target: row, field: column }, second, context),
    links: 2,
  };
}

function keysOf({ index, plan }: FoundTable, link: ChainLink, context: ChainContext): Lowered {
  if (link.name.text.toLowerCase() === 'keys' && link.args?.length === 0) {
    return indexed(
      { op: 'tableKeys', type: { kind: 'array', element: TYPE_OBJECT }, table: index },
      link,
      context,
    );
  }
  return context.wrong(
    'E0472',
    `the table \`${plan.name}\` has no function \`${link.name.text}\``,
    link.span,
    ['without a key it has only `keys()`'],
  );
}

/** The row that the brackets after the name of a table choose. */
function rowOf({ index, plan }: FoundTable, link: ChainLink, context: ChainContext): Expr | null {
  const type = context.scope.catalog.types[plan.type] as EventType;
  const keys = context.all(link.indexes);
  if (keys === null) return null;
  if (keys.length !== plan.keys.length) {
    const count = (size: number) => (size === 0 ? 'no keys' : `${size} key${size === 1 ? '' : 's'}`);
    const title = `the table \`${plan.name}\` has ${count(plan.keys.length)}, not ${count(keys.length)}`;
    const example = plan.keys.map((column) => type.fields[column]?.name).join(', ');
    const notes = example === '' ? [] : [`write \`${plan.name}[${example}]\``];
    return context.wrong('E0472', title, link.span, notes);
  }
  for (const [i, key] of keys.entries()) {
    const field = type.fields[plan.keys[i] as number] as EventType['fields'][number];
    if (key.type.kind === 'null' || sameType(key.type, field.type)) continue;
    const title = `the key \`${field.name}\` of \`${plan.name}\` is ${typeName(field.type)}, not ${typeName(key.type)}`;
    return context.wrong('E0472', title, link.indexes[i]?.span ?? link.span);
  }
  return { op: 'tableRow', type: eventValueType(type), table: index, keys };
}

/** A method on an aggregation column of a row in a stream; undefined when it is none. */
export function lowerRowMethod(target: Expr, link: ChainLink, context: ChainContext): Lowered | undefined {
  if (link.args === null || (target.op !== 'field' && target.op !== 'member')) return undefined;
  const row = rowOfField(target, context);
  const table =
    row?.type.kind === 'event' ? context.scope.catalog.stores.table(row.type.typeName) : undefined;
  if (row === undefined || table === undefined) return undefined;
  return lowerColumnMethod(row, table, target.field, link, context);
}

function rowOfField(target: Expr & { op: 'field' | 'member' }, { scope }: ChainContext): Expr | undefined {
  if (target.op === 'member') return target.target;
  const entry = scope.entries.find(({ slot, expr }) => slot === target.slot && expr === undefined);
  if (entry === undefined || entry.type === null || entry.isRepeated === true) return undefined;
  return wholeExpr(entry, entry.type);
}

/**
 * A method on an aggregation column of a row: `last(*)` of a `window(*)`, `firstKey()` of a `sorted(…)`; undefined when
 * it is none, so that it is one on the column's value.
 */
export function lowerColumnMethod(
  row: Expr,
  { plan: table }: FoundTable,
  column: number,
  link: ChainLink,
  context: ChainContext,
): Lowered | undefined {
  const held = table.columns[column]?.plan;
  if (held === undefined || link.args === null || link.distinct) return undefined;
  const made = methodOf(held, link, context);
  if (made === undefined || made === null) return made;
  const { plan, args } = made;
  return { op: 'tableRead', type: plan.type, target: row, column, reader: plan, args };
}

interface Method {
  readonly plan: AggregatePlan;
  readonly args: readonly Expr[];
}

function methodOf(held: AggregatePlan, link: ChainLink, context: ChainContext): Method | null | undefined {
  const type = heldType(held, context);
  if (type === null) return accessed(held, link, type, context);
  const name = link.name.text.toLowerCase();
  const args = link.args ?? [];
  const isStar = args.length === 1 && args[0]?.kind === 'star';
  if (held.name === 'window' && (name === 'first' || name === 'last' || name === 'window')) {
    return args.length === 0 || isStar
      ? ofWindow(held, name, wholeExpr(currentEntry('', type), type), [])
      : windowValues(held, name, type, link, context);
  }
  const event = eventValueType(type);
  if (held.name === 'sorted' && (args.length === 0 || isStar)) {
    if (name === 'maxby' || name === 'minby') return { plan: { ...held, name, type: event }, args: [] };
    if (name === 'sorted') return { plan: held, args: [] };
  }
  return accessed(held, link, type, context);
}

function accessed(
  held: AggregatePlan,
  link: ChainLink,
  type: EventType | null,
  context: ChainContext,
): Method | null | undefined {
  const method = accessMethod(held, link, type);
  if (method === undefined) return undefined;
  const reading = context.all(link.args ?? []);
  if (reading === null) return null;
  const typed = method.check(reading);
  if ('error' in typed) return context.wrong('E0302', `\`${link.name.text}\` ${typed.error}`, link.span);
  return { plan: { ...held, name: method.name, type: typed.type }, args: reading };
}

/** `first(x)`, `last(x, index)`, `window(x)`: the argument is of the events in the column. */
function windowValues(
  held: AggregatePlan,
  name: string,
  type: EventType,
  link: ChainLink,
  context: ChainContext,
): Method | null {
  const [value, index, more] = link.args ?? [];
  const { catalog } = context.scope;
  const scope = { catalog, entries: [currentEntry('', type)], alias: null };
  const expr = value === undefined ? null : context.lowerIn(value, scope);
  const place = index === undefined ? undefined : context.lower(index);
  if (expr === null || place === null) return null;
  if (more !== undefined || (index !== undefined && name === 'window')) {
    return context.wrong('E0302', `\`${name}\` has too many arguments`, link.span);
  }
  if (place !== undefined && !isInteger(place.type)) {
    return context.wrong('E0302', `\`${name}\` takes a whole number as index`, link.span);
  }
  return ofWindow(held, name, expr, place === undefined ? [] : [place]);
}

function ofWindow(held: AggregatePlan, name: string, expr: Expr, args: readonly Expr[]): Method {
  const type = name === 'window' ? { kind: 'array' as const, element: expr.type } : expr.type;
  return { plan: { ...held, name, type, args: [{ expr, descending: false }] }, args };
}

/** Type of the events that a column holds; null when it holds none. */
function heldType({ name, type }: AggregatePlan, { scope }: ChainContext): EventType | null {
  if (name !== 'window' && name !== 'sorted') return null;
  const event = type.kind === 'array' ? type.element : type;
  return event.kind === 'event' ? (scope.catalog.get(event.typeName) ?? null) : null;
}
