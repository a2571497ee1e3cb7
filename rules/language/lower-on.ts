import { type EventType, TYPE_BOOLEAN, type ValueType } from '../../engine/event/types.ts';
import { CURRENT, type Expr } from '../../engine/expr/ir.ts';
import { equalityKeys } from '../../engine/plan/equality-keys.ts';
import { type InsertPlan, NO_CLAUSES, type QueryPlan } from '../../engine/plan/plan.ts';
import type { FieldUpdate } from '../../engine/plan/query-plan.ts';
import { rangeKeys } from '../../engine/plan/range-keys.ts';
import type { MergeActionPlan, MergeBranchPlan, StoreAction } from '../../engine/plan/store-plan.ts';
import { AggregateCollector } from './aggregate-collector.ts';
import type { Annotation, Expression, Name, SelectItem, SelectStatement } from './ast.ts';
import type { MergeAction, MergeCase, OnStore } from './ast-infra.ts';
import type { Catalog, DeclaredAt } from './catalog.ts';
import { isInContextOf } from './context-rules.ts';
import type { Span } from './diagnostics.ts';
import { lowerClauses } from './lower-clauses.ts';
import { lowerCondition } from './lower-expression.ts';
import { lowerGroupBy } from './lower-group.ts';
import { lowerInsert } from './lower-insert.ts';
import { refuseMarks } from './lower-pattern-annotations.ts';
import { lowerResets, setsPlainColumns } from './lower-resets.ts';
import { areUnique, lowerItems, type SelectColumn } from './lower-select.ts';
import { lowerStream } from './lower-statement.ts';
import { lowerFieldUpdates } from './lower-update.ts';
import { type Lowering, type Scope, type ScopeEntry, type Source, subqueriesOf } from './scope.ts';
import { type Hints, readHints } from './statement-hints.ts';
import type { FoundStore } from './stores.ts';
import { asLookedUp } from './subquery-lookup.ts';
import { refuseTableTrigger } from './table-triggers.ts';

/** What the parts of one `on … ` statement are lowered with. */
interface OnLowering extends Lowering {
  readonly store: FoundStore;
  readonly type: EventType;
  readonly source: Source;
  /** The row of the store: slot 0. */
  readonly row: ScopeEntry;
  /** The trigger, or its tags: the slots from 1 on. */
  readonly trigger: readonly ScopeEntry[];
  /** Row and trigger. */
  readonly both: Scope;
  readonly at: DeclaredAt;
  readonly hints: Hints;
}

/** Lowers `on …` of a named window or table; null after reporting what is wrong. */
export function lowerOnStore(
  on: OnStore,
  annotations: readonly Annotation[],
  at: DeclaredAt,
  lowering: Lowering,
): QueryPlan | null {
  const { catalog, report } = lowering;
  const errorsBefore = report.errorCount;
  refuseMarks(on.trigger, report);
  refuseTableTrigger(on.trigger, lowering);
  const source = lowerStream(on.trigger, lowering);
  const store = catalog.stores.get(on.store.text);
  if (store === undefined && !catalog.isExpected(on.store.text)) {
    const names = catalog.stores.names();
    report.unknown('E0231', 'named window or table', on.store.text, on.store.span, names);
  }
  if (source === null || store === undefined) return null;
  if (!isInContextOf(store.plan, on.store.span, lowering)) return null;
  if (store.plan.context === null && catalog.contexts.current !== null) {
    const kind = store.plan.kind === 'table' ? 'table' : 'named window';
    const title = `the ${kind} \`${store.plan.name}\` is of no context: \`on\` cannot read or change its rows in one`;
    report.error('E0472', title, on.store.span, [
      `leave \`context\` out, or create the ${kind} in the context`,
    ]);
    return null;
  }
  const type = catalog.types[store.plan.type] as EventType;
  const name = on.alias?.text ?? on.store.text;
  const row: ScopeEntry = { name, slot: 0, type, isImplicit: true, isUnnamed: on.alias === null };
  const trigger = source.scope.entries.map((entry) => ({ ...entry, slot: shifted(entry.slot) }));
  const both: Scope = { ...source.scope, entries: [row, ...trigger], ...subqueriesOf(lowering) };
  const hints = readHints(annotations);
  const context: OnLowering = { ...lowering, store, type, source, row, trigger, both, at, hints };
  const where = lowerWhere(on, context);
  const query =
    on.action.kind === 'select'
      ? lowerOnSelect(on, on.action.select, on.action.deletes, context)
      : lowerOnRows(on, context);
  if (query === null || report.errorCount > errorsBefore) return null;
  noteIndex(where, store, catalog);
  return { ...query, inputs: [source.input], where };
}

