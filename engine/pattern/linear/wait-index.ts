import type { EventRecord } from '../../event/record.ts';
import {
  type Backend,
  compileExpr,
  compilePredicate,
  type Env,
  type Evaluator,
  equalityKey,
  type Predicate,
  type Slot,
  usesSlots,
} from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/ir.ts';
import { conjunction } from '../filter-parts.ts';
import type { KeyIds } from './key-ids.ts';
import type { LinearAtom, WaitIndexKind } from './program.ts';
import type { RunTable, WaitLane } from './run-table.ts';
import { ThresholdHeap } from './threshold-heap.ts';

/** Runs that an event hits, found before any of them acts; the age tells whether the wait that was hit still stands. */
export interface Hits {
  readonly runs: number[];
  readonly ages: number[];
}

/** What the indexes of one matcher share. */
export interface IndexContext {
  readonly table: RunTable;
  readonly keys: KeyIds;
  readonly env: Env;
  readonly backend: Backend;
}

/**
 * The runs that wait for one atom, so kept that an event meets only runs it can advance: in lists by the value it must
 * equal, in a heap by the limit it must pass, or in one list. Within a list runs stand in the order in which they began
 * to wait. A run whose value or limit is null can never be hit and is kept out.
 */
export class WaitIndex {
  private readonly table: RunTable;
  private readonly keys: KeyIds;
  private readonly env: Env;
  private readonly lane: WaitLane;
  private readonly kind: WaitIndexKind;
  private readonly eventSide: Evaluator | null;
  private readonly tagSide: Evaluator | null;
  private readonly tagSlots: readonly number[];
  private readonly rest: Predicate | null;
  private readonly restSlots: readonly number[];
  private readonly heap: ThresholdHeap | null;
  /** Whether every run that is hit leaves, so that it may be taken out of the heap at once. */
  private readonly takes: boolean;
  private readonly scratch: Slot[];
  private heads: Int32Array = new Int32Array(16).fill(-1);
  private tails: Int32Array = new Int32Array(16).fill(-1);
  private stamps: Int32Array = new Int32Array(0);
  private stamp = 0;
  private live = 0;
  private readonly isCurrent = (run: number, stamp: number) => this.stamps[run] === stamp;

  constructor(atom: LinearAtom, takes: boolean, { table, keys, env, backend }: IndexContext) {
    this.table = table;
    this.keys = keys;
    this.env = env;
    this.lane = table.waits[atom.lane] as WaitLane;
    this.kind = atom.index;
    const sides = atom.key ?? atom.threshold;
    this.eventSide = sides === null ? null : compileExpr(sides.event, backend, atom.type);
    this.tagSide = sides === null ? null : compileExpr(sides.tags, backend);
    this.tagSlots = sides === null ? [] : tagsOf(sides.tags);
    const rest = conjunction(atom.rest);
    this.rest = rest === null ? null : compilePredicate(rest, backend, atom.type);
    this.restSlots = rest === null ? [] : tagsOf(rest);
    this.heap = atom.threshold === null ? null : new ThresholdHeap(atom.threshold.operator);
    this.takes = takes && rest === null;
    this.scratch = table.slots.map(() => null);
  }

  /** Lets a run wait whose earlier tags are in the table. */
  link(run: number): void {
    if (this.kind === 'list') this.append(run, 0);
    else {
      const value = (this.tagSide as Evaluator)(null, this.tags(run, this.tagSlots), this.env);
      if (this.heap !== null) this.push(run, value as number | null);
      else {
        const key = equalityKey(value);
        if (key === null) return;
        const id = this.keys.assign(key);
        this.keys.hold(id);
        this.append(run, id);
      }
    }
  }

  /** Lets a run wait by a key that is known: another atom has the same one. */
  linkBy(run: number, key: number): void {
    this.keys.hold(key);
    this.append(run, key);
  }

  /** Number of the key by which a run waits, −1 when it does not. */
  keyOf(run: number): number {
    return this.lane.key[run] as number;
  }

  /** Ends the wait of a run, if it waits. */
  unlink(run: number): void {
    const { key, next, prev, age } = this.lane;
    const list = key[run] as number;
    if (list < 0) return;
    key[run] = -1;
    age[run] = ((age[run] as number) + 1) | 0;
    if (this.heap !== null) {
      this.stamps[run] = 0;
      this.heap.trim(--this.live, this.isCurrent);
      return;
    }
    const after = next[run] as number;
    const before = prev[run] as number;
    if (before < 0) this.heads[list] = after;
    else next[before] = after;
    if (after < 0) this.tails[list] = before;
    else prev[after] = before;
    if (this.kind === 'key') this.keys.leave(list);
  }

