/**
 * Whether two JSON values are the same answer: numbers within a relative 1e-9, objects by key, arrays in order. `same`
 * judges what is inside.
 */
export function sameValue(a: unknown, b: unknown, same: Same = sameValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Object.is(a, b);
    return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, i) => same(one, b[i]))
    );
  }
  const keys = Object.keys(a);
  const other = b as Record<string, unknown>;
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same((a as Record<string, unknown>)[key], other[key]))
  );
}

/** Whether two JSON values are the same answer. */
type Same = (a: unknown, b: unknown) => boolean;

/** Whether two lists of rows are equal as multisets. */
export function sameRows(a: readonly unknown[], b: readonly unknown[], same: Same = sameValue): boolean {
  if (a.length !== b.length) return false;
  const open = [...b];
  for (const row of a) {
    const at = open.findIndex((one) => same(row, one));
    if (at < 0) return false;
    open.splice(at, 1);
  }
  return true;
}