/** As in Esper the index that a condition asks for counts as one of the window from then on. */
function noteIndex(where: Expr | null, { index, plan }: FoundStore, { stores }: Catalog): void {
  // An index by the keys of a unique window is a unique one in Esper.
  if (plan.kind !== 'window' || plan.views.some(({ name }) => name.endsWith('unique'))) return;
  const hash = equalityKeys(where, 0)?.fields ?? [];
  const range = rangeKeys(where, 0);
  const sorted = range === null ? [] : [range.field];
  if (hash.length > 0 || range !== null) stores.noteIndex(index, { hash, sorted, unique: false });
}

/** The condition that rows are found by. `merge … insert` without cases asks for none. */
function lowerWhere({ where, action }: OnStore, { both, report, store }: OnLowering): Expr | null {
  if (action.kind === 'merge' && action.isShort) return { op: 'literal', type: TYPE_BOOLEAN, value: false };
  const condition = where === null ? null : lowerCondition(where, both, report);
  return condition === null || store.plan.kind === 'table' ? condition : asLookedUp(condition, store.plan);
}

/** A place of the trigger among the slots of the statement. */
function shifted(slot: number): number {
  return slot === CURRENT ? 1 : slot + 1;
}

type OnQuery = Omit<QueryPlan, 'inputs' | 'where'>;

/** `delete`, `update` and `merge`: the rows of the statement are those of the store. */
function lowerOnRows(on: OnStore, context: OnLowering): OnQuery | null {
  const star: SelectItem = { kind: 'wildcard', span: on.store.span };
  const columns = lowerItems([star], { ...context.both, entries: [context.row] }, false, context.report);
  const onStore = lowerAction(on, context);
  if (columns === null || onStore === null) return null;
  return { kind: 'select', columns: columns.map(planOf), insertInto: null, ...NO_CLAUSES, onStore };
}

function lowerAction({ action }: OnStore, context: OnLowering): StoreAction | null {
  const { index: store } = context.store;
  switch (action.kind) {
    case 'delete':
      return { kind: 'delete', store, silent: context.hints.has('silent_delete') };
    case 'update': {
      const updates = lowerSet(action.assignments, context);
      return updates === null ? null : { kind: 'update', store, updates };
    }
    case 'merge': {
      const branches = action.cases.map((one) => lowerCase(one, context));
      const of = (matched: boolean) =>
        branches.filter((_, i) => action.cases[i]?.matched === matched) as MergeBranchPlan[];
      return branches.includes(null)
        ? null
        : { kind: 'merge', store, matched: of(true), unmatched: of(false) };
    }
    default:
      return null;
  }
}

/** `set …`: plain names are fields of the row as changed so far, `initial` is the row before. */
function lowerSet(
  assignments: Parameters<typeof lowerFieldUpdates>[0],
  context: OnLowering,
): readonly FieldUpdate[] | null {
  const { row, trigger, both, type } = context;
  const slots = trigger.map(({ slot }) => slot);
  const initial: ScopeEntry = { name: 'initial', slot: Math.max(...slots, 0) + 1, type, isImplicit: false };
  const scope: Scope = { ...both, entries: [row, ...trigger, initial], isNearest: true };
  const updates = lowerFieldUpdates(assignments, type, [row.name, type.name], scope, context);
  return updates === null || !setsPlainColumns(updates, assignments, context.store, context) ? null : updates;
}