  /** Adds the runs that the event hits; it has passed the atom's own condition. */
  collect(event: EventRecord, hits: Hits): void {
    let list = 0;
    if (this.kind !== 'list') {
      const value = (this.eventSide as Evaluator)(event, NO_SLOTS, this.env);
      if (this.heap !== null) {
        this.collectPassed(value as number | null, event, hits);
        return;
      }
      const key = equalityKey(value);
      list = key === null ? -1 : this.keys.find(key);
      if (list < 0 || list >= this.heads.length) return;
    }
    const { rest } = this;
    const { next, age } = this.lane;
    for (let run = this.heads[list] as number; run >= 0; run = next[run] as number) {
      if (rest !== null && !rest(event, this.tags(run, this.restSlots), this.env)) continue;
      hits.runs.push(run);
      hits.ages.push(age[run] as number);
    }
  }

  /** Tells this wait of a run from later ones. */
  ageOf(run: number): number {
    return this.lane.age[run] as number;
  }

  /** Whether a wait that was hit still stands. */
  stillWaits(run: number, age: number): boolean {
    return this.lane.age[run] === age;
  }

  /** The waiting runs; those of one list in the order in which they began to wait. */
  waiting(): number[] {
    if (this.heap !== null) {
      // Stamps grow with the order of waits.
      const order = (run: number) => this.stamps[run] as number;
      return this.heap.current(this.isCurrent).sort((a, b) => order(a) - order(b));
    }
    const all: number[] = [];
    for (let list = 0; list < this.heads.length; list++) {
      for (let run = this.heads[list] as number; run >= 0; run = this.lane.next[run] as number) all.push(run);
    }
    return all;
  }

  private collectPassed(value: number | null, event: EventRecord, hits: Hits): void {
    const { heap, rest, stamps } = this;
    const { age } = this.lane;
    if (heap === null || value === null || Number.isNaN(value)) return;
    const first = hits.runs.length;
    const found = (run: number) => {
      if (rest === null || rest(event, this.tags(run, this.restSlots), this.env)) hits.runs.push(run);
    };
    if (this.takes) heap.take(value, this.isCurrent, found);
    else heap.visit(value, this.isCurrent, found);
    // A heap gives its runs in no useful order; matches of one event leave in the order in which the waits began.
    if (hits.runs.length > first + 1) {
      const passed = hits.runs.splice(first);
      passed.sort((a, b) => (stamps[a] as number) - (stamps[b] as number));
      for (const run of passed) hits.runs.push(run);
    }
    for (let i = first; i < hits.runs.length; i++) hits.ages.push(age[hits.runs[i] as number] as number);
  }

  private push(run: number, limit: number | null): void {
    if (limit === null || Number.isNaN(limit)) return;
    if (run >= this.stamps.length) this.stamps = extended(this.stamps, run + 1, 0);
    this.stamp = this.stamp === MAX_STAMP ? 1 : this.stamp + 1;
    this.stamps[run] = this.stamp;
    this.lane.key[run] = 0;
    this.live++;
    (this.heap as ThresholdHeap).add(limit, run, this.stamp);
  }

  private append(run: number, list: number): void {
    if (list >= this.heads.length) {
      this.heads = extended(this.heads, list + 1, -1);
      this.tails = extended(this.tails, list + 1, -1);
    }
    const { key, next, prev } = this.lane;
    const last = this.tails[list] as number;
    key[run] = list;
    next[run] = -1;
    prev[run] = last;
    if (last < 0) this.heads[list] = run;
    else next[last] = run;
    this.tails[list] = run;
  }

  private tags(run: number, slots: readonly number[]): readonly Slot[] {
    const { scratch, table } = this;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as number;
      scratch[slot] = (table.slots[slot] as Slot[])[run] ?? null;
    }
    return scratch;
  }
}

const NO_SLOTS: readonly Slot[] = [];
const MAX_STAMP = 0x7fff_ffff;

function tagsOf(expr: Expr): number[] {
  return [...usesSlots(expr)].filter((slot) => slot >= 0);
}

function extended(column: Int32Array, least: number, fill: number): Int32Array {
  const more = new Int32Array(Math.max(16, least, column.length * 2)).fill(fill, column.length);
  more.set(column);
  return more;
}
