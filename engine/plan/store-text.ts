import { equalityKeys } from './equality-keys.ts';
import type { Plan, QueryPlan } from './plan.ts';
import { rangeKeys } from './range-keys.ts';

/** What a statement does to a named window or table and how it finds the rows, for people. */
export interface StoreExplanation {
  readonly store: string;
  readonly action: 'create' | 'index' | 'select' | 'delete' | 'update' | 'insert' | 'merge';
  /** How rows are found; null where none are looked for. */
  readonly lookup: string | null;
}

/** Explains a statement on a named window or table; null for the others. */
export function explainStore(query: QueryPlan, { stores, types }: Plan): StoreExplanation | null {
  const { onStore, where } = query;
  const store = onStore === null ? undefined : stores[onStore.store];
  if (onStore === null || store === undefined) return null;
  const nameOf = (field: number) => types[store.type]?.fields[field]?.name ?? '?';
  const finds = onStore.kind !== 'create' && onStore.kind !== 'index' && onStore.kind !== 'insert';
  if (!finds) return { store: store.name, action: onStore.kind, lookup: null };
  const equal = equalityKeys(where, 0)?.fields.map(nameOf) ?? [];
  const range = rangeKeys(where, 0);
  const parts = [
    ...(equal.length > 0 ? [`a hash index on ${equal.join(', ')}`] : []),
    ...(range === null ? [] : [`a sorted index on ${nameOf(range.field)}`]),
  ];
  const lookup = parts.length > 0 ? parts.join(' and ') : where === null ? 'all rows' : 'trying all rows';
  return { store: store.name, action: onStore.kind, lookup };
}
