import type { EventType, ValueType } from '../../engine/event/types.ts';
import { conjuncts, isFieldPath, usesSlots } from '../../engine/expr/analyze.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { JoinKey, JoinLink, JoinPlan } from '../../engine/plan/join-plan.ts';
import { linkTree } from '../../engine/plan/link-tree.ts';
import type { InputPlan, PatternInput, StreamInput } from '../../engine/plan/plan.ts';
import type { SelectStatement, StreamItem } from './ast.ts';
import type { JoinClause } from './ast-join.ts';
import { lowerCondition } from './lower-expression.ts';
import type { Reporter } from './reporter.ts';
import { eventValueType, type Lowering, type Scope, type ScopeEntry } from './scope.ts';

/** A stream or pattern of a join, lowered by itself. */
export interface JoinedSource {
  readonly input: InputPlan;
  /** The names its own views see. */
  readonly scope: Scope;
}

/** What `from` gives the clauses after it. */
export interface JoinedSources {
  readonly inputs: readonly InputPlan[];
  /** One entry a stream, in order. */
  readonly scope: Scope;
  readonly join: JoinPlan;
}

/** Joins the streams of `from`; null after reporting a mistake. */
export function lowerJoin(
  select: SelectStatement,
  sources: readonly JoinedSource[],
  lowering: Lowering,
): JoinedSources | null {
  const { report, catalog } = lowering;
  const errorsBefore = report.errorCount;
  const entries = sources.map(({ scope }, slot): ScopeEntry => {
    const item = select.from[slot] as StreamItem;
    const own = scope.entries[0] as ScopeEntry;
    const alias = item.kind === 'unsupported' ? null : item.alias;
    return { ...own, slot, column: alias?.text ?? `stream_${slot}` };
  });
  const scope: Scope = { catalog, entries, alias: null };
  refuseMixed(select.joins, report);
  const links = select.joins.map((clause, i): JoinLink => {
    const visible = { ...scope, entries: entries.slice(0, i + 2) };
    const on = clause.on === null ? [] : lowerOn(clause, visible, report);
    return { kind: clause.kind === 'comma' ? 'inner' : clause.kind, on };
  });
  const inputs = sources.map(({ input }) => input);
  for (const [i, input] of inputs.entries()) {
    const isTable = input.kind === 'store' && catalog.stores.plans[input.store]?.kind === 'table';
    const item = select.from[i] as StreamItem;
    if (!isTable || input.kind !== 'store' || item.kind === 'unsupported') continue;
    if (item.unidirectional)
      report.error('E0472', 'a table cannot be `unidirectional`: no rows come from it', item.span);
    else if (input.filter !== null) {
      report.error('E0472', 'a table in a join has no filter', item.span, ['put the condition into `where`']);
    }
  }
  const [marked] = select.from.filter((item) => item.kind !== 'unsupported' && item.unidirectional);
  if (select.intoTable !== null && marked !== undefined)
    report.error('E0472', '`into table` does not go with a `unidirectional` stream', marked.span);
  const driver = onlyStream(inputs, lowering);
  const unidirectional = select.from.map(
    (item, i) => i === driver || (item.kind !== 'unsupported' && item.unidirectional),
  );
  const join: JoinPlan = { links, unidirectional };
  checkUnidirectional(select, join, report);
  for (const [i, input] of inputs.entries()) {
    if (input.kind !== 'store' || input.contained === null || join.unidirectional[i] === true) continue;
    report.error(
      'E0481',
      'events inside the rows of a named window are joined when they enter: write `unidirectional`',
      (select.from[i] as StreamItem).span,
    );
  }
  if (report.errorCount === errorsBefore) checkOrder(select, join, report);
  if (report.errorCount === errorsBefore) checkWindows(select, inputs, join, report);
  return report.errorCount > errorsBefore ? null : { inputs, scope, join };
}

/** The only stream that is joined with tables, when it has no data window: then it alone makes rows. −1: there is none. */
function onlyStream(inputs: readonly InputPlan[], { catalog }: Lowering): number {
  const streams = inputs.flatMap((input, i) => {
    const isTable = input.kind === 'store' && catalog.stores.plans[input.store]?.kind === 'table';
    return isTable ? [] : [i];
  });
  const [only, other] = streams;
  if (only === undefined || other !== undefined) return -1;
  const input = inputs[only] as InputPlan;
  return input.kind !== 'store' && input.views.length === 0 ? only : -1;
}

/** Gives the matches of a pattern in a join a type: an event with a field for each tag. */
export function typeMatches(
  input: PatternInput,
  name: string,
  { catalog }: Lowering,
): { readonly input: PatternInput; readonly type: EventType } {
  const fields = input.slots.map(({ tag, type, repeated }) => {
    const one = eventValueType(catalog.types[type] as EventType);
    const value: ValueType = repeated ? { kind: 'array', element: one } : one;
    return { name: tag, type: value };
  });
  let number = 1;
  while (catalog.indexOf(`${name}#match[${number}]`) >= 0) number++;
  const type: EventType = {
    name: `${name}#match[${number}]`,
    fields,
    supertypes: [],
    startField: -1,
    endField: -1,
    origin: 'derived',
  };
  catalog.add(type, '');
  return { input: { ...input, matchType: catalog.indexOf(type.name) }, type };
}

