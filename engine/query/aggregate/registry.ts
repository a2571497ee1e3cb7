import { assert } from '../../core/assert.ts';
import type { AggregatePlan } from '../../plan/query-plan.ts';
import type {
  AggregateHost,
  AggregateReader,
  AggregateState,
  MakeAggregate,
  ShareState,
} from './aggregator.ts';
import { makeCount } from './count.ts';

/** Every aggregate function by its name in plans. */
const FUNCTIONS: ReadonlyMap<string, MakeAggregate> = new Map<string, MakeAggregate>([['count', makeCount]]);

/** Whether an aggregate function can run. */
export function hasAggregate(name: string): boolean {
  return FUNCTIONS.has(name);
}

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
