import type { MapKey } from '../program.ts';

/**
 * Tells for most values that are no key, without looking into the map of keys: a Bloom filter with two bits a value.
 *
 * A large hash map answers "not there" by one or two reads that miss every cache, so the time of an event that
 * concerns no run would grow with their number. The filter has 16 bits a key and stays in a near cache. Values cannot be
 * taken out; whoever drops many keys fills a new filter.
 */
export class KeyFilter {
  /** Number of values it is made for. */
  readonly capacity: number;
  private readonly bits: Int32Array;
  private readonly mask: number;

  /** `capacity`: a power of two. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.bits = new Int32Array((capacity * 16) >> 5);
    this.mask = capacity * 16 - 1;
  }

  /** Notes a value. */
  add(value: MapKey): void {
    const hash = hashOf(value);
    this.set(hash & this.mask);
    this.set(second(hash) & this.mask);
  }

  /** False: the value was not noted. True: it may have been. */
  mayHave(value: MapKey): boolean {
    const hash = hashOf(value);
    return this.has(hash & this.mask) && this.has(second(hash) & this.mask);
  }

  private set(bit: number): void {
    this.bits[bit >>> 5] = (this.bits[bit >>> 5] as number) | (1 << (bit & 31));
  }

  private has(bit: number): boolean {
    return (((this.bits[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1;
  }
}

const NUMBER = new Float64Array(1);
const WORDS = new Int32Array(NUMBER.buffer);
/** Characters of a text that are hashed from each end. */
const HASHED_CHARS = 32;

function hashOf(value: MapKey): number {
  if (typeof value === 'string') return hashText(value);
  if (typeof value === 'boolean') return value ? 1 : 2;
  // 0 and −0 are one key.
  NUMBER[0] = value + 0;
  return mix((WORDS[0] as number) ^ Math.imul(WORDS[1] as number, 0x9e3779b1));
}

function hashText(text: string): number {
  const { length } = text;
  let hash = length;
  const head = Math.min(length, HASHED_CHARS);
  for (let i = 0; i < head; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  for (let i = Math.max(head, length - HASHED_CHARS); i < length; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** The finisher of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function second(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) ^ (hash >>> 15);
}
