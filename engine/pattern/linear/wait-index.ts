import type { EventRecord } from '../../event/record.ts';
import { type Env, type Evaluator, equalityKey, type Predicate, type Slot } from '../../expr/evaluate.ts';
import type { KeyIds } from './key-ids.ts';
import type { WaitIndexKind } from './program.ts';
import type { ReadyAtom } from './ready-program.ts';
import { AGE, KEY, NEXT, PREV, type RunTable } from './run-table.ts';
import { type IsCurrent, ThresholdHeap } from './threshold-heap.ts';

/** Runs that an event hits, found before any of them acts; the age tells whether the wait that was hit still stands. */
export interface Hits {
  readonly runs: number[];
  readonly ages: number[];
}

/** What the indexes of one matcher share. */
export interface IndexContext {
  readonly table: RunTable;
  /** Null when no atom waits by a key. */
  readonly keys: KeyIds | null;
  readonly env: Env;
}

/**
 * The runs that wait for one atom, so kept that an event meets only runs it can advance: in lists by the value it must
 * equal, in a heap by the limit it must pass, or in one list. Within a list runs stand in the order in which they began
 * to wait. A run whose value or limit is null can never be hit and is kept out.
 */
export class WaitIndex {
  private readonly eventSide: Evaluator | null;
  private readonly tagSide: Evaluator | null;
  private readonly tagSlots: readonly number[];
  private readonly rest: Predicate | null;
  private readonly restSlots: readonly number[];
  private readonly takes: boolean;
  private readonly table: RunTable;
  private readonly keys: KeyIds | null;
  private readonly env: Env;
  private readonly kind: WaitIndexKind;
  /** Size of the entry of a run in the table, and the place of the columns of the wait in it. */
  private readonly stride: number;
  private readonly lane: number;
  private readonly heap: ThresholdHeap | null;
  private readonly scratch: Slot[];
  /** First and last run of each list; −1: none. */
  private ends: Int32Array = NO_INTS;
  private stamps: Int32Array = NO_INTS;
  private stamp = 0;
  private live = 0;
  private readonly isCurrent: IsCurrent | null;

