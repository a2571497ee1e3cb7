import { grown } from './columns.ts';
import { compareNumbers } from './compare.ts';

/** State of one queue. */
export interface SlidingSnapshot {
  /** How many values have come and gone, modulo 2^32. */
  readonly entered: number;
  readonly left: number;
  /** The candidates with their number of arrival, oldest first. */
  readonly candidates: readonly (readonly [number: number, value: number])[];
}

/**
 * The greatest (or least) of the values in sliding windows, one for each group, without looking at all of them.
 *
 * Scanning the window on each removal costs its length; an ordered tree costs a logarithm and keeps every value. Here
 * values leave in the order they came, so a value that a later one equals or beats can never be the answer again: it is
 * dropped at once, and what remains (the candidates) descends from the answer at the head to the newest at the tail.
 * Each value is added once and dropped once: constant cost on average, and for values in random order about ln n
 * candidates of n.
 *
 * Candidates are linked nodes of one pool: 20 bytes each, and 16 bytes a group. A value is known by its number of
 * arrival: the head goes when the number of removals reaches it. Numbers count modulo 2^32 and are compared for
 * equality only.
 */
export class SlidingExtremes {
  private readonly sign: 1 | -1;
  private heads = new Int32Array(0);
  private tails = new Int32Array(0);
  private entered = new Uint32Array(0);
  private left = new Uint32Array(0);
  private values = new Float64Array(16);
  private numbers = new Uint32Array(16);
  private newer = new Int32Array(16);
  private older = new Int32Array(16);
  private next = 1;
  private free = NONE;

  /** `sign` 1 for the greatest, −1 for the least. */
  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  reserve(groups: number): void {
    this.heads = grown(this.heads, groups);
    this.tails = grown(this.tails, groups);
    this.entered = grown(this.entered, groups);
    this.left = grown(this.left, groups);
  }

  isEmpty(group: number): boolean {
    return this.heads[group] === NONE;
  }

  /** The greatest (least) value; the group must not be empty. */
  extreme(group: number): number {
    return this.values[this.heads[group] as number] as number;
  }

  add(group: number, value: number): void {
    const number = this.entered[group] as number;
    this.entered[group] = number + 1;
    this.push(group, number, value);
  }

  removeOldest(group: number): void {
    const number = this.left[group] as number;
    this.left[group] = number + 1;
    const head = this.heads[group] as number;
    if (head === NONE || this.numbers[head] !== number) return;
    const next = this.newer[head] as number;
    this.heads[group] = next;
    if (next === NONE) this.tails[group] = NONE;
    else this.older[next] = NONE;
    this.release(head);
  }

  clear(group: number): void {
    for (let node = this.heads[group] as number; node !== NONE; ) {
      const next = this.newer[node] as number;
      this.release(node);
      node = next;
    }
    this.heads[group] = NONE;
    this.tails[group] = NONE;
    this.entered[group] = 0;
    this.left[group] = 0;
  }

  snapshot(group: number): SlidingSnapshot {
    const candidates: [number, number][] = [];
    for (let node = this.heads[group] as number; node !== NONE; node = this.newer[node] as number) {
      candidates.push([this.numbers[node] as number, this.values[node] as number]);
    }
    return { entered: this.entered[group] as number, left: this.left[group] as number, candidates };
  }

  restore(group: number, { entered, left, candidates }: SlidingSnapshot): void {
    for (const [number, value] of candidates) this.push(group, number, value);
    this.entered[group] = entered;
    this.left[group] = left;
  }

  private push(group: number, number: number, value: number): void {
    let tail = this.tails[group] as number;
    while (tail !== NONE && compareNumbers(this.values[tail] as number, value) * this.sign <= 0) {
      const before = this.older[tail] as number;
      this.release(tail);
      tail = before;
    }
    const node = this.create();
    this.values[node] = value;
    this.numbers[node] = number;
    this.older[node] = tail;
    this.newer[node] = NONE;
    if (tail === NONE) this.heads[group] = node;
    else this.newer[tail] = node;
    this.tails[group] = node;
  }

  private create(): number {
    const node = this.free;
    if (node !== NONE) {
      this.free = this.newer[node] as number;
      return node;
    }
    if (this.next === this.values.length) this.grow();
    return this.next++;
  }

  private release(node: number): void {
    this.newer[node] = this.free;
    this.free = node;
  }

  private grow(): void {
    const length = this.values.length * 2;
    this.values = grown(this.values, length);
    this.numbers = grown(this.numbers, length);
    this.newer = grown(this.newer, length);
    this.older = grown(this.older, length);
  }
}

const NONE = 0;
