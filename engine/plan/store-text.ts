import { CURRENT } from '../expr/ir.ts';
import type { Plan, QueryPlan } from './plan.ts';
import { bestIndex, type IndexShape, storeLookup } from './store-lookup.ts';
import type { StorePlan } from './store-plan.ts';

/** What a statement does to a named window or table and how it finds the rows, for people. */
export interface StoreExplanation {
  readonly store: string;
  readonly action: 'create' | 'index' | 'select' | 'delete' | 'update' | 'insert' | 'merge';
  /** How rows are found; null where none are looked for. */
  readonly lookup: string | null;
}

/** Explains a statement on a named window or table; null for the others. */
export function explainStore({ onStore, where }: QueryPlan, plan: Plan): StoreExplanation | null {
  const store = onStore === null ? undefined : plan.stores[onStore.store];
  if (onStore === null || store === undefined) return null;
  const finds = onStore.kind !== 'create' && onStore.kind !== 'index' && onStore.kind !== 'insert';
  if (!finds) return { store: store.name, action: onStore.kind, lookup: null };
  const { keys, range } = storeLookup(where, 0, (field) => canIndex(store, field), false);
  const fields = [...keys.keys()];
  if (isByKey(store, fields)) return { store: store.name, action: onStore.kind, lookup: 'the primary key' };
  const names = fields.map((field) => nameOf(plan, store, field));
  const parts = [
    ...(names.length > 0 ? [`a hash index on ${names.join(', ')}`] : []),
    ...(range === null ? [] : [`a sorted index on ${nameOf(plan, store, range.field)}`]),
  ];
  const lookup = parts.length > 0 ? parts.join(' and ') : where === null ? 'all rows' : 'trying all rows';
  return { store: store.name, action: onStore.kind, lookup };
}

/** Explains a query that is asked once: for each named window and table the index there is that finds its rows. */
export function explainQuery({ onStore, inputs, where }: QueryPlan, plan: Plan): StoreExplanation[] {
  const found = (at: number, action: StoreExplanation['action'], slot: number): StoreExplanation => {
    const store = plan.stores[at] as StorePlan;
    const { keys, range } = storeLookup(where, slot, (field) => canIndex(store, field), true);
    const fields = [...keys.keys()];
    if (isByKey(store, fields)) return { store: store.name, action, lookup: 'the primary key' };
    const index = bestIndex(indexesOf(plan, at), fields, range?.field ?? -1);
    const lookup = index === null ? (where === null ? 'all rows' : 'trying all rows') : index.text;
    return { store: store.name, action, lookup };
  };
  if (onStore !== null) {
    const { store, kind } = onStore;
    if (kind === 'insert') return [{ store: plan.stores[store]?.name ?? '', action: kind, lookup: null }];
    return [found(store, kind, 0)];
  }
  return inputs.flatMap((input, i) =>
    input.kind === 'store' ? [found(input.store, 'select', inputs.length === 1 ? CURRENT : i)] : [],
  );
}

interface NamedIndex extends IndexShape {
  readonly text: string;
}

/** The indexes that statements declare for a store, or make for themselves. */
function indexesOf(plan: Plan, at: number): NamedIndex[] {
  const store = plan.stores[at] as StorePlan;
  const onFields = (fields: readonly number[], sorted: number) => {
    const names = fields.map((field) => nameOf(plan, store, field)).join(', ');
    const order = sorted < 0 ? '' : `${names === '' ? '' : ', '}sorted by ${nameOf(plan, store, sorted)}`;
    return `${names === '' ? '' : `on ${names}`}${order}`;
  };
  return plan.statements.flatMap(({ name, query: { onStore, where } }): NamedIndex[] => {
    if (onStore === null || onStore.store !== at) return [];
    if (onStore.kind === 'index') {
      const { hash: fields, sorted: orders, unique: isUnique, name: own } = onStore.index;
      const sorted = orders[0] ?? -1;
      const text = `the ${isUnique ? 'unique ' : ''}index \`${own}\` ${onFields(fields, sorted)}`;
      return [{ fields, sorted, isUnique, text }];
    }
    if (onStore.kind === 'create' || onStore.kind === 'insert') return [];
    const { keys, range } = storeLookup(where, 0, (field) => canIndex(store, field), false);
    const [fields, sorted] = [[...keys.keys()], range?.field ?? -1];
    if (fields.length === 0 && sorted < 0) return [];
    return [
      { fields, sorted, isUnique: false, text: `the index of \`${name}\` ${onFields(fields, sorted)}` },
    ];
  });
}

/** What is computed whenever it is read is in no index. */
function canIndex(store: StorePlan, field: number): boolean {
  return store.kind === 'window' || store.columns[field] === null;
}

function isByKey(store: StorePlan, fields: readonly number[]): boolean {
  return store.kind === 'table' && store.keys.length > 0 && store.keys.every((key) => fields.includes(key));
}

function nameOf({ types }: Plan, store: StorePlan, field: number): string {
  return types[store.type]?.fields[field]?.name ?? '?';
}
