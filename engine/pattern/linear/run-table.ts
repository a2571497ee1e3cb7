import type { Slot } from '../../expr/evaluate.ts';
import type { LinearProgram } from './program.ts';

/**
 * Links of the runs that wait for something: `key` is the list a run is in, −1 when it is in none. `age` grows whenever
 * a wait ends, so that who remembers a wait by run and age notices.
 */
export interface WaitLane {
  key: Int32Array;
  next: Int32Array;
  prev: Int32Array;
  age: Int32Array;
}

/** Deadlines of the runs and their links; `due` is NaN when there is none. */
export interface ClockLane {
  due: Float64Array;
  next: Int32Array;
  prev: Int32Array;
}

/** State of a free entry. */
export const FREE = -1;

/**
 * The runs (partial matches) of a pattern as columns of typed arrays: a run is an index. An object per run would cost
 * several times the memory, and the garbage collector a visit to each.
 *
 * Freed entries are used again, the last freed first.
 */
export class RunTable {
  state: Int32Array;
  /** Rounds of a repeat, or bits of the sides that are done. */
  count: Int32Array;
  readonly slots: Slot[][];
  readonly waits: readonly WaitLane[];
  readonly clocks: readonly ClockLane[];
  /** Number of runs. */
  size = 0;
  private capacity: number;
  private free = -1;
  private nextFree: Int32Array;
  private unused = 0;

  constructor(program: LinearProgram) {
    const capacity = FIRST_CAPACITY;
    this.capacity = capacity;
    this.state = new Int32Array(capacity).fill(FREE);
    this.count = new Int32Array(capacity);
    this.nextFree = new Int32Array(capacity);
    const list = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
    this.slots = list(program.slots, () => new Array<Slot>(capacity).fill(null));
    this.waits = list(program.waitLanes, () => ({
      key: new Int32Array(capacity).fill(-1),
      next: new Int32Array(capacity),
      prev: new Int32Array(capacity),
      age: new Int32Array(capacity),
    }));
    this.clocks = list(program.clockLanes, () => ({
      due: new Float64Array(capacity).fill(Number.NaN),
      next: new Int32Array(capacity),
      prev: new Int32Array(capacity),
    }));
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
      this.free = this.nextFree[run] as number;
      return run;
    }
    if (this.unused === this.capacity) this.grow();
    return this.unused++;
  }

  /** Ends a run that waits for nothing any more; `bound` are the slots it may hold. */
  release(run: number, bound: readonly number[]): void {
    for (let i = 0; i < bound.length; i++) (this.slots[bound[i] as number] as Slot[])[run] = null;
    this.state[run] = FREE;
    this.count[run] = 0;
    this.nextFree[run] = this.free;
    this.free = run;
    this.size--;
  }

  private grow(): void {
    const from = this.capacity;
    const to = from * 2;
    this.capacity = to;
    this.state = copied(this.state, new Int32Array(to).fill(FREE, from));
    this.count = copied(this.count, new Int32Array(to));
    this.nextFree = copied(this.nextFree, new Int32Array(to));
    for (const column of this.slots) for (let i = from; i < to; i++) column.push(null);
    for (const lane of this.waits) {
      lane.key = copied(lane.key, new Int32Array(to).fill(-1, from));
      lane.next = copied(lane.next, new Int32Array(to));
      lane.prev = copied(lane.prev, new Int32Array(to));
      lane.age = copied(lane.age, new Int32Array(to));
    }
    for (const lane of this.clocks) {
      lane.due = copied(lane.due, new Float64Array(to).fill(Number.NaN, from));
      lane.next = copied(lane.next, new Int32Array(to));
      lane.prev = copied(lane.prev, new Int32Array(to));
    }
  }
}

const FIRST_CAPACITY = 64;

function copied<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from as never);
  return to;
}
