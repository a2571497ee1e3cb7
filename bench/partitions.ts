import { createRecordClass, type EventRecord, setField } from '../engine/event/record.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { Shard } from '../engine/runtime/shard.ts';
import { compileRules } from '../rules/index.ts';
import { memory } from './memory.ts';

/** What many partitions of a context cost. */
export interface PartitionsResult {
  /** Memory of the engine per partition; the events that it holds are there before and not counted. */
  readonly bytesPerPartition: number;
  /** CPU time of an event that begins a partition. */
  readonly nsPerPartition: number;
  /** CPU time of a later event of a partition that is there. */
  readonly nsPerEvent: number;
  /** Rows of all events. */
  readonly rows: number;
}

const KEYED = 'create context C partition by k from E;\ncontext C ';

/** Statements in a context of which each event with a new key begins a partition. */
export const PARTITIONED: Readonly<Record<string, string>> = {
  filter: `${KEYED}select k, v from E(v > 100);`,
  total: `${KEYED}select k, sum(v) as total, count(*) as n from E;`,
  grouped: `${KEYED}select k, v, sum(v) as total from E group by v;`,
  window: `${KEYED}select k, sum(v) as total from E#time(1 hour);`,
  length: `${KEYED}select k, v from E#length(5);`,
  pattern: `${KEYED}select a.k as k from pattern [every a=E(v > 100) -> b=E(v >= a.v)];`,
  output: `${KEYED}select k, sum(v) as total from E output last every 1 hour;`,
  span:
    'create context C partition by k from E initiated by E terminated by E(v < 0);\n' +
    'context C select k, sum(v) as total from E;',
  overlapping:
    'create context C initiated by E(b) as s terminated after 1 hour;\n' +
    'context C select context.s.k as k, sum(v) as total from E(k = context.s.k);',
};

/** Begins `partitions` partitions, then sends each of them one event more. */
export function measurePartitions(shape: string, partitions: number): PartitionsResult {
  const schema = 'create schema E(k string, v double, ts long, b boolean) starttimestamp ts;';
  const text = `${schema}\n${PARTITIONED[shape]}`;
  const { plan } = compileRules([{ file: 'partitions.epl', text }]);
  if (plan === null) throw new Error(`the rules of ${shape} do not compile`);
  const first = makeEvents(plan, partitions, true);
  const later = makeEvents(plan, partitions, false);
  let rows = 0;
  const shard = new Shard({
    plan,
    startTime: 0,
    onRow: () => {
      rows++;
    },
  });
  const before = memory(COLLECTIONS);
  const nsPerPartition = send(shard, first);
  const bytesPerPartition = Math.round((memory(COLLECTIONS) - before) / partitions);
  const nsPerEvent = send(shard, later);
  return { bytesPerPartition, nsPerPartition, nsPerEvent, rows };
}

/** CPU time of an event, in ns. */
function send(shard: Shard, events: readonly EventRecord[]): number {
  const start = process.cpuUsage();
  for (const event of events) shard.onEvent(event);
  const { user, system } = process.cpuUsage(start);
  return Math.round(((user + system) * 1000) / events.length);
}

function makeEvents(plan: Plan, count: number, begins: boolean): EventRecord[] {
  const type = plan.types.findIndex((one) => one.name === 'E');
  const recordClass = createRecordClass(plan.types[type]!, true);
  return Array.from({ length: count }, (_, i) => {
    const event = new recordClass(type, 1000, 0, i);
    setField(event, 0, `k${i}`);
    setField(event, 1, i % 1000);
    setField(event, 2, 1000);
    setField(event, 3, begins);
    return event;
  });
}

/** What only a weak reference reaches goes with the second. */
const COLLECTIONS = 3;