function lowerCase(one: MergeCase, context: OnLowering): MergeBranchPlan | null {
  const { both, trigger, report } = context;
  const scope: Scope = one.matched ? both : { ...both, entries: trigger };
  const condition = lowerOptional(one.condition, scope, context);
  const actions = one.actions.map((action) => lowerMergeAction(action, one.matched, scope, context));
  if (condition === undefined || actions.includes(null)) return null;
  const wrong = one.matched ? undefined : one.actions.find(({ kind }) => kind !== 'insert');
  if (wrong !== undefined) {
    report.error('E0452', `without a row there is nothing to ${wrong.kind}`, wrong.span, [
      '`when not matched` takes `insert`',
    ]);
    return null;
  }
  return { condition, actions: actions as MergeActionPlan[] };
}

function lowerMergeAction(
  action: MergeAction,
  matched: boolean,
  scope: Scope,
  context: OnLowering,
): MergeActionPlan | null {
  const where = lowerOptional(action.where, scope, context);
  if (where === undefined) return null;
  switch (action.kind) {
    case 'delete':
      return { kind: 'delete', where };
    case 'update': {
      if (!matched) return { kind: 'update', where, updates: [], resets: [] };
      const { resets, others } = lowerResets(action.assignments, context);
      const updates = resets === null ? null : lowerSet(others, context);
      const key = updates === null ? null : keySet(updates, context);
      if (key !== null) {
        const title = `\`merge\` cannot change ${key} of a row`;
        context.report.error('E0452', title, action.span, ['delete the row and insert another']);
        return null;
      }
      return resets === null || updates === null ? null : { kind: 'update', where, updates, resets };
    }
    case 'insert':
      return lowerMergeInsert(action, where, scope, context);
  }
}

/** The key that tells rows of a table apart, and that updates change; null: none. */
function keySet(
  updates: readonly FieldUpdate[],
  { store: { plan, index }, catalog }: OnLowering,
): string | null {
  if (plan.kind !== 'table') return null;
  const { unique, merged } = catalog.stores.keyFields(index);
  for (const { field } of updates) merged.add(field);
  if (updates.some(({ field }) => plan.keys.includes(field))) return 'the primary key';
  return updates.some(({ field }) => unique.has(field)) ? 'the key of a unique index' : null;
}

function lowerMergeInsert(
  action: MergeAction & { kind: 'insert' },
  where: Expr | null,
  scope: Scope,
  context: OnLowering,
): MergeActionPlan | null {
  const { store, trigger, source, report, at } = context;
  // As in Esper a new row is made of the trigger alone, and a wildcard means the trigger.
  const isPattern = source.input.kind === 'pattern';
  const columns = action.items.flatMap((item): readonly (SelectColumn | null)[] => {
    const ofTrigger = action.into === null || item.kind === 'wildcard';
    const own = { ...scope, onlyEnters: true, isInserting: true, ...(ofTrigger ? { entries: trigger } : {}) };
    return lowerItems([item], { ...own, isInserting: true }, isPattern, report) ?? [null];
  });
  if (columns.includes(null)) return null;
  const isOwn = action.into === null || action.into.target.text === store.plan.name;
  const target = { text: store.plan.name, span: action.span };
  const own = { span: action.span, streamSelector: null, target, columns: action.columns, precedence: null };
  const selectedType = wholeTrigger(action.items, context);
  const insert = lowerInsert(action.into ?? own, columns as SelectColumn[], at, { ...context, selectedType });
  if (insert === null) return null;
  return {
    kind: 'insert',
    where,
    columns: insert.columns.map(({ expr }) => expr),
    fields: insert.plan.fields,
    into: isOwn ? null : insert.plan,
  };
}