  constructor(ready: ReadyAtom, { table, keys, env }: IndexContext) {
    const { atom } = ready;
    this.eventSide = ready.eventSide;
    this.tagSide = ready.tagSide;
    this.tagSlots = ready.tagSlots;
    this.rest = ready.rest;
    this.restSlots = ready.restSlots;
    this.takes = ready.takes;
    this.stride = table.stride;
    this.table = table;
    this.keys = keys;
    this.env = env;
    this.kind = atom.index;
    this.lane = table.waitLane(atom.lane);
    this.heap = atom.threshold === null ? null : new ThresholdHeap(atom.threshold.operator);
    this.isCurrent = this.heap === null ? null : (run, stamp) => this.stamps[run] === stamp;
    this.scratch = ready.scratch;
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
        const keys = this.keys as KeyIds;
        const id = keys.assign(key);
        keys.hold(id);
        this.append(run, id);
      }
    }
  }

  /** Lets a run wait by a key that is known: another atom has the same one. */
  linkBy(run: number, key: number): void {
    (this.keys as KeyIds).hold(key);
    this.append(run, key);
  }

  /** Number of the key by which a run waits, −1 when it does not. */
  keyOf(run: number): number {
    return this.table.ints[run * this.stride + this.lane + KEY] as number;
  }

  /** Ends the wait of a run, if it waits. */
  unlink(run: number): void {
    const { lane, stride } = this;
    const { ints } = this.table;
    const at = run * stride + lane;
    const list = ints[at + KEY] as number;
    if (list < 0) return;
    ints[at + KEY] = -1;
    ints[at + AGE] = ((ints[at + AGE] as number) + 1) | 0;
    if (this.heap !== null) {
      this.stamps[run] = 0;
      this.heap.trim(--this.live, this.isCurrent as IsCurrent);
      return;
    }
    const { ends } = this;
    const after = ints[at + NEXT] as number;
    const before = ints[at + PREV] as number;
    if (before < 0) ends[2 * list] = after;
    else ints[before * stride + lane + NEXT] = after;
    if (after < 0) ends[2 * list + 1] = before;
    else ints[after * stride + lane + PREV] = before;
    if (this.kind === 'key') (this.keys as KeyIds).leave(list);
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
      list = key === null ? -1 : (this.keys as KeyIds).find(key);
      if (list < 0) return;
    }
    const { lane, stride, ends } = this;
    if (2 * list >= ends.length) return;
    const { rest, restSlots } = this;
    const { ints } = this.table;
    for (let run = ends[2 * list] as number; run >= 0; run = ints[run * stride + lane + NEXT] as number) {
      if (rest !== null && !rest(event, this.tags(run, restSlots), this.env)) continue;
      hits.runs.push(run);
      hits.ages.push(ints[run * stride + lane + AGE] as number);
    }
  }

  /** Tells this wait of a run from later ones. */
  ageOf(run: number): number {
    return this.table.ints[run * this.stride + this.lane + AGE] as number;
  }

  /** Whether a wait that was hit still stands. */
  stillWaits(run: number, age: number): boolean {
    return this.ageOf(run) === age;
  }

  /** The waiting runs; those of one list in the order in which they began to wait. */
  waiting(): number[] {
    if (this.heap !== null) {
      // Stamps grow with the order of waits.
      const order = (run: number) => this.stamps[run] as number;
      return this.heap.current(this.isCurrent as IsCurrent).sort((a, b) => order(a) - order(b));
    }
    const all: number[] = [];
    const { lane, stride, ends } = this;
    const { ints } = this.table;
    for (let first = 0; first < ends.length; first += 2) {
      for (let run = ends[first] as number; run >= 0; run = ints[run * stride + lane + NEXT] as number)
        all.push(run);
    }
    return all;
  }

  private collectPassed(value: number | null, event: EventRecord, hits: Hits): void {
    const { heap, stamps } = this;
    const { rest, restSlots, takes } = this;
    const isCurrent = this.isCurrent as IsCurrent;
    if (heap === null || value === null || Number.isNaN(value)) return;
    const first = hits.runs.length;
    const found = (run: number) => {
      if (rest === null || rest(event, this.tags(run, restSlots), this.env)) hits.runs.push(run);
    };
    if (takes) heap.take(value, isCurrent, found);
    else heap.visit(value, isCurrent, found);
    // A heap gives its runs in no useful order; matches of one event leave in the order in which the waits began.
    if (hits.runs.length > first + 1) {
      const passed = hits.runs.splice(first);
      passed.sort((a, b) => (stamps[a] as number) - (stamps[b] as number));
      for (const run of passed) hits.runs.push(run);
    }
    for (let i = first; i < hits.runs.length; i++) hits.ages.push(this.ageOf(hits.runs[i] as number));
  }

  private push(run: number, limit: number | null): void {
    if (limit === null || Number.isNaN(limit)) return;
    if (run >= this.stamps.length) this.stamps = extended(this.stamps, run + 1, 0);
    this.stamp = this.stamp === MAX_STAMP ? 1 : this.stamp + 1;
    this.stamps[run] = this.stamp;
    this.table.ints[run * this.stride + this.lane + KEY] = 0;
    this.live++;
    (this.heap as ThresholdHeap).add(limit, run, this.stamp);
  }

  private append(run: number, list: number): void {
    if (2 * list >= this.ends.length) this.ends = extended(this.ends, 2 * list + 2, -1);
    const { lane, stride, ends } = this;
    const { ints } = this.table;
    const at = run * stride + lane;
    const last = ends[2 * list + 1] as number;
    ints[at + KEY] = list;
    ints[at + NEXT] = -1;
    ints[at + PREV] = last;
    if (last < 0) ends[2 * list] = run;
    else ints[last * stride + lane + NEXT] = run;
    ends[2 * list + 1] = run;
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
/** Shared by the indexes that have no lists or limits yet, and never written. */
const NO_INTS = new Int32Array(0);

function extended(column: Int32Array, least: number, fill: number): Int32Array {
  const more = new Int32Array(Math.max(least, column.length * 2)).fill(fill, column.length);
  more.set(column);
  return more;
}