function refuseMixed(joins: readonly JoinClause[], report: Reporter): void {
  const comma = joins.find(({ kind }) => kind === 'comma');
  const word = joins.find(({ kind }) => kind !== 'comma');
  if (comma === undefined || word === undefined) return;
  const later = comma.span.start > word.span.start ? comma : word;
  report.error('E0480', 'streams are joined either by commas or by `join`', later.span, [
    'a comma is an `inner join` without `on`',
  ]);
}

/** `on a.x = b.x and …`: equalities of fields, all between the same two streams. */
function lowerOn({ on }: JoinClause, scope: Scope, report: Reporter): readonly JoinKey[] {
  if (on === null) return [];
  const condition = lowerCondition(on, scope, report);
  if (condition === null) return [];
  const keys = conjuncts(condition).map(keyOf);
  if (keys.includes(null)) {
    report.error('E0480', '`on` compares fields of two streams by `=`, joined by `and`', on.span, [
      'further conditions stand in `where`',
    ]);
    return [];
  }
  const found = keys as JoinKey[];
  const pairs = new Set(found.map(({ left, right }) => `${slotOf(left)}-${slotOf(right)}`));
  if (pairs.size > 1) {
    report.error('E0480', 'the equalities of one `on` are between the same two streams', on.span, [
      'further equalities stand in `where`',
    ]);
    return [];
  }
  return found;
}

function keyOf(part: Expr): JoinKey | null {
  if (part.op !== 'equal' || part.negated || part.nullSafe) return null;
  const { left, right } = part;
  if (!isFieldPath(left) || !isFieldPath(right)) return null;
  const [a, b] = [slotOf(left), slotOf(right)];
  if (a === b) return null;
  return a < b ? { left, right } : { left: right, right: left };
}

function slotOf(expr: Expr): number {
  const [slot] = usesSlots(expr);
  return slot as number;
}

/** An event of each stream must reach all others along the links of an outer join. */
function checkOrder({ from, joins }: SelectStatement, join: JoinPlan, report: Reporter): void {
  if (join.links.every(({ kind }) => kind === 'inner') || from.length === 2) return;
  const lost = from.findIndex((_, stream) => linkTree(join, stream) === null);
  if (lost < 0) return;
  const span = joins[Math.max(lost - 1, 0)]?.span ?? (from[lost] as StreamItem).span;
  report.error('E0480', 'the events of a stream do not reach all others along these joins', span, [
    'each `on` names the stream it follows; inner joins stand before the outer joins that lead to them',
  ]);
}

/** One stream may be unidirectional; in a join of `full outer` links only, all of them may be. */
function checkUnidirectional({ from }: SelectStatement, join: JoinPlan, report: Reporter): void {
  const marked = from.filter((_, i) => join.unidirectional[i] === true);
  const viewed = marked.find((item) => item.kind !== 'unsupported' && item.views.length > 0);
  if (viewed !== undefined)
    report.error('E0481', 'a `unidirectional` stream keeps no events: it has no data window', viewed.span);
  const [, second] = marked;
  const isMerge = marked.length === from.length && join.links.every(({ kind }) => kind === 'full');
  if (second === undefined || isMerge) return;
  report.error('E0481', 'one stream of a join can be `unidirectional`', second.span, [
    'or all, when each is joined by `full outer join`',
  ]);
}

/**
 * Each stream needs a data window or view, as in Esper, but for a unidirectional one and those with its type and filter
 * (whatever events inside they select);
 * and unless all have the same type and filter and no window: an event is joined with itself then.
 */
function checkWindows(
  { from }: SelectStatement,
  inputs: readonly InputPlan[],
  { unidirectional }: JoinPlan,
  report: Reporter,
): void {
  const driver = inputs[unidirectional.indexOf(true)];
  const isSelf = inputs.every((input) => input.views.length === 0 && isSameStream(input, inputs[0]));
  if (isSelf) return;
  for (const [i, input] of inputs.entries()) {
    if (
      input.kind === 'store' ||
      input.views.length > 0 ||
      unidirectional[i] === true ||
      isSameStream(input, driver)
    )
      continue;
    const title =
      'each stream of a join needs a data window: it says how long events are joined with later ones';
    report.error('E0482', title, (from[i] as StreamItem).span, [
      'add one, such as `#time(1 min)` or `#keepall`, or join at the events of one stream only: `unidirectional`',
    ]);
  }
}

function isSameStream(a: InputPlan, b: InputPlan | undefined): boolean {
  if (a.kind !== 'stream' || b?.kind !== 'stream') return false;
  const text = ({ type, filter }: StreamInput) => JSON.stringify([type, filter]);
  return text(a) === text(b);
}
