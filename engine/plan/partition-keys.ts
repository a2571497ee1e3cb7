import type { InsertPlan, Plan } from './plan.ts';

/** Field of an event type as `type:field`, as one key of maps. */
export type TypeKeys = ReadonlyMap<number, number>;

/** A fed type that does not carry the key: no consumer can demand a key of it. */
export const NO_FIELD = -1;

/** The column that fills a field of the stream; −1: none does. */
export function columnOf({ fields, shown }: InsertPlan, field: number): number {
  return shown === undefined ? fields.indexOf(field) : (shown.fields[field] ?? -1);
}

/** The field of the stream that a column fills; `NO_FIELD`: it has none. */
export function fieldOf({ fields, shown }: InsertPlan, column: number): number {
  return shown === undefined ? (fields[column] as number) : shown.fields.indexOf(column);
}

/** The keys of both; null when they demand different fields of one type. */
export function mergeKeys(a: TypeKeys, b: TypeKeys): TypeKeys | null {
  const merged = new Map(a);
  for (const [type, field] of b) {
    if ((merged.get(type) ?? field) !== field) return null;
    merged.set(type, field);
  }
  return merged;
}

/** The key of a type and, by name, of all its subtypes. */
export function spread(plan: Plan, type: number, field: number): TypeKeys {
  const keys = new Map([[type, field]]);
  const { name } = plan.types[type] as { name: string };
  const fieldName = plan.types[type]?.fields[field]?.name;
  plan.types.forEach((other, i) => {
    if (other.supertypes.includes(name))
      keys.set(
        i,
        other.fields.findIndex((one) => one.name === fieldName),
      );
  });
  return keys;
}

/** One way to split a statement: the key field of each type it consumes, and of the type it feeds. */
export interface Choice {
  readonly keys: TypeKeys;
  readonly note: string;
}

/** The ways to split a statement. */
export type Choices =
  | { readonly kind: 'any' }
  | { readonly kind: 'some'; readonly choices: readonly Choice[] }
  | { readonly kind: 'none'; readonly reason: string };
