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
import type { Expr } from '../expr/ir.ts';
import { type Access, accessOf, alternatives, type RangeAccess, repeatsOf } from './index-access.ts';
import { type Interval, IntervalIndex } from './interval-index.ts';

/** One condition on events of a type, with what to call when an event passes. */
export interface IndexedAtom<T> {
  /** Condition on the event alone; null passes every event. */
  readonly own: Expr | null;
  readonly target: T;
  /**
   * Whether an event that passes comes once for each time its value stands in a list, `x in (3, 1, 3)`: as in Esper, whose
   * filters put it into their index so often.
   */
  readonly countsRepeats?: boolean;
}

type OnFailure<T> = (target: T, failure: ExpressionFailure) => void;

/**
 * Finds, for an event, the few of many conditions it can satisfy. A condition with `field = constant`, `field in (…)` or
 * an `or` of such stands in hashes by those constants, one hash per field; among several, the field with the most
 * distinct constants is taken, because its buckets are the smallest. A condition with only a range on a number stands in
 * a tree of intervals, where there are many of its field. The rest is tried one by one.
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
  private readonly trees: readonly { readonly key: string; readonly intervals: IntervalIndex }[];
  /** Places of the targets found; only the first `foundCount` count. Cutting the array would give its memory back. */
  private readonly found: number[] = [];
  private foundCount = 0;
  private readonly inTree: number[] = [];
  /** By condition that stands at several places: the call of `match` in which it was tried last. */
  private readonly triedIn: number[] = [];
  private round = 0;
  private readonly onFailure: OnFailure<T>;

  /** `onFailure` hears of a condition that has no value; the event does not pass it. */
  constructor(atoms: readonly IndexedAtom<T>[], backend: Backend, onFailure: OnFailure<T> = rethrow) {
    this.onFailure = onFailure;
    const different = distinctConditions(atoms);
    const census = takeCensus(different.map(({ parts }) => parts));
    const scan: number[] = [];
    const hashes = new Map<number, Map<unknown, number[]>>();
    const intervals = new Map<number, Interval[]>();
    this.targets = atoms.map(({ target }) => target);
    this.conditions = different.map(({ parts, targets, countsRepeats }, at) => {
      const access = chooseAccess(parts, census);
      if (access.length === 0) scan.push(at);
      for (const one of access) {
        if (one.kind === 'points') addPoints(hashes, one.field, one.keys, at);
        else addTo(intervals, one.field, { low: one.low, high: one.high, item: at });
      }
      // Only a single set of points answers its part for good.
      const answered = access.length === 1 && access[0]?.kind === 'points' ? access[0].part : null;
      const rest = parts.filter((part) => part !== answered);
      const repeats = countsRepeats ? parts.flatMap((part) => repeatsOf(part) ?? []) : [];
      return {
        targets,
        rest: rest.length === 0 ? null : compilePredicate(joined(rest), backend),
        isSpread: access.length > 1,
        repeats: repeats.length === 0 ? null : repeats,
      };
    });
    this.scan = scan;
    this.hashes = [...hashes].map(([field, byValue]) => ({ key: fieldKey(field), byValue }));
    this.trees = [...intervals].map(([field, list]) => ({
      key: fieldKey(field),
      intervals: new IntervalIndex(list),
    }));
  }

  /** Writes the targets whose condition the event passes to the start of a list and returns their number. */
  match(event: EventRecord, env: Env, into: T[]): number {
    const { found, targets, inTree } = this;
    this.foundCount = 0;
    this.round++;
    for (let i = 0; i < this.hashes.length; i++) {
      const { key, byValue } = this.hashes[i] as (typeof this.hashes)[number];
      const value = fieldValue(event, key);
      const bucket = value === null ? undefined : byValue.get(equalityKey(value));
      if (bucket === undefined) continue;
      for (let k = 0; k < bucket.length; k++) this.accept(bucket[k] as number, event, env);
    }
    for (let i = 0; i < this.trees.length; i++) {
      const { key, intervals } = this.trees[i] as (typeof this.trees)[number];
      const value = fieldValue(event, key);
      if (typeof value !== 'number') continue;
      inTree.length = 0;
      intervals.find(value, inTree);
      for (let k = 0; k < inTree.length; k++) this.accept(inTree[k] as number, event, env);
    }
    for (let i = 0; i < this.scan.length; i++) this.accept(this.scan[i] as number, event, env);
    const count = this.foundCount;
    sortNumbers(found, count);
    for (let i = 0; i < count; i++) into[i] = targets[found[i] as number] as T;
    return count;
  }

  private accept(at: number, event: EventRecord, env: Env): void {
    const { rest, targets, isSpread, repeats } = this.conditions[at] as Condition;
    if (isSpread) {
      if (this.triedIn[at] === this.round) return;
      this.triedIn[at] = this.round;
    }
    try {
      if (rest !== null && !rest(event, NO_SLOTS, env)) return;
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      for (const target of targets) this.onFailure(this.targets[target] as T, error);
      return;
    }
    const times = repeats === null ? 1 : timesOf(event, repeats);
    for (let time = 0; time < times; time++) {
      for (let i = 0; i < targets.length; i++) this.found[this.foundCount++] = targets[i] as number;
    }
  }
}

