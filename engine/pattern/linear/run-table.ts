import type { Slot } from '../../expr/evaluate.ts';
import type { Ticket } from '../run-list.ts';
import type { LinearProgram } from './program.ts';

/** State of a free entry. */
export const FREE = -1;

/** Columns of `RunTable.ints` that every run has, by their place in its entry: state, … */
export const STATE = 0;
/** … rounds of a repeat, or bits of the sides that are done, … */
export const COUNT = 1;
/** … the next free entry. */
const NEXT_FREE = 2;
const OWN = 3;

/**
 * Places of the columns of a wait lane, from its first on: links of the runs that wait for something. `KEY` is the list a
 * run is in, −1 when it is in none. `AGE` grows whenever a wait ends, so that who remembers a wait by run and age notices.
 */
export const KEY = 0;
/** See `KEY`. */
export const NEXT = 1;
/** See `KEY`. */
export const PREV = 2;
/** See `KEY`. */
export const AGE = 3;
const WAIT_SIZE = 4;

/** Places of the columns of a clock lane, from its first on: links of the runs that have a deadline. */
export const CLOCK_NEXT = 0;
/** See `CLOCK_NEXT`. */
export const CLOCK_PREV = 1;
const CLOCK_SIZE = 2;

/**
 * The runs (partial matches) of a pattern: a run is an index. An object per run would cost several times the memory, and
 * the garbage collector a visit to each. All numbers of a run stand side by side in one typed array, for a context has a
 * table in each partition, where an array for each column would cost 200 bytes.
 *
 * Freed entries are used again, the last freed first.
 */
export class RunTable {
  /** Entries of `stride` numbers: the run's own, then those of its wait lanes, then those of its clock lanes. */
  ints: Int32Array;
  readonly stride: number;
  /** When runs are due, one for each clock lane; NaN when they have no deadline. */
  due: Float64Array;
  readonly clockLanes: number;
  readonly slots: Slot[][];
  /** What counts each run; null for the one the pattern began with. */
  readonly tickets: (Ticket | null)[];
  /** Number of runs. */
  size = 0;
  private readonly waitLanes: number;
  private capacity: number;
  private free = -1;
  private unused = 0;

  constructor({ waitLanes, clockLanes, slots }: LinearProgram) {
    const capacity = FIRST_CAPACITY;
    this.capacity = capacity;
    this.waitLanes = waitLanes;
    this.clockLanes = clockLanes;
    this.stride = OWN + WAIT_SIZE * waitLanes + CLOCK_SIZE * clockLanes;
    this.ints = new Int32Array(capacity * this.stride);
    this.due = clockLanes === 0 ? NO_DEADLINES : new Float64Array(capacity * clockLanes);
    this.slots = Array.from({ length: slots }, () => new Array<Slot>(capacity).fill(null));
    this.tickets = new Array<Ticket | null>(capacity).fill(null);
    this.clear(0);
  }

  /** Place of the first column of a wait lane. */
  waitLane(lane: number): number {
    return OWN + WAIT_SIZE * lane;
  }

  /** Place of the first column of a clock lane. */
  clockLane(lane: number): number {
    return OWN + WAIT_SIZE * this.waitLanes + CLOCK_SIZE * lane;
  }

  stateOf(run: number): number {
    return this.ints[run * this.stride + STATE] as number;
  }

  setState(run: number, state: number): void {
    this.ints[run * this.stride + STATE] = state;
  }

  countOf(run: number): number {
    return this.ints[run * this.stride + COUNT] as number;
  }

  setCount(run: number, count: number): void {
    this.ints[run * this.stride + COUNT] = count;
  }

  /** When a run is due by a clock lane; NaN: never. */
  dueOf(run: number, lane: number): number {
    return this.due[run * this.clockLanes + lane] as number;
  }

  setDue(run: number, lane: number, due: number): void {
    this.due[run * this.clockLanes + lane] = due;
  }

  /** One past the greatest index in use so far. */
  get end(): number {
    return this.unused;
  }

  /** A new run with all slots null, in no state yet. Whether there may be one more is the budget's business. */
  allocate(): number {
    this.size++;
    if (this.free >= 0) {
      const run = this.free;
      this.free = this.ints[run * this.stride + NEXT_FREE] as number;
      return run;
    }
    if (this.unused === this.capacity) this.grow();
    return this.unused++;
  }

  /** Ends a run that waits for nothing any more; `bound` are the slots it may hold. */
  release(run: number, bound: readonly number[]): void {
    for (let i = 0; i < bound.length; i++) (this.slots[bound[i] as number] as Slot[])[run] = null;
    const at = run * this.stride;
    this.ints[at + STATE] = FREE;
    this.ints[at + COUNT] = 0;
    this.ints[at + NEXT_FREE] = this.free;
    this.free = run;
    this.size--;
  }

  private grow(): void {
    const from = this.capacity;
    const to = from * 2;
    this.capacity = to;
    const ints = new Int32Array(to * this.stride);
    ints.set(this.ints);
    this.ints = ints;
    if (this.clockLanes > 0) {
      const due = new Float64Array(to * this.clockLanes);
      due.set(this.due);
      this.due = due;
    }
    for (const column of [...this.slots, this.tickets]) for (let i = from; i < to; i++) column.push(null);
    this.clear(from);
  }

  /** Makes the entries from one on free. */
  private clear(from: number): void {
    const { ints, stride, waitLanes, capacity } = this;
    for (let run = from; run < capacity; run++) {
      ints[run * stride + STATE] = FREE;
      for (let lane = 0; lane < waitLanes; lane++) ints[run * stride + this.waitLane(lane) + KEY] = -1;
    }
    this.due.fill(Number.NaN, from * this.clockLanes);
  }
}

/** Few, for a context has a table in each partition. */
const FIRST_CAPACITY = 2;

/** Shared by the tables without clocks, and never written. */
const NO_DEADLINES = new Float64Array(0);
