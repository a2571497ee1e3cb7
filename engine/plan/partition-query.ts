import { CURRENT, type Expr } from '../expr/ir.ts';
import type { InputPlan, QueryPlan } from './plan.ts';
import type { OutputPlan, ViewPlan } from './query-plan.ts';
import type { RowPattern, RowQuantifier } from './recognize-plan.ts';

/** Windows in which an item comes and goes by the clock alone, whatever other items do. */
const BY_CLOCK: ReadonlySet<string> = new Set([
  'keepall',
  'time',
  'firsttime',
  'time_order',
  'timetolive',
  'tumble',
  'hop',
]);
/** Windows whose arguments, or some of them, are keys: items of different keys do not touch each other. */
const BY_KEY: ReadonlySet<string> = new Set(['unique', 'firstunique', 'session']);

/**
 * Why the items of different keys meet in the state of a query, so that it must run on one shard; null when they never
 * do. `isKey` tells whether an expression is the key of the item at hand.
 *
 * A window is harmless when each item enters and leaves it by the clock alone, or when it is kept apart by the key;
 * aggregates when the key is among those they are grouped by. Clauses that look at the rows of one delivery together
 * (`order by`, `limit`, `distinct`), and output whose pace all rows share, are not.
 */
export function sharedState(
  query: QueryPlan,
  input: InputPlan,
  isKey: (expr: Expr) => boolean,
): string | null {
  const isKeyAfter = (expr: Expr) => {
    const field = rowFieldOf(input, expr);
    return field >= 0 && isKey({ op: 'field', type: expr.type, slot: CURRENT, field });
  };
  return (
    sharedWindow(input.views, isKey) ??
    sharedMatches(input, isKey) ??
    sharedGroups(query, input.recognize === undefined ? isKey : isKeyAfter) ??
    sharedEnd(query, input) ??
    sharedAccess(query) ??
    sharedRows(query) ??
    sharedOutput(query.output, query)
  );
}

/** Whether a query keeps nothing between the items it gets, so that any key does. */
export function isStateless(query: QueryPlan, input: InputPlan): boolean {
  return (
    input.views.length === 0 &&
    input.recognize === undefined &&
    query.shape === 'simple' &&
    query.previous.length === 0 &&
    query.output === null &&
    query.assignments.length === 0
  );
}

/** Why events of different keys meet in a window; null when they never do. */
export function sharedWindow(views: readonly ViewPlan[], isKey: (expr: Expr) => boolean): string | null {
  const [first] = views;
  const grouped = first?.name === 'groupwin' && first.args.some(({ expr }) => isKey(expr));
  if (grouped && first.reclaim !== undefined)
    return 'the hint to reclaim groups counts the idle time on events of all keys';
  if (grouped && views.every(({ derived }) => derived < 0)) return null;
  for (const { name, args, derived } of views) {
    if (derived >= 0) return `\`#${name}\` sums up the events of all keys`;
    const keyed = name === 'session' ? args.slice(0, 1) : args;
    if (BY_CLOCK.has(name) || (BY_KEY.has(name) && keyed.some(({ expr }) => isKey(expr)))) continue;
    return `the window \`#${name}\` holds the events of all keys together`;
  }
  return null;
}

/** Runs of `match_recognize` are kept apart by the key; what its windows and its interval do is not. */
function sharedMatches({ recognize, views }: InputPlan, isKey: (expr: Expr) => boolean): string | null {
  if (recognize === undefined) return null;
  if (!recognize.partitionBy.some(isKey))
    return '`match_recognize` lets the events of all keys follow each other';
  if (views.length > 0)
    return 'events that leave the window before `match_recognize` end matches of all keys';
  return recognize.interval === null
    ? null
    : 'the `interval` of `match_recognize` has one clock for all keys';
}

/**
 * The field of the input's events that an expression of the query gives on; −1: none. After `match_recognize` a measure
 * that is a field of a variable which every match has.
 */
export function rowFieldOf({ recognize }: InputPlan, expr: Expr): number {
  if (expr.op !== 'field' || expr.slot !== CURRENT) return -1;
  if (recognize === undefined) return expr.field;
  const measure = recognize.measures[expr.field];
  if (measure?.op !== 'field' || !isInEvery(recognize.pattern, measure.slot)) return -1;
  return measure.field;
}

/** Whether every match has rows of a variable. */
function isInEvery(pattern: RowPattern, variable: number): boolean {
  switch (pattern.op) {
    case 'variable':
      return pattern.variable === variable && comes(pattern.quantifier);
    case 'group':
      return comes(pattern.quantifier) && isInEvery(pattern.child, variable);
    case 'choice':
      return pattern.children.every((child) => isInEvery(child, variable));
    default:
      return pattern.children.some((child) => isInEvery(child, variable));
  }
}

function comes({ times, bounds }: RowQuantifier): boolean {
  if (times === 'optional' || times === 'any') return false;
  return bounds === null || 'count' in bounds || bounds.low !== null;
}

function sharedGroups(
  { groupBy, aggregates, shape }: QueryPlan,
  isKey: (expr: Expr) => boolean,
): string | null {
  if (shape === 'simple') return null;
  const has = (keys: readonly Expr[] | undefined) => keys?.some(isKey) === true;
  if (!has(groupBy?.keys) || aggregates.some((one) => one.groupBy !== null && !has(one.groupBy)))
    return 'its aggregates are not grouped by a key of its own';
  if (groupBy?.sets?.some((set) => !has(set.map((at) => groupBy.keys[at] as Expr))) === true)
    return '`rollup`, `cube` or `grouping sets` sum up over all keys';
  if (groupBy?.reclaim !== null && groupBy?.reclaim !== 'never')
    return 'the hint to reclaim groups counts the idle time on events of all keys';
  return null;
}

/** Aggregates that what leaves the window does not undo. */
const LASTING = /ever$|^nth$|^leaving$|^rate$/;

/** As recorded, a group that became empty keeps its state until the next event of any group comes. */
function sharedEnd({ aggregates }: QueryPlan, { views }: InputPlan): string | null {
  const lasting = views.length === 0 ? undefined : aggregates.find(({ name }) => LASTING.test(name));
  if (lasting === undefined) return null;
  return `\`${lasting.name}\` of a group without events is forgotten with the next event of any key`;
}

function sharedAccess({ previous }: QueryPlan): string | null {
  const [first] = previous;
  return first === undefined ? null : `\`${first.kind}\` counts the events of all keys`;
}

function sharedRows({ orderBy, limit, distinct }: QueryPlan): string | null {
  if (orderBy.length > 0) return '`order by` puts the rows of all keys in one order';
  if (limit !== null) return '`limit` counts the rows of all keys';
  return distinct ? '`distinct` compares the rows of all keys' : null;
}

/** `output first` of groups has a pace of its own for each group; every other output has one for all. */
function sharedOutput(output: OutputPlan | null, { shape }: QueryPlan): string | null {
  if (output === null) return null;
  const isGrouped = shape === 'grouped' || shape === 'aggregateGrouped';
  const isOwn = output.kind === 'first' && isGrouped && output.after === null && output.terminated === null;
  if (isOwn && (output.rate.kind === 'time' || output.rate.kind === 'events')) return null;
  return '`output` has one pace for the rows of all keys';
}
