import { conjuncts, dependsOnlyOnItem, usesSlots } from '../expr/analyze.ts';
import { CURRENT, type Expr } from '../expr/ir.ts';

/**
 * The condition of a filter, taken apart for its matcher: what looks at the event alone, what an index can find waiting
 * runs by, and the rest. All parts together are the condition.
 */
export interface FilterParts {
  /** On the event alone; tested once per event before any run is looked at. Null: every event passes. */
  readonly own: Expr | null;
  /** An equality between the event and earlier tags, by which waiting runs are found through a hash. */
  readonly key: KeyParts | null;
  /** Conditions between event and tags that are left, to be tested per run. */
  readonly rest: readonly Expr[];
}

/** The two sides of an equality; `event` sees only the event, `tags` only earlier tags. */
export interface KeyParts {
  readonly event: Expr;
  readonly tags: Expr;
}

/** Takes the condition of a filter apart. The first usable equality becomes the key. */
export function filterParts(filter: Expr | null): FilterParts {
  const own: Expr[] = [];
  const rest: Expr[] = [];
  let key: KeyParts | null = null;
  for (const part of filter === null ? [] : conjuncts(filter)) {
    if ([...usesSlots(part)].every((slot) => slot === CURRENT)) own.push(part);
    else {
      const found: KeyParts | null = key === null ? equalityWithTags(part) : null;
      if (found === null) rest.push(part);
      else key = found;
    }
  }
  return { own: conjunction(own), key, rest };
}

/**
 * Which filters of a pattern that one event hits act first: those with a condition (0) before those without (1). A
 * condition that looks at earlier tags alone is none in this, for it is decided as the filter begins to wait.
 */
export function filterRank(filter: Expr | null): 0 | 1 {
  const isDecided = (part: Expr) => dependsOnlyOnItem(part) && !usesSlots(part).has(CURRENT);
  return filter === null || conjuncts(filter).every(isDecided) ? 1 : 0;
}

/** Conditions joined by `and`; null for none. */
export function conjunction(parts: readonly Expr[]): Expr | null {
  if (parts.length <= 1) return parts[0] ?? null;
  return { op: 'and', type: { kind: 'boolean' }, operands: parts };
}

/** The sides of a condition when one sees only the event and the other only tags that cannot change. */
export function eventAndTags(left: Expr, right: Expr): (KeyParts & { readonly swapped: boolean }) | null {
  if (onlyEvent(left) && onlyTags(right)) return { event: left, tags: right, swapped: false };
  if (onlyEvent(right) && onlyTags(left)) return { event: right, tags: left, swapped: true };
  return null;
}

function equalityWithTags(part: Expr): KeyParts | null {
  if (part.op !== 'equal' || part.negated || part.nullSafe) return null;
  if (!hasKey(part.left) || !hasKey(part.right)) return null;
  const sides = eventAndTags(part.left, part.right);
  return sides === null ? null : { event: sides.event, tags: sides.tags };
}

function onlyEvent(expr: Expr): boolean {
  const used = usesSlots(expr);
  return used.size === 1 && used.has(CURRENT);
}

function onlyTags(expr: Expr): boolean {
  const used = usesSlots(expr);
  return used.size > 0 && !used.has(CURRENT) && dependsOnlyOnItem(expr);
}

/** Scalars compare equal exactly when their keys do; arrays, maps and events are left to the test per run. */
function hasKey(expr: Expr): boolean {
  return !['array', 'event', 'map', 'object', 'period', 'null'].includes(expr.type.kind);
}
