import { createRecordClass, type EventRecord, setField } from '../engine/event/record.ts';
import type { MatcherChoice } from '../engine/pattern/planner.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { memory } from './memory.ts';

/** What many open runs cost. */
export interface OpenRunsResult {
  readonly shape: string;
  readonly runs: number;
  /** Memory of the engine per open run; the events that runs hold are there before and not counted. */
  readonly bytesPerRun: number;
  /** CPU time of an event that passes the second filter's own condition but concerns none of the runs. */
  readonly nsPerEvent: number;
}

/** Patterns whose runs wait by a key, by a limit, and by a key with a deadline and something that ends them. */
export const SHAPES: Readonly<Record<string, string>> = {
  key: 'every a=Open -> b=Close(k = a.k)',
  threshold: 'every a=Open -> b=Close(v > a.v)',
  guarded: 'every a=Open -> (b=Close(k = a.k) and not Open(k = a.k)) where timer:within(1 hour)',
};

const SCHEMAS = `create schema Open(k string, v double, ts long) starttimestamp ts;
create schema Close(k string, v double, ts long) starttimestamp ts;`;

/** Opens `runs` runs, then sends events that touch none of them. */
export function measureOpenRuns(shape: string, runs: number, matcher: MatcherChoice): OpenRunsResult {
  const text = `${SCHEMAS}\nselect a.k as k from pattern [${SHAPES[shape]}];`;
  const { plan } = compileRules([{ file: 'open-runs.epl', text }]);
  if (plan === null) throw new Error('the rules of open-runs do not compile');
  const opens = makeEvents(plan, 'Open', runs, (i) => [`k${i}`, 1000 + i]);
  const others = makeEvents(plan, 'Close', OTHERS, (i) => [`other${i % 1000}`, i % 1000]);
  const shard = new Shard({
    plan,
    startTime: 0,
    matcher,
    onRow: () => {
      throw new Error('an event was meant to touch no run');
    },
  });
  const before = memory();
  for (const event of opens) shard.onEvent(event);
  const bytesPerRun = (memory() - before) / runs;
  // The best of several rounds, by CPU time: other work on the machine must not show.
  let nsPerEvent = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    for (const event of others) shard.onEvent(event);
    const { user, system } = process.cpuUsage(start);
    nsPerEvent = Math.min(nsPerEvent, ((user + system) * 1000) / others.length);
  }
  return { shape, runs, bytesPerRun: Math.round(bytesPerRun), nsPerEvent: Math.round(nsPerEvent) };
}

const OTHERS = 100_000;
const ROUNDS = 10;

function makeEvents(
  plan: Plan,
  name: string,
  count: number,
  fields: (i: number) => readonly [k: string, v: number],
): EventRecord[] {
  const type = plan.types.findIndex((one) => one.name === name);
  const recordClass = createRecordClass(plan.types[type]!, true);
  return Array.from({ length: count }, (_, i) => {
    const event = new recordClass(type, 1000, 0, i);
    const [k, v] = fields(i);
    setField(event, 0, k);
    setField(event, 1, v);
    setField(event, 2, 1000);
    return event;
  });
}
