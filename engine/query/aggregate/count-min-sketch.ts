import { LIMITS, LimitError } from '../../core/limits.ts';
import type { Value } from '../../event/record.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type { Aggregate, AggregateHost, AggregateReader, MakeAggregate, ShareState } from './aggregator.ts';
import { hashText } from './hash-text.ts';
import { EverAggregator } from './value-aggregator.ts';

/**
 * `countMinSketch(…)`: about how often each text came, in memory that does not grow with the number of texts.
 *
 * Count-min sketch (Cormode, Muthukrishnan 2005): a table of `depth` rows of `width` counters, of which a text has one
 * in each row; the smallest of them is never too low. Counters lie in a map until many are in use. Beside it stand the
 * `topk` texts that were the most frequent when they came; of equal ones those that reached the number first. Nothing
 * that leaves a window is taken back, as in Esper.
 *
 * Arguments of the plan are the text, the bound of the error as a share of all texts, how sure that is, the seed and
 * `topk`.
 */
export const makeCountMinSketch: MakeAggregate = (plan, host, share) =>
  aggregate(plan, host, share, sketchValue);

/** `countMinSketchFrequency(text)` on the column. */
export const makeFrequency: MakeAggregate = (plan, host, share) =>
  aggregate(plan, host, share, (state, group, [text]) =>
    text == null ? null : state.frequency(group, text as string),
  );

/** `countMinSketchTopk()` on the column. */
export const makeTopk: MakeAggregate = (plan, host, share) =>
  aggregate(plan, host, share, (state, group) => state.topk(group));

type Read = (state: CountMinSketch, group: number, args: readonly Value[]) => Value;

/** The sketch itself is no value that rules could see. */
const sketchValue: Read = () => null;

function aggregate(plan: AggregatePlan, host: AggregateHost, share: ShareState, read: Read): Aggregate {
  const state = share('countminsketch', () => new CountMinSketch(plan, host));
  const reader: AggregateReader = { value: (group, args) => read(state, group, args) };
  return { state, reader };
}

interface Frequent {
  readonly value: string;
  readonly frequency: number;
}

interface Sketch {
  counters: Map<number, number> | Float64Array;
  /** By falling frequency. */
  readonly most: Frequent[];
}

/** A map of this share of the counters takes the memory of all of them in an array. */
const SPARSE = 1 / 8;

class CountMinSketch extends EverAggregator {
  private readonly sketches: (Sketch | undefined)[] = [];
  private readonly width: number;
  private readonly depth: number;
  private readonly seed: number;
  private readonly mostMax: number;
  private readonly statementName: string;
  private readonly countersMax: number;
  private counters = 0;

  constructor(plan: AggregatePlan, host: AggregateHost) {
    super(plan, host);
    const [share = 1, confidence = 0, seed = 0, most = 0] = plan.args
      .slice(1)
      .map(({ expr }) => (expr.op === 'literal' ? (expr.value as number) : 0));
    this.width = Math.ceil(2 / share);
    this.depth = Math.max(1, Math.ceil(-Math.log2(1 - confidence)));
    this.seed = seed;
    this.mostMax = most;
    this.statementName = host.statementName;
    this.countersMax = (host.limits ?? LIMITS).distinctValuesMax;
  }

  reserve(): void {}

  value(): Value {
    return null;
  }

  frequency(group: number, text: string): number {
    const sketch = this.sketches[group];
    if (sketch === undefined) return 0;
    let least = Number.POSITIVE_INFINITY;
    this.visitPlaces(text, (place) => {
      least = Math.min(least, counterOf(sketch, place));
    });
    return least;
  }

  topk(group: number): Value {
    return (this.sketches[group]?.most ?? []).map(({ value, frequency }) =>
      Object.assign(Object.create(null), { value, frequency }),
    );
  }

  protected add(group: number, value: NonNullable<Value>): void {
    const text = value as string;
    const sketch = this.sketches[group] ?? { counters: new Map(), most: [] };
    this.sketches[group] = sketch;
    let least = Number.POSITIVE_INFINITY;
    this.visitPlaces(text, (place) => {
      const count = counterOf(sketch, place) + 1;
      least = Math.min(least, count);
      if (sketch.counters instanceof Map) {
        if (count === 1) this.countNew(1);
        sketch.counters.set(place, count);
      } else sketch.counters[place] = count;
    });
    this.condense(sketch);
    if (this.mostMax > 0) keep(sketch.most, { value: text, frequency: least }, this.mostMax);
  }

  protected reset(group: number): void {
    this.counters -= sizeOf(this.sketches[group]);
    this.sketches[group] = undefined;
  }

  protected write(group: number): unknown {
    const sketch = this.sketches[group];
    if (sketch === undefined) return null;
    const { counters, most } = sketch;
    const used: number[] = [];
    for (const [place, count] of counters.entries()) if (count > 0) used.push(place, count);
    return [used, most.map(({ value, frequency }) => [value, frequency])];
  }

  protected read(group: number, state: unknown): void {
    if (state === null) return;
    const [used, most] = state as [number[], [string, number][]];
    const counters = new Map<number, number>();
    for (let i = 0; i < used.length; i += 2) counters.set(used[i] as number, used[i + 1] as number);
    const sketch = { counters, most: most.map(([value, frequency]) => ({ value, frequency })) };
    this.sketches[group] = sketch;
    this.countNew(counters.size);
    this.condense(sketch);
  }

  /** Puts the counters into an array when that is smaller. */
  private condense(sketch: Sketch): void {
    const { counters } = sketch;
    const all = this.width * this.depth;
    if (!(counters instanceof Map) || counters.size <= all * SPARSE) return;
    const dense = new Float64Array(all);
    for (const [place, count] of counters) dense[place] = count;
    this.countNew(all - counters.size);
    sketch.counters = dense;
  }

  private countNew(more: number): void {
    this.counters += more;
    if (this.counters <= this.countersMax) return;
    const most = `more than ${this.countersMax} counters`;
    throw new LimitError(`${this.statementName}: ${most} in the rows of \`countMinSketch\``);
  }

  /** The counter of a text in each row; two hashes give them all (Kirsch, Mitzenmacher 2006). */
  private visitPlaces(text: string, visit: (place: number) => void): void {
    const first = hashText(text, this.seed);
    const second = hashText(text, first | 0);
    for (let row = 0; row < this.depth; row++) {
      visit(row * this.width + ((first + row * second) % this.width));
    }
  }
}

function counterOf({ counters }: Sketch, place: number): number {
  return (counters instanceof Map ? counters.get(place) : counters[place]) ?? 0;
}

function sizeOf(sketch: Sketch | undefined): number {
  if (sketch === undefined) return 0;
  return sketch.counters instanceof Map ? sketch.counters.size : sketch.counters.length;
}

/** Puts a text with its new frequency among the most frequent, if it is one. */
function keep(most: Frequent[], text: Frequent, size: number): void {
  const known = most.findIndex(({ value }) => value === text.value);
  if (known >= 0) most.splice(known, 1);
  let at = most.length;
  while (at > 0 && (most[at - 1] as Frequent).frequency < text.frequency) at--;
  if (at >= size) return;
  most.splice(at, 0, text);
  if (most.length > size) most.pop();
}
