import { isOfType } from '../../engine/event/event-view.ts';
import type { EventType } from '../../engine/event/types.ts';
import type { ContextLevel, ContextPlan } from '../../engine/plan/context-plan.ts';
import { filtersOf } from '../../engine/plan/pattern-tree.ts';
import { allInputs, type QueryPlan } from '../../engine/plan/plan.ts';
import type { StorePlan, WindowPlan } from '../../engine/plan/store-plan.ts';
import type { Name, Statement, StatementBody } from './ast.ts';
import type { Catalog } from './catalog.ts';
import type { FoundVariable } from './declared.ts';
import type { Span } from './diagnostics.ts';
import type { Reporter } from './reporter.ts';
import type { Lowering } from './scope.ts';

/** Statements that run in the partitions of a context. */
const RUNS: ReadonlySet<StatementBody['kind']> = new Set<StatementBody['kind']>([
  'select',
  'split',
  'set',
  'createIndex',
  'createTable',
  'createVariable',
  'createWindow',
  'onStore',
]);
/** Statements to which a context means nothing. */
const DECLARES: ReadonlySet<StatementBody['kind']> = new Set<StatementBody['kind']>([
  ...(['createSchema', 'createContext', 'createExpression', 'module'] as const),
]);

/** Refuses `context C` before a statement that cannot run in a context. */
export function checkPlaceOfContext({ context, body }: Statement, report: Reporter): void {
  if (context === null || RUNS.has(body.kind)) return;
  const { span } = context;
  if (DECLARES.has(body.kind)) {
    const title = 'this statement only declares a name: it does not run in a context';
    report.error('E0427', title, span, ['leave `context` out']);
  } else if (body.kind !== 'unsupported') report.notImplemented('this statement in a context', span);
}

/**
 * As in Esper a statement must read one of the types by which a context tells partitions apart: events of other types
 * go to all of them.
 */
export function checkTypesOfContext(query: QueryPlan, statement: Statement, lowering: Lowering): void {
  const { catalog, report } = lowering;
  const { current } = catalog.contexts;
  const { context } = statement;
  if (current === null || context === null) return;
  const read = typesOfFilters(query);
  const window = createdWindow(query, catalog);
  if (window !== null) read.push(window.model);
  if (read.length === 0) return;
  for (const level of current.plan.levels) {
    const listed = typesOfLevel(level);
    if (listed === null || read.some((type) => type >= 0 && isListed(type, listed, catalog))) continue;
    const names = listed.map((type) => `\`${catalog.types[type]?.name}\``).join(', ');
    const what =
      window === null ? 'the statement reads no event' : 'the rows of the window are of no event type';
    const title = `${what} by which \`${nameOf(level, current.plan)}\` tells partitions apart`;
    report.error('E0426', title, context.span, [`they are told apart by ${names}`]);
    return;
  }
}

/** The named window that a query creates; null for other queries. */
function createdWindow({ onStore }: QueryPlan, { stores }: Catalog): WindowPlan | null {
  const store = onStore?.kind === 'create' ? stores.plans[onStore.store] : undefined;
  return store?.kind === 'window' ? store : null;
}

function nameOf({ name }: ContextLevel, { levels, name: whole }: ContextPlan): string {
  return levels.length === 1 ? whole : `${whole}.${name}`;
}

function typesOfFilters(query: QueryPlan): number[] {
  return allInputs(query).flatMap((input) => {
    if (input.kind === 'stream') return [input.type];
    return input.kind === 'pattern' ? filtersOf(input.root).map(({ type }) => type) : [];
  });
}

/** Types that a level tells apart; null when it tells none. */
function typesOfLevel(level: ContextLevel): readonly number[] | null {
  if (level.kind === 'span') return null;
  return level.kind === 'category' ? [level.type] : level.items.map(({ type }) => type);
}

function isListed(type: number, listed: readonly number[], { types }: Catalog): boolean {
  const own = types[type] as EventType;
  return listed.some((one) => isOfType(own, types[one] as EventType));
}

/** A variable of a context has a value in each partition: only statements of the context can use it; reports others. */
export function checkVariableInContext(
  { plan: { name, context } }: FoundVariable,
  span: Span,
  { catalog, report }: Lowering,
): void {
  if (context === null || catalog.contexts.current?.index === context) return;
  const own = catalog.contexts.plans[context]?.name ?? '';
  report.error('E0472', `the variable \`${name}\` has a value in each partition of \`${own}\` only`, span, [
    `begin the statement with \`context ${own}\``,
  ]);
}

/**
 * A table or named window of a context has rows of its own in each partition: only statements of the context can use
 * it. False after reporting one that cannot.
 */
export function isInContextOf(
  { kind, name, context }: StorePlan,
  span: Span,
  { catalog, report }: Lowering,
): boolean {
  const current = catalog.contexts.current?.index ?? null;
  if (context === null || current === context) return true;
  const own = catalog.contexts.plans[context]?.name ?? '';
  report.error(
    'E0472',
    `the ${kind === 'table' ? 'table' : 'named window'} \`${name}\` has rows in the partitions of \`${own}\` only`,
    span,
    [`begin the statement with \`context ${own}\``],
  );
  return false;
}

/** An index is of the context of its store, which has one in each partition, or both are of none. False after reporting another. */
export function isIndexInContextOf(store: StorePlan, span: Span, lowering: Lowering): boolean {
  if (!isInContextOf(store, span, lowering)) return false;
  const { catalog, report } = lowering;
  if (store.context !== null || catalog.contexts.current === null) return true;
  const what = store.kind === 'table' ? 'table' : 'named window';
  const title = `the ${what} \`${store.name}\` is of no context: an index of a context cannot be its`;
  report.error('E0472', title, span, [`leave \`context\` out, or create the ${what} in the context`]);
  return false;
}

/** A statement of a context cannot insert into a table that is of none; branches of a split can, as in Esper. */
export function checkInsertInContext({ text, span }: Name, { catalog, report }: Lowering): void {
  const table = catalog.stores.table(text)?.plan;
  if (table === undefined || table.context !== null || catalog.contexts.current === null) return;
  const title = `the table \`${text}\` is of no context: a statement of one cannot insert into it`;
  report.error('E0472', title, span, ['leave `context` out, or create the table in the context']);
}
