import type { EventRecord, Value } from '../event/record.ts';
import { fieldKey } from '../event/record.ts';
import { conjuncts } from '../expr/analyze.ts';
import {
  type Backend,
  compilePredicate,
  type Env,
  equalityKey,
  type Predicate,
  type Slot,
} from '../expr/evaluate.ts';
import { ExpressionFailure } from '../expr/failure.ts';
import { CURRENT, type Expr, type FieldExpr, type LiteralExpr } from '../expr/ir.ts';

/** One condition on events of a type, with what to call when an event passes. */
export interface IndexedAtom<T> {
  /** Condition on the event alone; null passes every event. */
  readonly own: Expr | null;
  readonly target: T;
}

type OnFailure<T> = (target: T, failure: ExpressionFailure) => void;

/**
 * Finds, for an event, the few of many conditions it can satisfy. Conditions with an equality `field = constant` stand
 * in a hash by that constant, one hash per field; only the rest is tried one by one. Among several equalities the field
 * with the most distinct constants is taken, because its buckets are the smallest.
 *
 * Conditions that are the same are tested once. Targets come back in the order they were added. Cost per event: one
 * lookup per indexed field plus the candidates.
 */
export class PredicateIndex<T> {
  private readonly conditions: readonly Condition[];
  private readonly targets: readonly T[];
  private readonly scan: readonly number[];
  private readonly hashes: readonly {
    readonly key: string;
    readonly byValue: ReadonlyMap<unknown, readonly number[]>;
  }[];
  /** Places of the targets found; only the first `foundCount` count. Cutting the array would give its memory back. */
  private readonly found: number[] = [];
  private foundCount = 0;
  private readonly onFailure: OnFailure<T>;

  /** `onFailure` hears of a condition that has no value; the event does not pass it. */
  constructor(atoms: readonly IndexedAtom<T>[], backend: Backend, onFailure: OnFailure<T> = rethrow) {
    this.onFailure = onFailure;
    const same = new Map<string, { readonly parts: readonly Expr[]; readonly targets: number[] }>();
    atoms.forEach(({ own }, at) => {
      const text = JSON.stringify(own);
      const known = same.get(text);
      if (known !== undefined) known.targets.push(at);
      else same.set(text, { parts: own === null ? [] : conjuncts(own), targets: [at] });
    });
    const different = [...same.values()];
    const distinct = countConstants(different.map(({ parts }) => parts));
    const scan: number[] = [];
    const hashes = new Map<number, Map<unknown, number[]>>();
    this.targets = atoms.map(({ target }) => target);
    this.conditions = different.map(({ parts, targets }, at) => {
      const access = chooseAccess(parts, distinct);
      if (access === null) scan.push(at);
      else addTo(hashes, access, at);
      const rest = parts.filter((part) => part !== access?.part);
      return { targets, rest: rest.length === 0 ? null : compilePredicate(joined(rest), backend) };
    });
    this.scan = scan;
    this.hashes = [...hashes].map(([field, byValue]) => ({ key: fieldKey(field), byValue }));
  }

  /** Writes the targets whose condition the event passes to the start of a list and returns their number. */
  match(event: EventRecord, env: Env, into: T[]): number {
    const { found, targets } = this;
    this.foundCount = 0;
    for (let i = 0; i < this.hashes.length; i++) {
      const { key, byValue } = this.hashes[i] as (typeof this.hashes)[number];
      const value = (event as unknown as Record<string, Value>)[key] ?? null;
      const bucket = value === null ? undefined : byValue.get(equalityKey(value));
      if (bucket === undefined) continue;
      for (let k = 0; k < bucket.length; k++) this.accept(bucket[k] as number, event, env);
    }
    for (let i = 0; i < this.scan.length; i++) this.accept(this.scan[i] as number, event, env);
    const count = this.foundCount;
    sortNumbers(found, count);
    for (let i = 0; i < count; i++) into[i] = targets[found[i] as number] as T;
    return count;
  }

  private accept(at: number, event: EventRecord, env: Env): void {
    const { rest, targets } = this.conditions[at] as Condition;
    try {
      if (rest !== null && !rest(event, NO_SLOTS, env)) return;
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      for (const target of targets) this.onFailure(this.targets[target] as T, error);
      return;
    }
    for (let i = 0; i < targets.length; i++) this.found[this.foundCount++] = targets[i] as number;
  }
}

/** A condition without the part that leads to it, and the indexes of the targets that have it. */
interface Condition {
  readonly rest: Predicate | null;
  readonly targets: readonly number[];
}

/** Sorts the first of a list. Nearly always sorted already; else by insertion while there are few. */
function sortNumbers(numbers: number[], count: number): void {
  if (count > 32) {
    const sorted = numbers.slice(0, count).sort((a, b) => a - b);
    for (let i = 0; i < count; i++) numbers[i] = sorted[i] as number;
    return;
  }
  for (let i = 1; i < count; i++) {
    const one = numbers[i] as number;
    let at = i;
    for (; at > 0 && (numbers[at - 1] as number) > one; at--) numbers[at] = numbers[at - 1] as number;
    numbers[at] = one;
  }
}

const NO_SLOTS: readonly Slot[] = [];

function rethrow(_target: unknown, failure: ExpressionFailure): never {
  throw failure;
}

interface Access {
  readonly part: Expr;
  readonly field: number;
  readonly value: unknown;
}

function chooseAccess(parts: readonly Expr[], distinct: ReadonlyMap<number, number>): Access | null {
  let best: Access | null = null;
  for (const part of parts) {
    const access = asAccess(part);
    if (access === null) continue;
    if (best === null || (distinct.get(access.field) ?? 0) > (distinct.get(best.field) ?? 0)) best = access;
  }
  return best;
}

/** `field = constant` or the reverse, on the current event; null otherwise. */
function asAccess(part: Expr): Access | null {
  if (part.op !== 'equal' || part.negated || part.nullSafe) return null;
  const pair = fieldAndConstant(part.left, part.right) ?? fieldAndConstant(part.right, part.left);
  if (pair === null) return null;
  return { part, field: pair.field.field, value: equalityKey(pair.constant.value) };
}

function fieldAndConstant(a: Expr, b: Expr): { field: FieldExpr; constant: LiteralExpr } | null {
  if (a.op !== 'field' || a.slot !== CURRENT || b.op !== 'literal' || b.value === null) return null;
  return { field: a, constant: b };
}

function countConstants(parts: readonly (readonly Expr[])[]): ReadonlyMap<number, number> {
  const values = new Map<number, Set<unknown>>();
  for (const part of parts.flat()) {
    const access = asAccess(part);
    if (access === null) continue;
    const set = values.get(access.field) ?? new Set();
    values.set(access.field, set.add(access.value));
  }
  return new Map([...values].map(([field, set]) => [field, set.size]));
}

function addTo(hashes: Map<number, Map<unknown, number[]>>, access: Access, at: number): void {
  const byValue = hashes.get(access.field) ?? new Map<unknown, number[]>();
  hashes.set(access.field, byValue);
  const bucket = byValue.get(access.value);
  if (bucket === undefined) byValue.set(access.value, [at]);
  else bucket.push(at);
}

function joined(parts: readonly Expr[]): Expr {
  return parts.length === 1 ? (parts[0] as Expr) : { op: 'and', type: { kind: 'boolean' }, operands: parts };
}