/** A condition without the part that leads to it, and the indexes of the targets that have it. */
interface Condition {
  readonly rest: Predicate | null;
  readonly targets: readonly number[];
  /** Whether it stands at several places of the index. */
  readonly isSpread: boolean;
  readonly repeats: readonly Repeats[] | null;
}

/** Conditions with the indexes of the atoms that have them. */
function distinctConditions(atoms: readonly IndexedAtom<unknown>[]) {
  interface Distinct {
    readonly parts: readonly Expr[];
    readonly targets: number[];
    readonly countsRepeats: boolean;
  }
  const same = new Map<string, Distinct>();
  atoms.forEach(({ own, countsRepeats = false }, at) => {
    const text = `${countsRepeats} ${JSON.stringify(own)}`;
    const known = same.get(text);
    if (known !== undefined) known.targets.push(at);
    else same.set(text, { parts: own === null ? [] : conjuncts(own), targets: [at], countsRepeats });
  });
  return [...same.values()];
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

type Repeats = NonNullable<ReturnType<typeof repeatsOf>>;

const NO_SLOTS: readonly Slot[] = [];

/** Ranges on one field from which on a tree is faster than trying them all. */
const RANGES_MIN = 8;

function rethrow(_target: unknown, failure: ExpressionFailure): never {
  throw failure;
}

function fieldValue(event: EventRecord, key: string): Value {
  return (event as unknown as Record<string, Value>)[key] ?? null;
}

function timesOf(event: EventRecord, repeats: readonly Repeats[]): number {
  return repeats.reduce((times, { field, counts }) => {
    return times * (counts.get(equalityKey(fieldValue(event, fieldKey(field)))) ?? 1);
  }, 1);
}

/** What the conditions look at, by field. */
interface Census {
  readonly constants: ReadonlyMap<number, ReadonlySet<unknown>>;
  readonly ranges: ReadonlyMap<number, number>;
}

function takeCensus(parts: readonly (readonly Expr[])[]): Census {
  const constants = new Map<number, Set<unknown>>();
  const ranges = new Map<number, number>();
  for (const part of parts.flat()) {
    const access = accessOf(part);
    if (access?.kind === 'range') ranges.set(access.field, (ranges.get(access.field) ?? 0) + 1);
    if (access?.kind !== 'points') continue;
    const set = constants.get(access.field) ?? new Set();
    constants.set(access.field, set);
    for (const key of access.keys) set.add(key);
  }
  return { constants, ranges };
}

/** Where a condition is to stand; nowhere: it has to be tried for every event. */
function chooseAccess(parts: readonly Expr[], { constants, ranges }: Census): readonly Access[] {
  const found = parts.flatMap((part) => accessOf(part) ?? []);
  const size = ({ field }: Access) => constants.get(field)?.size ?? 0;
  let best: Access | null = null;
  for (const one of found) {
    if (one.kind === 'points' && (best === null || size(one) > size(best))) best = one;
  }
  if (best !== null) return [best];
  for (const part of parts) {
    const spread = alternatives(part);
    if (spread !== null) return spread;
  }
  const range = found.find((one): one is RangeAccess => one.kind === 'range');
  return range !== undefined && (ranges.get(range.field) ?? 0) >= RANGES_MIN ? [range] : [];
}

function addPoints(
  hashes: Map<number, Map<unknown, number[]>>,
  field: number,
  keys: readonly unknown[],
  at: number,
): void {
  const byValue = hashes.get(field) ?? new Map<unknown, number[]>();
  hashes.set(field, byValue);
  for (const key of new Set(keys)) addTo(byValue, key, at);
}

function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function joined(parts: readonly Expr[]): Expr {
  return parts.length === 1 ? (parts[0] as Expr) : { op: 'and', type: { kind: 'boolean' }, operands: parts };
}
