import { LIMITS, LimitError } from '../../core/limits.ts';
import type { Value } from '../../event/record.ts';
import { equalityKey } from '../../expr/evaluate.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { AggregateHost } from './aggregator.ts';
import { hashText } from './hash-text.ts';
import { unshared, ValueAggregator } from './value-aggregator.ts';

/**
 * `approx_count_distinct(x)`: about how many different values are in, within about 1.6 %.
 *
 * HyperLogLog (Flajolet et al. 2007, with linear counting for small numbers): a value's hash chooses one of 2^12
 * registers, and the register keeps the greatest rank seen (leading zeros of the rest, plus one). A plain register
 * cannot forget, so windows need more: here a register counts how often each rank is in it, and its value is the
 * greatest rank that is in now. A register sees few different ranks, and only registers in use take memory, so a group
 * of a few values costs a few entries, and one of many some tens of kilobytes however many they are.
 */
export const makeApproxCountDistinct = unshared((plan, host) => new ApproxCountDistinct(plan, host));

const REGISTER_BITS = 12;
const REGISTERS = 1 << REGISTER_BITS;
/** Ranks of a register lie side by side in the key of the map. */
const RANKS = 64;
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/** How often each rank is in each register (`register * RANKS + rank`), and the greatest of each register in use. */
interface Sketch {
  readonly times: Map<number, number>;
  readonly ranks: Map<number, number>;
  /** Of 2^−rank over all registers; sums of powers of two are exact. */
  sum: number;
}

class ApproxCountDistinct extends ValueAggregator {
  private readonly sketches: (Sketch | undefined)[] = [];
  private readonly statementName: string;
  private readonly entriesMax: number;
  private entries = 0;

  constructor(plan: AggregatePlan, host: AggregateHost) {
    super(plan, host);
    this.statementName = host.statementName;
    this.entriesMax = (host.limits ?? LIMITS).distinctValuesMax;
  }

  reserve(): void {}

  value(group: number): Value {
    const sketch = this.sketches[group];
    if (sketch === undefined) return 0;
    const { sum, ranks } = sketch;
    const zeros = REGISTERS - ranks.size;
    const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
    const isSmall = raw <= 2.5 * REGISTERS && zeros > 0;
    return Math.round(isSmall ? REGISTERS * Math.log(REGISTERS / zeros) : raw);
  }

  protected add(group: number, value: Value): void {
    const sketch = this.sketches[group] ?? { times: new Map(), ranks: new Map(), sum: REGISTERS };
    this.sketches[group] = sketch;
    const { register, rank } = placeOf(value);
    const key = register * RANKS + rank;
    const times = sketch.times.get(key) ?? 0;
    sketch.times.set(key, times + 1);
    if (times === 0 && ++this.entries > this.entriesMax) {
      const most = `more than ${this.entriesMax} entries`;
      throw new LimitError(`${this.statementName}: ${most} in the groups of \`approx_count_distinct\``);
    }
    if (rank > (sketch.ranks.get(register) ?? 0)) setRank(sketch, register, rank);
  }

  protected remove(group: number, value: Value): void {
    const sketch = this.sketches[group];
    const { register, rank } = placeOf(value);
    const key = register * RANKS + rank;
    const times = sketch?.times.get(key);
    if (sketch === undefined || times === undefined) return;
    if (times > 1) {
      sketch.times.set(key, times - 1);
      return;
    }
    sketch.times.delete(key);
    this.entries--;
    if (rank < (sketch.ranks.get(register) ?? 0)) return;
    let next = rank - 1;
    while (next > 0 && !sketch.times.has(register * RANKS + next)) next--;
    setRank(sketch, register, next);
  }

  protected reset(group: number): void {
    this.entries -= this.sketches[group]?.times.size ?? 0;
    this.sketches[group] = undefined;
  }

  protected write(group: number): unknown {
    return [...(this.sketches[group]?.times ?? [])];
  }

  protected read(group: number, state: unknown): void {
    const entries = state as [number, number][];
    if (entries.length === 0) return;
    const sketch: Sketch = { times: new Map(entries), ranks: new Map(), sum: REGISTERS };
    for (const [key] of entries) {
      const register = Math.floor(key / RANKS);
      if (key % RANKS > (sketch.ranks.get(register) ?? 0)) setRank(sketch, register, key % RANKS);
    }
    this.sketches[group] = sketch;
    this.entries += entries.length;
  }
}

function setRank(sketch: Sketch, register: number, rank: number): void {
  sketch.sum += 2 ** -rank - 2 ** -(sketch.ranks.get(register) ?? 0);
  if (rank === 0) sketch.ranks.delete(register);
  else sketch.ranks.set(register, rank);
}

function placeOf(value: Value): { readonly register: number; readonly rank: number } {
  const key = equalityKey(value);
  const text = typeof key === 'string' ? key : `\0${typeof key}${String(key)}`;
  const register = hashText(text, 0x9747b28c) >>> (32 - REGISTER_BITS);
  const high = hashText(text, 0x85ebca77);
  const rank = high !== 0 ? Math.clz32(high) + 1 : Math.clz32(hashText(text, 0xc2b2ae3d)) + 33;
  return { register, rank: Math.min(rank, RANKS - 1) };
}
