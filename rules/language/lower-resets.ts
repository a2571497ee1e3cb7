import type { EventType } from '../../engine/event/types.ts';
import type { FieldUpdate } from '../../engine/plan/query-plan.ts';
import type { Assignment, ChainLink } from './ast.ts';
import type { Lowering, ScopeEntry } from './scope.ts';
import type { FoundStore } from './stores.ts';

/** What `column.reset()` among assignments is lowered with. */
export interface ResetContext extends Lowering {
  readonly store: FoundStore;
  readonly type: EventType;
  /** The row of the store. */
  readonly row: ScopeEntry;
}

/** The columns that are reset, null for all; and the assignments besides. */
export interface LoweredResets {
  /** Null after reporting a mistake. */
  readonly resets: readonly (number | null)[] | null;
  readonly others: readonly Assignment[];
}

/** Picks `column.reset()` and `row.reset()` of a table out of the assignments of `then update set`. */
export function lowerResets(assignments: readonly Assignment[], context: ResetContext): LoweredResets {
  const errorsBefore = context.report.errorCount;
  const others: Assignment[] = [];
  const resets: (number | null)[] = [];
  for (const one of assignments) {
    const links = resetLinks(one);
    if (links === null || context.store.plan.kind !== 'table') others.push(one);
    else resets.push(columnOf(links, context));
  }
  return { resets: context.report.errorCount > errorsBefore ? null : resets, others };
}

function resetLinks({ target, value }: Assignment): readonly ChainLink[] | null {
  if (value !== null || target.kind !== 'chain') return null;
  const last = target.links.at(-1);
  return target.links.length > 1 && last?.args != null && last.name.text === 'reset' ? target.links : null;
}

/** The column; null for the row itself, or after reporting a mistake. */
function columnOf(links: readonly ChainLink[], { store, type, row, report }: ResetContext): number | null {
  const last = links.at(-1) as ChainLink;
  if ((last.args ?? []).length > 0) {
    report.error('E0472', '`reset` takes no arguments', last.span);
    return null;
  }
  const path = links.slice(0, -1);
  const names = [row.name, type.name];
  const isRow = names.includes((path[0] as ChainLink).name.text);
  if (isRow && path.length === 1) return null;
  const link = (isRow ? path[1] : path[0]) as ChainLink;
  const column = type.fields.findIndex(({ name }) => name === link.name.text);
  if (column < 0) report.unknownField(type, link.name.text, link.name.span, []);
  else if (store.plan.kind === 'table' && store.plan.columns[column] == null)
    report.error('E0472', `the column \`${link.name.text}\` is no aggregate that could be reset`, link.span);
  return column;
}

/** Whether no column that a table computes is set; reports those that are. */
export function setsPlainColumns(
  updates: readonly FieldUpdate[],
  assignments: readonly Assignment[],
  { plan }: FoundStore,
  { catalog, report }: Lowering,
): boolean {
  if (plan.kind !== 'table') return true;
  const wrong = updates.findIndex(({ field }) => plan.columns[field] != null);
  if (wrong < 0) return true;
  const name = catalog.types[plan.type]?.fields[updates[wrong]?.field as number]?.name;
  const title = `the column \`${name}\` of \`${plan.name}\` is computed: it cannot be set`;
  report.error('E0472', title, (assignments[wrong] as Assignment).span, ['`into table` feeds it']);
  return false;
}