/** Type of the trigger when `*` selects it whole. */
function wholeTrigger(items: readonly SelectItem[], { source, trigger }: OnLowering): EventType | null {
  const isWhole = items.length === 1 && items[0]?.kind === 'wildcard' && source.input.kind !== 'pattern';
  return isWhole ? (trigger[0]?.type ?? null) : null;
}

/** A condition that may be left out; undefined after reporting a mistake. */
function lowerOptional(
  condition: Expression | null,
  scope: Scope,
  { report }: Lowering,
): Expr | null | undefined {
  return condition === null ? null : (lowerCondition(condition, scope, report) ?? undefined);
}

function lowerOnSelect(
  on: OnStore,
  select: SelectStatement,
  deletes: boolean,
  context: OnLowering,
): OnQuery | null {
  const { report, both, store, at, hints } = context;
  const errorsBefore = report.errorCount;
  const aggregates = new AggregateCollector(true, () => false);
  const groupBy = select.groupBy === null ? null : lowerGroupBy(select.groupBy, both, hints, report);
  const levels = groupBy === null || groupBy.sets === null ? {} : { levelKeys: groupBy.keys };
  const isInserting = select.insertInto !== null;
  const scope: Scope = { ...both, aggregates, isInserting, ...levels };
  const items = select.items.map((item) =>
    item.kind === 'wildcard'
      ? wholeColumns(on, item.span, context)
      : lowerItems([item], scope, false, report),
  );
  if (items.includes(null)) return null;
  const columns = (items as (readonly SelectColumn[])[]).flat();
  const clauses = lowerClauses(select, {
    scope,
    columns,
    groupBy,
    aggregates: aggregates.plans,
    previous: [],
    hints,
    report,
  });
  if (clauses === null || report.errorCount > errorsBefore) return null;
  if (select.insertInto === null && !areUnique(columns, report)) return null;
  let insertInto: InsertPlan | null = null;
  let made: readonly SelectColumn[] = columns;
  if (select.insertInto !== null) {
    const insert = lowerInsert(select.insertInto, columns, at, context);
    if (insert === null) return null;
    insertInto = insert.plan;
    made = insert.columns;
  }
  return {
    kind: 'select',
    columns: made.map(planOf),
    insertInto,
    ...NO_CLAUSES,
    ...clauses,
    onStore: { kind: 'select', store: store.index, deletes },
  };
}

/** `*`: the row and the trigger as columns; those of a pattern are one value with its tags. */
function wholeColumns(on: OnStore, span: Span, context: OnLowering): readonly SelectColumn[] | null {
  const { row, trigger, type, source } = context;
  const column = (name: Name | null, at: number, expr: Expr): SelectColumn => ({
    name: name?.text ?? `stream_${at}`,
    type: expr.type,
    expr,
    span,
    isWildcard: false,
  });
  const eventType = (of: EventType): ValueType => ({ kind: 'event', typeName: of.name });
  const own: Expr = { op: 'slot', type: eventType(type), slot: row.slot };
  const tags = trigger.map((entry): Expr | null => {
    if (entry.type === null) return null;
    const one = eventType(entry.type);
    return {
      op: 'slot',
      type: entry.isRepeated === true ? { kind: 'array', element: one } : one,
      slot: entry.slot,
    };
  });
  if (tags.includes(null)) return null;
  const values = tags as Expr[];
  const alias = on.trigger.kind === 'unsupported' ? null : on.trigger.alias;
  if (source.input.kind !== 'pattern') return [column(on.alias, 0, own), column(alias, 1, values[0] as Expr)];
  const fields = values.map(({ type: of }, i) => ({ name: trigger[i]?.name ?? '', type: of }));
  const names = fields.map(({ name }) => name);
  const match: Expr = { op: 'row', type: { kind: 'row', fields }, names, values };
  return [column(on.alias, 0, own), column(alias, 1, match)];
}

function planOf({ name, type, expr }: SelectColumn) {
  return { name, type, expr };
}
