import { type EventType, typeName, type ValueType } from '../../engine/event/types.ts';
import type { Expr } from '../../engine/expr/ir.ts';
import type { ContainedLevel, ContainedPlan } from '../../engine/plan/contained-plan.ts';
import type { ContainedEvents, EventFilter } from './ast.ts';
import { lowerCondition, lowerExpression } from './lower-expression.ts';
import { areUnique, lowerItems, type SelectColumn } from './lower-select.ts';
import { currentEntry, type Lowering, type Scope, type ScopeEntry } from './scope.ts';

/** Contained-event selection, and the resulting event for the clauses around it. */
export interface LoweredContained {
  readonly plan: ContainedPlan;
  readonly entry: ScopeEntry;
}

/**
 * Lowers the brackets of `Type[…][…]`. A name in a bracket means the nearest level that has it. With a `select` in any
 * bracket the columns of all of them make a new event type; else the events of the last level are the result. Null
 * after reporting a mistake.
 */
export function lowerContained(
  filter: EventFilter,
  outer: ScopeEntry,
  lowering: Lowering,
): LoweredContained | null {
  const { catalog, report } = lowering;
  if (outer.type === null) return null;
  const entries: ScopeEntry[] = [{ ...outer, slot: 0, isImplicit: true }];
  const levels: ContainedLevel[] = [];
  const columns: SelectColumn[] = [];
  for (const [i, one] of filter.contained.entries()) {
    const level = lowerLevel(one, entries, lowering);
    if (level === null) return null;
    const type = catalog.types[level.type] as EventType;
    const entry = { name: one.alias?.text ?? '', slot: i + 1, type, isImplicit: true };
    entries.push(entry);
    const where = one.where === null ? null : lowerCondition(one.where, scopeOf(entries, lowering), report);
    if (one.where !== null && where === null) return null;
    levels.push({ ...level, where });
    const selected = one.items === null ? [] : lowerLevelItems(one, entries, lowering);
    if (selected === null) return null;
    columns.push(...selected);
  }
  const last = levels.at(-1) as ContainedLevel;
  if (filter.contained.every(({ items }) => items === null)) {
    const entry = currentEntry(outer.name, catalog.types[last.type] as EventType);
    return { plan: { levels, columns: null, type: last.type }, entry };
  }
  if (!areUnique(columns, report)) return null;
  const made = madeType(filter, columns, lowering);
  const plan = { levels, columns: columns.map(({ expr }) => expr), type: catalog.indexOf(made.name) };
  return { plan, entry: currentEntry(outer.name, made) };
}

/** `*` in a bracket is the event of its own level: its fields, or one column when it has an alias. */
function lowerLevelItems(
  one: ContainedEvents,
  entries: readonly ScopeEntry[],
  lowering: Lowering,
): readonly SelectColumn[] | null {
  const { report } = lowering;
  const own = entries.at(-1) as ScopeEntry;
  const columns: SelectColumn[] = [];
  for (const item of one.items ?? []) {
    const isStar = item.kind === 'wildcard';
    const seen = isStar ? [own] : [...entries].reverse();
    const scope: Scope = { ...scopeOf(entries, lowering), entries: seen };
    const lowered = lowerItems([item], scope, isStar && one.alias !== null, report);
    if (lowered === null) return null;
    columns.push(...lowered);
  }
  return columns;
}

function lowerLevel(
  one: ContainedEvents,
  entries: readonly ScopeEntry[],
  lowering: Lowering,
): Omit<ContainedLevel, 'where'> | null {
  const { catalog, report } = lowering;
  const source: Expr | null = lowerExpression(one.source, scopeOf(entries, lowering), report);
  if (source === null) return null;
  const element: ValueType = source.type.kind === 'array' ? source.type.element : source.type;
  if (one.type !== null) {
    const type = catalog.indexOf(one.type.text);
    if (type < 0) {
      report.unknown('E0201', 'event type', one.type.text, one.type.span, catalog.names());
      return null;
    }
    return { source, type, wraps: element.kind !== 'event' };
  }
  if (element.kind !== 'event') {
    const title = `a contained-event selection needs events, not ${typeName(source.type)}`;
    report.error('E0301', title, one.source.span, ['plain values need the type they become: `@type(T)`']);
    return null;
  }
  return { source, type: catalog.indexOf(element.typeName), wraps: false };
}

function scopeOf(entries: readonly ScopeEntry[], { catalog }: Lowering): Scope {
  return { catalog, entries: [...entries].reverse(), alias: null, isNearest: true };
}

/** The type of the columns of all brackets; a name no user can write. */
function madeType(filter: EventFilter, columns: readonly SelectColumn[], { catalog }: Lowering): EventType {
  const fields = columns.map(({ name, type }) => ({ name, type }));
  let number = 1;
  while (catalog.indexOf(`${filter.type.text}[${number}]`) >= 0) number++;
  const name = `${filter.type.text}[${number}]`;
  const type: EventType = {
    name,
    fields,
    supertypes: [],
    startField: -1,
    endField: -1,
    origin: 'derived',
  };
  catalog.add(type, '');
  return type;
}
