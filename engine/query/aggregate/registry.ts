import { assert } from '../../core/assert.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type {
  AggregateHost,
  AggregateReader,
  AggregateState,
  MakeAggregate,
  ShareState,
} from './aggregator.ts';
import { makeApproxCountDistinct } from './approx-count-distinct.ts';
import { makeApproxQuantile } from './approx-quantile.ts';
import { makeCount, makeCountEver } from './count.ts';
import { makeCountMinSketch, makeFrequency, makeTopk } from './count-min-sketch.ts';
import { makeAvedev, makeStddev } from './deviation.ts';
import { makeFirstEver, makeLastEver, makeMaxEver, makeMinEver } from './ever.ts';
import { makeMax, makeMin } from './extremes.ts';
import { makeLeaving } from './leaving.ts';
import { makeFirst, makeLast, makeListReference, makeWindow, makeWindowCount } from './linear.ts';
import { makeMedian } from './median.ts';
import { makeNth } from './nth.ts';
import { makeRate, makeRateEver } from './rate.ts';
import { makeMaxBy, makeMaxByEver, makeMinBy, makeMinByEver, makeSorted, sortedMethods } from './sorted.ts';
import { makeAvg, makeSum } from './sum.ts';

/**
 * Every aggregate function by its name in plans. To add one: write it beside its kin in this folder, give its syntax and
 * types to the language (`rules/language/aggregate-rules.ts`), and its cases to `aggregates.test.ts`.
 */
const FUNCTIONS: ReadonlyMap<string, MakeAggregate> = new Map<string, MakeAggregate>([
  ['count', makeCount],
  ['countever', makeCountEver],
  ['sum', makeSum],
  ['avg', makeAvg],
  ['median', makeMedian],
  ['stddev', makeStddev],
  ['avedev', makeAvedev],
  ['max', makeMax],
  ['min', makeMin],
  ['maxever', makeMaxEver],
  ['minever', makeMinEver],
  ['firstever', makeFirstEver],
  ['lastever', makeLastEver],
  ['nth', makeNth],
  ['rate', makeRate],
  ['rateever', makeRateEver],
  ['leaving', makeLeaving],
  ['first', makeFirst],
  ['last', makeLast],
  ['window', makeWindow],
  ['window.listreference', makeListReference],
  ['window.countevents', makeWindowCount],
  ['window.first', makeFirst],
  ['window.last', makeLast],
  ['sorted', makeSorted],
  ['maxby', makeMaxBy],
  ['minby', makeMinBy],
  ['maxbyever', makeMaxByEver],
  ['minbyever', makeMinByEver],
  ...sortedMethods(),
  ['approx_count_distinct', makeApproxCountDistinct],
  ['approx_quantile', makeApproxQuantile],
  ['countminsketch', makeCountMinSketch],
  ['countminsketch.frequency', makeFrequency],
  ['countminsketch.topk', makeTopk],
]);

/** The functions of one grouping: a reader for each plan, and the states behind them, each once. */
export interface MadeAggregates {
  readonly readers: readonly AggregateReader[];
  readonly states: readonly AggregateState[];
}

/** Makes the aggregates of one grouping. */
export function makeAggregates(plans: readonly AggregatePlan[], host: AggregateHost): MadeAggregates {
  const shared = new Map<string, AggregateState>();
  const states: AggregateState[] = [];
  const share: ShareState = (key, make) => {
    const known = shared.get(key) as ReturnType<typeof make> | undefined;
    if (known !== undefined) return known;
    const state = make();
    shared.set(key, state);
    return state;
  };
  const readers = plans.map((plan) => {
    const make = FUNCTIONS.get(plan.name);
    assert(make !== undefined, `no aggregate function ${plan.name}`);
    const { state, reader } = make(plan, host, share);
    if (!states.includes(state)) states.push(state);
    return reader;
  });
  return { readers, states };
}

/** A function over a state that another function of its family keeps: `last(x)` of what `window(*)` holds. */
export function makeReaderOf(
  plan: AggregatePlan,
  host: AggregateHost,
  state: AggregateState,
): AggregateReader {
  const make = FUNCTIONS.get(plan.name);
  assert(make !== undefined, `no aggregate function ${plan.name}`);
  const share: ShareState = <State extends AggregateState>() => state as State;
  return make(plan, host, share).reader;
}
