import type { EventType } from './types.ts';

/**
 * For each event type, the properties beside its schema that statements read by `p?`: only these are kept of an event. A
 * type that is closed has none. `statements` is looked through as plain data, whatever holds the expressions.
 */
export function dynamicNames(
  types: readonly EventType[],
  statements: readonly unknown[],
): readonly (readonly string[])[] {
  const names = new Set<string>();
  const open: unknown[] = [...statements];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null || typeof node !== 'object') continue;
    const { op, name } = node as { readonly op?: unknown; readonly name?: unknown };
    if (op === 'dynamic' && typeof name === 'string') names.add(name);
    for (const child of Object.values(node)) {
      if (child !== null && typeof child === 'object') open.push(child);
    }
  }
  return types.map((type) => {
    if (type.closed === true) return [];
    return [...names].filter((name) => !type.fields.some((field) => field.name === name));
  });
}
