import { createRecordClass, type EventRecord, setField } from '../engine/event/record.ts';
import type { MatcherChoice } from '../engine/pattern/planner.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';

/** A pattern on the stream STD(keys, pa, pb, pc) with the rows every engine must give. */
export interface StdRun {
  readonly keys: number;
  readonly shares: readonly [a: number, b: number, c: number];
  readonly events: number;
  readonly pattern: string;
  readonly golden: number;
}

const KEYED = (sec: number) =>
  `every a=A -> ((b=B(key = a.key) -> c=C(key = a.key)) where timer:within(${sec} sec))`;
const RISING = (sec: number) => `every a=A -> b=B(price > a.price * 1.05) where timer:within(${sec} sec)`;

/** Growth of keys and windows: the same pattern over more keys, and over longer windows. */
export const STD_RUNS: Readonly<Record<string, StdRun>> = {
  'keyed-1k-100s': {
    keys: 1000,
    shares: [0.4, 0.3, 0.1],
    events: 2_492_416,
    pattern: KEYED(100),
    golden: 991_562,
  },
  'keyed-1m-100s': {
    keys: 1_000_000,
    shares: [0.4, 0.3, 0.1],
    events: 4_000_000,
    pattern: KEYED(100),
    golden: 208,
  },
  'keyed-1m-3000s': {
    keys: 1_000_000,
    shares: [0.4, 0.3, 0.1],
    events: 4_000_000,
    pattern: KEYED(3000),
    golden: 73_064,
  },
  'rising-1s': { keys: 1000, shares: [0.5, 0.5, 0], events: 2_000_000, pattern: RISING(1), golden: 8818 },
  'rising-100s': {
    keys: 1000,
    shares: [0.5, 0.5, 0],
    events: 2_000_000,
    pattern: RISING(100),
    golden: 792_446,
  },
};

const SCHEMAS = ['A', 'B', 'C', 'D']
  .map((name) => `create schema ${name}(key int, price double, ts long) starttimestamp ts;`)
  .join('\n');

/** Runs one; the events are made on the way, so the time includes making them. */
export function runStd(
  name: string,
  matcher: MatcherChoice,
): { rows: number; seconds: number; events: number } {
  const { keys, shares, events, pattern } = STD_RUNS[name] as StdRun;
  const text = `${SCHEMAS}\nselect a.key as key from pattern [${pattern}];`;
  const { plan } = compileRules([{ file: 'std.epl', text }]);
  if (plan === null) throw new Error(`std ${name} does not compile`);
  const classes = ['A', 'B', 'C', 'D'].map((type) => {
    const index = plan.types.findIndex((one) => one.name === type);
    return { index, make: createRecordClass(plan.types[index]!, true) };
  });
  let rows = 0;
  const onRow = () => {
    rows++;
  };
  const shard = new Shard({ plan, startTime: 0, matcher, onRow });
  const next = makeStream(keys, shares);
  const start = performance.now();
  for (let i = 0; i < events; i++) {
    const { type, key, price } = next();
    const { index, make } = classes[type] as (typeof classes)[number];
    const event: EventRecord = new make(index, i, 0, i);
    setField(event, 0, key);
    setField(event, 1, price);
    setField(event, 2, i);
    shard.onEvent(event);
  }
  return { rows, seconds: (performance.now() - start) / 1000, events };
}

/** Seed 99, three draws an event: key, type, price. */
function makeStream(keys: number, [a, b, c]: StdRun['shares']) {
  let state = 99;
  let price = 100;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  return () => {
    const key = Math.floor(draw() * keys);
    const r = draw();
    const type = r < a ? 0 : r < a + b ? 1 : r < a + b + c ? 2 : 3;
    price *= 1 + (draw() - 0.5) * 0.002;
    return { type, key, price };
  };
}
